import type { LogLanguage } from '@petrel/api/contract/logs.ts';
import type { TimeRange } from '../explore/url-state.ts';
import { readRange, writeRange } from '../explore/url-state.ts';

/** What is shown of the lines that a query finds; of a LogQL metric query it is `graph` or `table`. */
export type LogsView = 'lines' | 'patterns' | 'live' | 'graph' | 'table';

/** How a line is shown: its message and a few fields, as it came, or laid out over several rows. */
export type LineShape = 'message' | 'raw' | 'pretty';

export const LANGUAGES: readonly LogLanguage[] = ['logql', 'kql', 'lucene'];
export const SHAPES: readonly LineShape[] = ['message', 'raw', 'pretty'];
const VIEWS: readonly LogsView[] = ['lines', 'patterns', 'live', 'graph', 'table'];

/** Everything that a link to logs must carry. */
export interface LogsState {
  readonly query: string;
  readonly language: LogLanguage;
  readonly range: TimeRange;
  readonly view: LogsView;
  /** Newest first is backward. */
  readonly direction: 'backward' | 'forward';
  readonly shape: LineShape;
  /** Long lines over several rows. */
  readonly wrap: boolean;
  /** Fields shown as columns in place of the message; empty: the message. */
  readonly columns: readonly string[];
  /** The line whose details are open, '' for none. */
  readonly line: string;
  /** Undefined: as the width of the screen suggests. */
  readonly fieldsOpen: boolean | undefined;
}

/** Reads our own parameters; `start` and `end` are taken as Loki's API takes them. */
export function readLogsState(search: URLSearchParams): LogsState {
  const shape = search.get('shape');
  const fields = search.get('fields');
  return {
    query: search.get('query') ?? '',
    language: LANGUAGES.find((one) => one === search.get('language')) ?? 'logql',
    range: readLokiRange(search) ?? readRange(search),
    view: VIEWS.find((one) => one === search.get('view')) ?? 'lines',
    direction: search.get('direction') === 'forward' ? 'forward' : 'backward',
    shape: SHAPES.find((one) => one === shape) ?? 'message',
    wrap: search.get('wrap') === '1',
    columns: [...new Set(search.getAll('column').filter((name) => name !== ''))],
    line: search.get('line') ?? '',
    fieldsOpen: fields === '1' ? true : fields === '0' ? false : undefined,
  };
}

/** The address of a state; what is as usual is left out. */
export function writeLogsState(state: LogsState): string {
  const search = new URLSearchParams();
  if (state.query !== '') search.set('query', state.query);
  if (state.language !== 'logql') search.set('language', state.language);
  writeRange(search, state.range);
  if (state.view !== 'lines' && state.view !== 'graph') search.set('view', state.view);
  if (state.direction !== 'backward') search.set('direction', state.direction);
  if (state.shape !== 'message') search.set('shape', state.shape);
  if (state.wrap) search.set('wrap', '1');
  for (const name of state.columns) search.append('column', name);
  if (state.line !== '') search.set('line', state.line);
  if (state.fieldsOpen !== undefined) search.set('fields', state.fieldsOpen ? '1' : '0');
  return `/explore/logs?${search}`;
}

/** A link to the logs of a query; for other pages. */
export function logsLink(part: Partial<LogsState>): string {
  return writeLogsState({ ...readLogsState(new URLSearchParams()), ...part });
}

function readLokiRange(search: URLSearchParams): TimeRange | undefined {
  const fromMs = lokiTimeMs(search.get('start') ?? '');
  const toMs = lokiTimeMs(search.get('end') ?? '') ?? Date.now();
  return fromMs !== undefined && fromMs < toMs ? { kind: 'absolute', fromMs, toMs } : undefined;
}

/** Seconds (with a fraction, or at most ten digits), nanoseconds, or a date. Milliseconds, which Loki does not know, have 13 digits. */
export function lokiTimeMs(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    if (text.length <= 10) return Number(text) * 1000;
    return text.length === 13 ? Number(text) : Math.floor(Number(text) / 1e6);
  }
  if (/^\d+\.\d+$/.test(text)) return Math.round(Number(text) * 1000);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
