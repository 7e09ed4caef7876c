/**
 * The HTTP face of Petrel. Requests on the main port enter; answers in the formats of Prometheus leave, and what receivers take is handed
 * to their doors. apps/server builds it with `createApi` and gives every need as a port; tests give fakes.
 */
export type { AlertmanagerPort, PostedAlert, PostedSilence } from './alertmanager/index.ts';
export { type ApiOptions, createApi } from './app.ts';
export type { LogsApiPorts } from './loki/index.ts';
export type { NativeAlertingPorts } from './native/port.ts';
export type {
  ConfigView,
  LifecycleView,
  PrometheusApiPorts,
  PromqlSyntax,
  RulesView,
  StatusView,
  TargetsView,
} from './prometheus/index.ts';
export { formatDuration } from './prometheus/index.ts';
export { parseDurationMs, parseTimeMs } from './prometheus/time.ts';
export type { ReceiveAnswer, ReceiveDoor, ReceiveHandler, ReceiveRequest } from './receive/port.ts';
