/**
 * Go's text/template and html/template. The text of a template and its data enter, text leaves. packages/rules expands
 * the labels and annotations of alerts with Prometheus's functions, packages/query formats log lines with Loki's, packages/alerts renders
 * notifications with Alertmanager's and builds their data with `createNotificationData`, the web app previews both: everything here runs
 * in a browser and imports nothing of ours. Values: see values/go-value.ts (number is float64, bigint is int).
 */

export { createKv, KV, type LabelRecord } from './alertmanager/kv.ts';
export {
  type AlertStatus,
  createAlerts,
  createNotificationData,
  type NotificationAlert,
  NotificationData,
  type NotificationInput,
} from './alertmanager/notification-data.ts';
export { TemplateSet, type TemplateSetOptions } from './alertmanager/template-set.ts';
export {
  CompiledTemplate,
  type CompileOptions,
  compileTemplate,
  type ExecuteOptions,
} from './compiled-template.ts';
export { Budget, DEFAULT_LIMITS, type ExecutionLimits } from './exec/budget.ts';
export type { MissingKey } from './exec/scope.ts';
export {
  AlertTemplate,
  type AlertTemplateData,
  compileAlertTemplate,
  type ExpandAlertOptions,
  expandAlertTemplate,
} from './expand/alert-template.ts';
export {
  compileExpandable,
  Expandable,
  type ExpandableOptions,
  type ExpandOptions,
  type ExpandTextOptions,
  expand,
} from './expand/expand.ts';
export type { TemplateQuery } from './expand/query-cache.ts';
export { type AlertmanagerEnvironment, alertmanagerFunctions } from './functions/alertmanager.ts';
export { parseFloatStrict } from './functions/convert.ts';
export {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './functions/humanize.ts';
export { type PrometheusEnvironment, prometheusFunctions } from './functions/prometheus.ts';
export { type QueryHistogram, type QuerySample, stringMap } from './functions/query-sample.ts';
export { type LokiEnvironment, lokiFunctions } from './loki/functions.ts';
export { parseByteSize } from './loki/parse-bytes.ts';
export { parseGoDuration, parseGoDurationSeconds } from './loki/parse-duration.ts';
export type { Tree } from './parse/ast.ts';
export { type ParseOptions, parseTemplate } from './parse/parse.ts';
export { marshalJson } from './print/json.ts';
export { sprint, sprintf, sprintln } from './print/sprint.ts';
export { FunctionError, TemplateError, type TemplateErrorDetails, type TemplatePhase } from './template-error.ts';
export { DURATION, durationText, goDuration } from './time/duration.ts';
export { GoTime, TIME } from './time/go-time.ts';
export { parseTime } from './time/parse-time.ts';
export { fixedZone, loadZone, localZone, UTC, type Zone } from './time/zone.ts';
export { safeHtml, safeUrl } from './values/content-types.ts';
export {
  ANY,
  ANY_MAP,
  ANYS,
  BOOL,
  FLOAT64,
  type GoField,
  type GoKind,
  type GoMethod,
  type GoSignature,
  type GoType,
  INT,
  INT64,
  mapOf,
  STRING,
  STRING_MAP,
  STRINGS,
  sliceOf,
} from './values/go-type.ts';
export {
  type FunctionTable,
  GoFunction,
  GoInt,
  GoMap,
  GoSlice,
  GoString,
  GoStruct,
  GoValue,
  goFunction,
} from './values/go-value.ts';
