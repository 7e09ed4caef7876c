import { OPEN_END_MS } from '@petrel/alerts/engine/aggregation.ts';
import type { Alert, LedgerEntry } from '@petrel/model';
import { RESEND_DELAY_MS, validUntilMs } from '@petrel/rules/alerting/sending.ts';

/** The transitions after which an alert that fired is told of no more, although nobody says that it ended. */
const SILENT_ENDS: ReadonlySet<string> = new Set(['limit_exceeded', 'pending']);

/** What a group of rules told at one instant, with the group's interval. */
export interface RuleUpdate {
  readonly atMs: number;
  readonly intervalMs: number;
  /** New ones and ended ones; repetitions may be left out. */
  readonly alerts: readonly Alert[];
  readonly decisions: readonly LedgerEntry[];
}

/**
 * Live, rules tell of an alert every minute as long as it fires, each time with an end four minutes or intervals ahead. The engine decides nothing by such an
 * end but that the alert is over when the repetitions stop. So in a rehearsal an alert is told of once and has an open end (a guess, which any
 * later word replaces) until the rule says that it ended. Where the rule falls silent instead (its limit was exceeded, or the alert
 * went back to pending), it gets the end of the last word that would have been repeated.
 */
export class OpenEnds {
  /** Alerts that fire, and when they were told of. */
  readonly #known = new Map<string, { readonly alert: Alert; readonly toldAtMs: number }>();

  /** The alerts of an update as the engine has to hear of them, in their order. */
  take({ atMs, intervalMs, alerts, decisions }: RuleUpdate): readonly Alert[] {
    const out: Alert[] = [];
    for (const { reason, detail, fingerprints } of decisions) {
      if (!SILENT_ENDS.has(reason) || detail.from !== 'firing') continue;
      const [fingerprint = ''] = fingerprints;
      const known = this.#known.get(fingerprint);
      if (known === undefined) continue;
      this.#known.delete(fingerprint);
      out.push({
        ...known.alert,
        endsAtMs: lastEndMs(known.toldAtMs, atMs, intervalMs),
        timeout: true,
        updatedAtMs: atMs,
      });
    }
    for (const alert of alerts) {
      const { fingerprint } = alert;
      const known = this.#known.get(fingerprint);
      if (alert.endsAtMs <= atMs) {
        this.#known.delete(fingerprint);
        if (known !== undefined) out.push(alert);
      } else if (known === undefined || known.alert.startsAtMs !== alert.startsAtMs) {
        this.#known.set(fingerprint, { alert, toldAtMs: atMs });
        out.push({ ...alert, endsAtMs: OPEN_END_MS, timeout: true });
      }
    }
    return out;
  }
}

/** The end that an alert's last repetition before `silentAtMs` had. */
function lastEndMs(toldAtMs: number, silentAtMs: number, intervalMs: number): number {
  // It is repeated at the first evaluation that is more than the delay after the word before.
  const everyMs = (Math.floor(RESEND_DELAY_MS / intervalMs) + 1) * intervalMs;
  const repeats = Math.max(0, Math.floor((silentAtMs - intervalMs - toldAtMs) / everyMs));
  return validUntilMs({ tMs: toldAtMs + repeats * everyMs, intervalMs, resendDelayMs: RESEND_DELAY_MS });
}
