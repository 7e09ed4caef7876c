import type { Logger } from '@petrel/model';
import type { LogqlEngine, LogSource } from '@petrel/query/logql/index.ts';
import type { BuildInfoData } from '../contract/prometheus.ts';

/** Everything that the log APIs need, Loki's and Petrel's own. */
export interface LogsApiPorts {
  readonly engine: LogqlEngine;
  /** What the engine reads from: labels, streams, volumes. */
  readonly source: LogSource;
  /** '' when ready; else why not, in one line. */
  readonly notReadyReason: () => string;
  readonly buildInfo: () => BuildInfoData;
  readonly nowMs: () => number;
  readonly logger: Logger;
}
