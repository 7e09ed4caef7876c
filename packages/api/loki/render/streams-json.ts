import { Labels } from '@petrel/model';
import type { LogResultLine } from '@petrel/query/logql/index.ts';
import { labelsJson, wellFormed } from '../../prometheus/render/labels-json.ts';

/** With the header `X-Loki-Response-Encoding-Flags: categorize-labels`. */
export const CATEGORIZE = 'categorize-labels';

export interface StreamsOptions {
  /** Streams are those that were stored; what metadata and parsers add stands beside each line. Else it makes streams of their own. */
  readonly categorize: boolean;
}

/** Lines by stream, as `[{"stream":{…},"values":[["ns","line"],…]},…]`, piece by piece: streams sorted by labels, lines in the order given. */
export function* streamsJson(lines: readonly LogResultLine[], options: StreamsOptions): Generator<string> {
  yield '[';
  for (const [i, { labels, lines: own }] of streamsOf(lines, options).entries()) {
    yield `${i === 0 ? '' : ','}{"stream":${labelsJson(labels)},"values":[`;
    for (const [k, line] of own.entries()) yield `${k === 0 ? '' : ','}${valueJson(line, options)}`;
    yield ']}';
  }
  yield ']';
}

export interface LinesOfStream {
  readonly labels: Labels;
  readonly lines: LogResultLine[];
}

export function streamsOf(lines: readonly LogResultLine[], { categorize }: StreamsOptions): readonly LinesOfStream[] {
  const byKey = new Map<string, LinesOfStream>();
  for (const line of lines) {
    const labels = categorize ? line.stream : line.labels;
    const found = byKey.get(labels.key);
    if (found === undefined) byKey.set(labels.key, { labels, lines: [line] });
    else found.lines.push(line);
  }
  return [...byKey.values()].sort((a, b) => Labels.compare(a.labels, b.labels));
}

function valueJson({ tsNs, line, metadata, parsed }: LogResultLine, { categorize }: StreamsOptions): string {
  const pair = `["${tsNs}",${JSON.stringify(wellFormed(line))}`;
  return categorize ? `${pair},${categoriesJson(metadata, parsed)}]` : `${pair}]`;
}

/** Categories that are empty are left out. */
function categoriesJson(metadata: Labels, parsed: Labels): string {
  const parts: string[] = [];
  if (metadata.size > 0) parts.push(`"structuredMetadata":${labelsJson(metadata)}`);
  if (parsed.size > 0) parts.push(`"parsed":${labelsJson(parsed)}`);
  return `{${parts.join(',')}}`;
}
