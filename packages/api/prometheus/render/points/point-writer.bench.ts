import { bench, describe } from 'vitest';
import { PointWriter } from './point-writer.ts';

const STEPS = 350;
const times = Array.from({ length: STEPS }, (_, k) => `,[${1_700_000_000 + k * 60},"`);
const present = new Uint8Array(STEPS).fill(1);
const series = Array.from({ length: 1000 }, () =>
  Float64Array.from({ length: STEPS }, () => (Math.random() * 1000) / 3),
);
const out = Buffer.allocUnsafeSlow(64 * 1024);

describe('350,000 points of 17 digits', () => {
  const options = { iterations: 5, time: 0, warmupIterations: 2, warmupTime: 0 };
  const writer = new PointWriter(times);
  bench(
    'WebAssembly',
    () => {
      for (const values of series) out.set(writer.write(values, present));
    },
    options,
  );
  bench(
    'text of numbers in JavaScript',
    () => {
      for (const values of series) {
        let text = '';
        for (let k = 0; k < STEPS; k++) text += `${times[k]}${values[k]}"]`;
        out.write(text, 'latin1');
      }
    },
    options,
  );
});
