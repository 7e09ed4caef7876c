/** What all receivers of log lines share: what they are built from, and storing with counting. Called by the protocols' folders. */
export type { LogIntake, LogReceiverOptions } from './log-intake.ts';
export { createLogIntake, DEFAULT_MAX_LOG_BYTES, logLimitsOf } from './log-intake.ts';
