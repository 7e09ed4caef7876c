/**
 * Alertmanager's work: alerts of rules and of other senders enter, notifications leave, and every decision between goes to the ledger. The
 * engine decides in pure steps, the runner feeds it and makes its effects, a simulation runs it over the past. The server, the API and
 * the rehearsals call.
 */
export type { RoutingConfig } from './config/index.ts';
export { loadRoutingConfig } from './config/index.ts';
export { integrationName } from './engine/delivery-book.ts';
export type { EngineConfig } from './engine/event.ts';
export { mutingIntervals } from './engine/suppression.ts';
export type { AlertView, GroupView } from './engine/view.ts';
export type { ForwardTarget } from './forward/alert-forwarder.ts';
export { AlertForwarder } from './forward/alert-forwarder.ts';
export type { NotifierTools } from './notify/index.ts';
export { createTemplates, INTEGRATIONS } from './notify/index.ts';
export type { Route } from './route/route.ts';
export { AlertRunner } from './runner/alert-runner.ts';
export { AlertSimulation } from './simulate/simulate-alerts.ts';
