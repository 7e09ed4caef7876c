/**
 * CPU seconds to decode a million samples from compressed remote write requests: 2,000 series a request, ten labels each, one sample
 * a series, every series known. Run: `npx esbuild packages/wire/remote-write/decode.bench.ts --bundle --platform=node --format=esm
 * --external:snappy --outfile=decode-bench.mjs && node decode-bench.mjs`.
 */
import { Labels, type SeriesRegistry } from '@petrel/model';
import { createExpositionParser } from '../exposition/create-parser.ts';
import { decodeSnappy, encodeSnappy } from '../snappy/snappy.ts';
import { decodeRemoteWrite1 } from './decode-v1.ts';
import { decodeRemoteWrite2 } from './decode-v2.ts';
import { encodeRemoteWrite1, encodeRemoteWrite2, type RemoteWriteSeries } from './encode.ts';

const REQUESTS = 50;
const SERIES = 2_000;
const ROUNDS = 10;

/** Open addressing over typed arrays, as a registry for many series must be. */
class BenchRegistry implements SeriesRegistry {
  readonly #mask = 2 ** 18 - 1;
  readonly #words = new Uint32Array(2 * (this.#mask + 1));
  readonly #refs = new Int32Array(this.#mask + 1).fill(-1);
  readonly #labels: Labels[] = [];
  find(high: number, low: number): number {
    return this.#refs[this.#slot(high, low)] as number;
  }
  register(high: number, low: number, labels: Labels): number {
    const slot = this.#slot(high, low);
    this.#words[2 * slot] = high;
    this.#words[2 * slot + 1] = low;
    const ref = this.#labels.push(labels) - 1;
    this.#refs[slot] = ref;
    return ref;
  }
  labelsOf(ref: number): Labels {
    return this.#labels[ref] ?? Labels.EMPTY;
  }
  #slot(high: number, low: number): number {
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      if (this.#refs[slot] === -1) return slot;
      if (this.#words[2 * slot] === high && this.#words[2 * slot + 1] === low) return slot;
    }
  }
}

function seriesOf(request: number): RemoteWriteSeries[] {
  return Array.from({ length: SERIES }, (_, i) => {
    const n = request * SERIES + i;
    const labels = Labels.of({
      __name__: `http_requests_total_${n % 20}`,
      job: `service-${n % 50}`,
      instance: `10.0.${n % 250}.${Math.floor(n / 250) % 250}:9100`,
      method: n % 2 === 0 ? 'GET' : 'POST',
      code: String(200 + (n % 5) * 100),
      handler: `/api/v1/resource/${n % 100}`,
      region: 'eu-central-1',
      zone: `eu-central-1${'abc'[n % 3]}`,
      pod: `service-${n % 50}-${n}`,
      cluster: 'production',
    });
    return { labels, timestampsMs: Float64Array.of(1.76e12 + n), values: Float64Array.of(n * 1.5), from: 0, to: 1 };
  });
}

function measure(name: string, units: number, run: () => void): void {
  run();
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) run();
  const { user, system } = process.cpuUsage(before);
  const seconds = ((user + system) / 1e6 / (units * ROUNDS)) * 1e6;
  console.log(`${name}: ${seconds.toFixed(3)} CPU s for a million samples`);
}

for (const [version, encode, decode] of [
  ['1.0', encodeRemoteWrite1, decodeRemoteWrite1],
  ['2.0', encodeRemoteWrite2, decodeRemoteWrite2],
] as const) {
  const registry = new BenchRegistry();
  const bodies = Array.from({ length: REQUESTS }, (_, request) => encodeSnappy(encode(seriesOf(request))));
  const sizeBytes = bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length;
  measure(`remote write ${version} (${Math.round(sizeBytes / 1024)} KiB a request)`, REQUESTS * SERIES, () => {
    for (const body of bodies) decode(decodeSnappy(body, 64 << 20), registry);
  });
  measure(`  of it snappy`, REQUESTS * SERIES, () => {
    for (const body of bodies) decodeSnappy(body, 64 << 20);
  });
}

for (const format of ['text', 'openmetrics'] as const) {
  const lines = seriesOf(0).map(({ labels, values }) => `${labels.toString().replaceAll(', ', ',')} ${values[0]}`);
  const body = Buffer.from(`${lines.join('\n')}\n# EOF\n`);
  measure(`exposition ${format}`, SERIES * REQUESTS, () => {
    for (let request = 0; request < REQUESTS; request++) {
      const parser = createExpositionParser(body, format);
      while (parser.next() !== 'eof');
    }
  });
}
