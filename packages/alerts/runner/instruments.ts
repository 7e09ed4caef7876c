import type { Counter, HistogramInstrument, Instruments } from '@petrel/model';

/** What the runner counts; Alertmanager's names with our prefix. */
export interface RunnerInstruments {
  readonly received: Counter;
  readonly attempts: Counter;
  readonly notified: Counter;
  readonly failed: Counter;
  readonly latency: HistogramInstrument;
  readonly stepSeconds: HistogramInstrument;
  readonly commitFailures: Counter;
}

export function runnerInstruments(instruments: Instruments): RunnerInstruments {
  return {
    received: instruments.counter('petrel_alerts_received_total', 'Alerts told of, by status.', ['status']),
    attempts: instruments.counter('petrel_notification_requests_total', 'Attempts to notify.', ['integration']),
    notified: instruments.counter('petrel_notifications_total', 'Notifications delivered.', ['integration']),
    failed: instruments.counter('petrel_notifications_failed_total', 'Attempts to notify that failed.', [
      'integration',
      'reason',
    ]),
    latency: instruments.histogram('petrel_notification_latency_seconds', 'Time of an attempt to notify.', [
      'integration',
    ]),
    stepSeconds: instruments.histogram(
      'petrel_dispatcher_alert_processing_duration_seconds',
      'Time of one round of the alert engine.',
    ),
    commitFailures: instruments.counter(
      'petrel_alerting_state_failures_total',
      'Transactions of the alerting state that failed.',
    ),
  };
}
