import { PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW_MS } from './fake-port.ts';
import { readAlerts } from './posted-alerts.ts';
import { readSilence } from './posted-silence.ts';
import { Refusal } from './refusal.ts';

const time = fc.oneof(
  fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('', '0001-01-01T00:00:00Z', 'soon', null, 5),
);
const text = fc.oneof(fc.string(), fc.constantFrom('', 'a', '\ud800', '\u0000', '['));
const labels = fc.oneof(fc.dictionary(text, text), fc.constantFrom(null, [], 'x', { a: 1 }));
const junk = fc.jsonValue();

/** One stray element refuses the whole list, so some lists have none. */
const likely = fc.array(
  fc.record(
    { labels: fc.dictionary(text, text), startsAt: time, generatorURL: fc.constantFrom('', '/graph') },
    { requiredKeys: ['labels'] },
  ),
  { maxLength: 3 },
);
const alerts = fc.array(
  fc.oneof(
    junk,
    fc.record({ labels, annotations: labels, startsAt: time, endsAt: time, generatorURL: text }, { requiredKeys: [] }),
  ),
  { maxLength: 4 },
);
const matcher = fc.record(
  { name: text, value: text, isRegex: fc.boolean(), isEqual: fc.boolean() },
  { requiredKeys: [] },
);
const silence = fc.record(
  {
    id: text,
    matchers: fc.oneof(fc.array(fc.oneof(matcher, junk), { maxLength: 3 }), junk),
    startsAt: time,
    endsAt: time,
    createdBy: text,
    comment: text,
    annotations: labels,
  },
  { requiredKeys: [] },
);

/** Undefined where the body was refused in a way that the API knows. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error instanceof Refusal || (error instanceof PetrelError && error.code === 'BAD_REQUEST')).toBe(true);
    return undefined;
  }
}

describe('whatever is posted', () => {
  it('as alerts is refused, or each is sound or has its error', () => {
    let sound = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: alerts }, { weight: 2, arbitrary: likely }, junk), (json) => {
        const found = attempt(() => readAlerts(json));
        if (found === undefined) return;
        expect(found.valid.length + found.errors.length).toBe(Array.isArray(json) ? json.length : 0);
        for (const alert of found.valid) {
          sound++;
          expect(alert.labels.size).toBeGreaterThan(0);
          for (const [name, value] of alert.labels) expect([name, value]).not.toContain('');
          expect(alert.endsAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(alert.startsAtMs ?? 0);
        }
      }),
      { numRuns: 500 },
    );
    expect(sound).toBeGreaterThan(0);
  });

  it('as a silence is refused, or lies in time and matches something', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: silence }, junk), (json) => {
        const found = attempt(() => readSilence(json, NOW_MS));
        if (found === undefined) return;
        expect(found.matchers.length).toBeGreaterThan(0);
        expect(found.endsAtMs).toBeGreaterThan(found.startsAtMs);
        expect(found.endsAtMs).toBeGreaterThanOrEqual(NOW_MS);
      }),
      { numRuns: 500 },
    );
  });
});
