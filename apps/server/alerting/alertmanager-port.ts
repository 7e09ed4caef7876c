import type { AlertRunner } from '@petrel/alerts';
import { parseMatcher } from '@petrel/alerts/matcher/index.ts';
import type { AlertmanagerPort, PostedAlert } from '@petrel/api';
import { type Alert, fingerprintOf, Labels, PetrelError, systemClock } from '@petrel/model';
import type { Readiness } from '../readiness.ts';
import { REVISION, VERSION } from '../version.ts';
import type { Alerting } from './start-alerting.ts';

export interface AlertmanagerPortOptions {
  readonly alerting: () => Alerting | undefined;
  readonly startedMs: number;
  readonly readiness: Readiness;
}

/** The alert engine as Alertmanager's API asks for it; everything answers STORE_UNAVAILABLE until it runs. */
export function alertmanagerPort({ alerting, startedMs, readiness }: AlertmanagerPortOptions): AlertmanagerPort {
  const runner = (): AlertRunner => {
    const running = alerting()?.runner;
    if (running === undefined) throw new PetrelError('STORE_UNAVAILABLE', readiness.reason, { retryAfterMs: 1000 });
    return running;
  };
  return {
    status: () => ({
      configYaml: runner().config.routing?.yaml ?? '',
      startedMs,
      versionInfo: {
        version: VERSION,
        revision: REVISION,
        branch: 'main',
        buildUser: '',
        buildDate: '',
        goVersion: '',
      },
    }),
    receivers: () =>
      (runner().config.routing?.receivers ?? []).map(({ name, labels }) =>
        labels === undefined ? { name } : { name, labels: Labels.of(labels) },
      ),
    alerts: () => runner().alerts(),
    groups: () => runner().groups(),
    async post(alerts) {
      const nowMs = systemClock.nowMs();
      const timeoutMs = runner().config.routing?.global.resolveTimeoutMs ?? 300_000;
      return runner().post(alerts.map((posted) => checked(toAlert(posted, nowMs, timeoutMs))));
    },
    silences: () => runner().silences(),
    putSilence: async (silence) => (await runner().putSilence(silence)).id,
    expireSilence: (id) => runner().expireSilence(id),
    parseMatchers: (text) => [parseMatcher(text).value],
    nowMs: () => systemClock.nowMs(),
  };
}

/** What is not said is filled in as Alertmanager does. */
function toAlert(posted: PostedAlert, nowMs: number, timeoutMs: number): Alert {
  const { labels, annotations, generatorUrl, startsAtMs, endsAtMs } = posted;
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations,
    startsAtMs: startsAtMs ?? endsAtMs ?? nowMs,
    endsAtMs: endsAtMs ?? nowMs + timeoutMs,
    timeout: endsAtMs === undefined,
    updatedAtMs: nowMs,
    generatorUrl,
    source: 'api',
  };
}

function checked(alert: Alert): Alert {
  if (alert.endsAtMs >= alert.startsAtMs) return alert;
  throw new PetrelError('BAD_REQUEST', 'start time must be before end time');
}
