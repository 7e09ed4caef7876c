import type { Labels, Matcher, MetricMetadata } from '@petrel/model';
import type { Expr } from '@petrel/query/promql/parse/ast.ts';
import type { MetricSource } from '@petrel/query/promql/port.ts';
import type { PromqlEngine } from '@petrel/query/promql/result.ts';
import type { GroupStatus } from '@petrel/rules';
import type {
  ActiveTargetData,
  BuildInfoData,
  DroppedTargetData,
  FlagsData,
  PetrelStatus,
  RuntimeInfoData,
  TsdbStatusData,
} from '../contract/prometheus.ts';

/** What scraping does right now. Read at every request, never kept. */
export interface TargetsView {
  /** In the order of the pools' names. */
  active(): readonly ActiveTargetData[];
  dropped(): readonly DroppedTargetData[];
  /** By pool; counts those too that were not kept for showing. */
  droppedCounts(): Readonly<Record<string, number>>;
  pools(): readonly string[];
  /** What every active target says of its metrics. */
  metadata(): readonly TargetMetadata[];
}

export interface TargetMetadata extends MetricMetadata {
  readonly target: Labels;
}

export interface ConfigView {
  /** The running configuration as YAML with secrets hidden. */
  yaml(): string;
  flags(): FlagsData;
  externalLabels(): Labels;
  lookbackMs(): number;
}

export interface StatusView {
  buildInfo(): BuildInfoData;
  runtimeInfo(): RuntimeInfoData;
  tsdb(limit: number): Promise<TsdbStatusData>;
  petrel(): Promise<PetrelStatus>;
}

/** The language's surface, so that handlers are tested without the engine. All throw PetrelError PROMQL_PARSE. */
export interface PromqlSyntax {
  parse(query: string): Expr;
  /** A lone vector selector without modifiers: the `match[]` of the API. */
  parseSelector(text: string): readonly Matcher[];
  /** Prometheus's pretty printer. */
  prettify(query: string): string;
}

export interface LifecycleView {
  /** '' when ready; else why not, in one line. */
  notReadyReason(): string;
  /** `--web.enable-lifecycle`: without it /-/quit answers 403. */
  readonly quitEnabled: boolean;
  /** Rejects with PetrelError CONFIG_INVALID and changes nothing when the file is bad. */
  reload(): Promise<void>;
  quit(): void;
}

/** What the rules do right now. */
export interface RulesView {
  /** Sorted by file and name. */
  groups(): Promise<readonly GroupStatus[]>;
}

/** Everything that the Prometheus API needs; packages/api knows neither store nor scraper. */
export interface PrometheusApiPorts {
  readonly engine: PromqlEngine;
  readonly source: MetricSource;
  readonly syntax: PromqlSyntax;
  readonly targets: TargetsView;
  readonly rules: RulesView;
  /** Alertmanagers elsewhere that alerts are sent to, as URLs; dropped by relabelling. */
  readonly alertmanagers: () => { readonly active: readonly string[]; readonly dropped: readonly string[] };
  readonly config: ConfigView;
  readonly status: StatusView;
  readonly lifecycle: LifecycleView;
  /** The exposition of /metrics. */
  readonly ownMetrics: () => string | Promise<string>;
  readonly nowMs: () => number;
}
