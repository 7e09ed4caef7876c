/**
 * Telling people: a notification (the alerts of one group) and the configuration of an integration enter, one attempt to deliver is made, its outcome
 * leaves; no credential is ever in it. The engine calls the notifiers, the loader of alertmanager.yml reads their blocks through INTEGRATIONS, and
 * apps/server makes the tools that they work with. Each kind of integration has a folder; texts come from templates/.
 */
export type { IntegrationConfig, IntegrationKind } from './integration.ts';
export { INTEGRATIONS } from './integrations.ts';
export type { AlertLinks, LinkedAlert } from './links.ts';
export { alertsUrl, filterOf, linksOf } from './links.ts';
export type { Message } from './message-data.ts';
export { createMessage } from './message-data.ts';
export type { DeliveryOutcome, Notification, NotifiedAlert, Notifier, NotifierTools } from './notifier.ts';
export type { TemplateOptions } from './templates/create-templates.ts';
export { createTemplates } from './templates/create-templates.ts';
export type { TemplateLanguage } from './templates/words.ts';
