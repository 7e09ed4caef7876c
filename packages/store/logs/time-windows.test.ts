import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingWindows, type TimeWindow, windowsOfRows } from './time-windows.ts';

const range = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.bigInt({ min: 1n, max: 10n ** 17n }));

describe('growing windows', () => {
  it('cover the range once, from the end where reading begins, whatever they hold', () => {
    fc.assert(
      fc.property(
        range,
        fc.boolean(),
        fc.array(fc.nat({ max: 10_000 })),
        fc.nat(),
        ([startNs, lengthNs], isBackward, rows, stopAt) => {
          const endNs = startNs + lengthNs;
          const windows = new GrowingWindows({ startNs, endNs, isBackward, firstNs: 60_000_000_000n, wantedRows: 100 });
          let at = isBackward ? endNs : startNs;
          let steps = 0;
          for (let window = windows.next(); window !== undefined; window = windows.next()) {
            expect(window.endNs).toBeGreaterThan(window.startNs);
            expect(isBackward ? window.endNs : window.startNs).toBe(at);
            if (steps === stopAt % 7) {
              const lastNs = window.startNs + (window.endNs - window.startNs) / 2n;
              windows.stoppedAt(lastNs);
              at = isBackward ? lastNs : lastNs + 1n;
            } else {
              windows.done(window, rows[steps] ?? 0);
              at = isBackward ? window.startNs : window.endNs;
            }
            steps++;
            expect(steps).toBeLessThan(2000);
          }
          expect(at).toBe(isBackward ? startNs : endNs);
        },
      ),
    );
  });

  it('reach over a year without rows in a few steps', () => {
    const yearNs = 365n * 86_400_000_000_000n;
    const windows = new GrowingWindows({
      startNs: 0n,
      endNs: yearNs,
      isBackward: true,
      firstNs: 60_000_000_000n,
      wantedRows: 100,
    });
    let steps = 0;
    for (let window = windows.next(); window !== undefined; window = windows.next()) {
      windows.done(window, 0);
      steps++;
    }
    expect(steps).toBeLessThanOrEqual(6);
  });
});

describe('windows of rows', () => {
  it('hold every piece that has rows once, in order, and not much more than was wanted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 50 })), { maxLength: 60 }),
        fc.integer({ min: 1, max: 200 }),
        (counts, wanted) => {
          const pieceNs = 10n;
          const whole = { startNs: 1000n, endNs: 1000n + pieceNs * BigInt(counts.length) };
          const windows: readonly TimeWindow[] = windowsOfRows(whole, pieceNs, counts, wanted);
          let endNs = whole.startNs;
          let held = 0;
          for (const window of windows) {
            expect(window.startNs).toBeGreaterThanOrEqual(endNs);
            expect(window.endNs).toBeGreaterThan(window.startNs);
            endNs = window.endNs;
            let rows = 0;
            let pieces = 0;
            counts.forEach((count, i) => {
              const at = whole.startNs + pieceNs * BigInt(i);
              if (at < window.startNs || at >= window.endNs || count === 0) return;
              rows += count;
              pieces++;
            });
            expect(pieces === 1 || rows <= wanted).toBe(true);
            held += rows;
          }
          expect(endNs).toBeLessThanOrEqual(whole.endNs);
          expect(held).toBe(counts.reduce((a, b) => a + b, 0));
        },
      ),
    );
  });
});
