import { Labels } from '@petrel/model';
import type { Pipeline, StreamPipeline } from '../../logql/exec/pipeline.ts';
import type { ResolvedNode } from './condition.ts';
import { bodyFields } from './document-fields.ts';
import { bindStream } from './evaluate.ts';
import { LineDocument } from './line-document.ts';

export interface KqlPipelineOptions {
  /** Give the fields of the bodies as parsed labels, paths with points. */
  readonly extract: boolean;
}

/** The pipeline that lets those lines through that satisfy a query; lines and labels stay as they are. */
export function kqlPipeline(node: ResolvedNode, { extract }: KqlPipelineOptions): Pipeline {
  const document = new LineDocument();
  return {
    forStream(stream: Labels): StreamPipeline {
      const test = bindStream(node, stream);
      return {
        process(input) {
          document.set(input);
          if (!test(document)) return undefined;
          const metadata = input.metadata.length === 0 ? Labels.EMPTY : labelsOf(input.metadata);
          const parsed = extract ? extracted(input.line) : Labels.EMPTY;
          const labels = metadata.size + parsed.size === 0 ? stream : Labels.from([...stream, ...metadata, ...parsed]);
          return { line: input.line, labels, stream, metadata, parsed };
        },
      };
    },
  };
}

function labelsOf(pairs: readonly string[]): Labels {
  const entries: [string, string][] = [];
  for (let i = 0; i < pairs.length; i += 2) entries.push([pairs[i] as string, pairs[i + 1] as string]);
  return Labels.from(entries);
}

/** Of lists the first element that is a value. */
function extracted(line: string): Labels {
  const fields = new Map<string, string>();
  for (const [path, value] of bodyFields(line)) {
    if (value !== null && value !== '' && !fields.has(path)) fields.set(path, String(value));
  }
  return Labels.from(fields);
}
