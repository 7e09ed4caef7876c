/**
 * Alertmanager's work: alerts of rules and of other senders enter, notifications leave, and every decision between goes to the ledger. The
 * engine decides in pure steps, the runner feeds it and makes its effects, a simulation runs it over the past. The server, the API and
 * the rehearsals call.
 */
export type { GlobalConfig, LoadedRoutingConfig, LoadRoutingOptions, Receiver, RoutingConfig } from './config/index.ts';
export { loadRoutingConfig } from './config/index.ts';
export type { AggregationRule } from './engine/aggregation.ts';
export { integrationName } from './engine/delivery-book.ts';
export type { Delivery, EngineConfig, WantedSilence } from './engine/event.ts';
export type { FlappingConfig } from './engine/flapping.ts';
export { mutingIntervals } from './engine/suppression.ts';
export type { AlertView, GroupView } from './engine/view.ts';
export type { ForwardTarget } from './forward/alert-forwarder.ts';
export { AlertForwarder } from './forward/alert-forwarder.ts';
export { INTEGRATIONS } from './notify/integrations.ts';
export type { Notification, NotifierTools } from './notify/notifier.ts';
export { createTemplates } from './notify/templates/create-templates.ts';
export { groupLabelsOf, matchRoutes, type Route } from './route/route.ts';
export type { AlertRunnerOptions } from './runner/alert-runner.ts';
export { AlertRunner } from './runner/alert-runner.ts';
export type { SimulatedDelivery, SimulatedUpdate, SimulationOptions } from './simulate/simulate-alerts.ts';
export { AlertSimulation } from './simulate/simulate-alerts.ts';
