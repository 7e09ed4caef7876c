/**
 * Cases on which Alertmanager and Petrel must tell receivers the same. A case's route, receivers and rules become part of one alertmanager.yml;
 * its steps are played to a server over API v2; what webhooks received is compared. The acceptance tests of apps/server call.
 */
export type { AgreementCase, Step } from './agreement-case.ts';
export { ALL_CASES } from './all-cases.ts';
export { compareReceived, type Disagreement } from './compare-received.ts';
export { playCases } from './play-cases.ts';
export { routingFile } from './routing-file.ts';
