import { Labels, noInstruments, PetrelError, silentLogger } from '@petrel/model';
import { encodeRemoteWrite1, encodeRemoteWrite2, encodeSnappy } from '@petrel/wire';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReceiveAnswer } from '../answer.ts';
import { FakeSink } from '../fake-sink.ts';
import { createRemoteWriteReceiver, type RemoteWriteReceiver } from './receiver.ts';

let sink: FakeSink;
let receive: RemoteWriteReceiver;

beforeEach(() => {
  sink = new FakeSink();
  receive = createRemoteWriteReceiver({ sink, logger: silentLogger, instruments: noInstruments });
});

const good = {
  labels: Labels.of({ __name__: 'm', a: '1' }),
  timestampsMs: Float64Array.of(1000, 2000),
  values: Float64Array.of(1, 2),
  from: 0,
  to: 2,
};
const nameless = { ...good, labels: Labels.of({ a: '1' }) };
const V2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';

function send(body: Uint8Array, contentType?: string, encoding = 'snappy'): Promise<ReceiveAnswer> {
  const headers = { 'content-encoding': encoding, ...(contentType !== undefined && { 'content-type': contentType }) };
  return receive({ headers, body });
}

describe('remote write', () => {
  it('takes 1.0 and 2.0 and counts what 2.0 wrote', async () => {
    expect((await send(encodeSnappy(encodeRemoteWrite1([good])), 'application/x-protobuf')).status).toBe(204);
    expect((await send(encodeSnappy(encodeRemoteWrite1([good])))).status).toBe(204);
    const answer = await send(encodeSnappy(encodeRemoteWrite2([good])), V2);
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'X-Prometheus-Remote-Write-Samples-Written': '2',
      'X-Prometheus-Remote-Write-Histograms-Written': '0',
      'X-Prometheus-Remote-Write-Exemplars-Written': '0',
    });
    expect(sink.rows).toHaveLength(6);
    expect(new Set(sink.rows.map((row) => row.series))).toEqual(new Set(['m{a="1"}']));
  });

  it('writes the valid part and answers 400 with the reason', async () => {
    const answer = await send(encodeSnappy(encodeRemoteWrite2([nameless, good])), V2);
    expect(answer.status).toBe(400);
    expect(String(answer.body)).not.toBe('');
    expect(answer.headers['X-Prometheus-Remote-Write-Samples-Written']).toBe('2');
    expect(sink.rows).toHaveLength(2);
  });

  it('refuses other content', async () => {
    const body = encodeSnappy(encodeRemoteWrite1([good]));
    expect((await send(body, 'text/plain')).status).toBe(415);
    expect((await send(body, 'application/x-protobuf;proto=other')).status).toBe(415);
    expect((await send(body, 'application/x-protobuf', 'br')).status).toBe(415);
    expect((await send(Buffer.from('garbage'), 'application/x-protobuf')).status).toBe(400);
  });

  it('pushes back with Retry-After and claims nothing written', async () => {
    sink.failures.push(new PetrelError('STORE_OVERLOADED', 'too much', { retryAfterMs: 1_500 }));
    const answer = await send(encodeSnappy(encodeRemoteWrite2([good])), V2);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'Retry-After': '2', 'X-Prometheus-Remote-Write-Samples-Written': '0' });
    sink.failures.push(new PetrelError('STORE_UNAVAILABLE', 'away'));
    expect(await send(encodeSnappy(encodeRemoteWrite1([good])))).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '5' },
    });
  });

  it('refuses a decompression bomb', async () => {
    receive = createRemoteWriteReceiver({
      sink,
      logger: silentLogger,
      instruments: noInstruments,
      maxDecodedBytes: 1000,
    });
    expect((await send(encodeSnappy(new Uint8Array(100_000)))).status).toBe(413);
  });

  it('answers 4xx or success to any mutated body', async () => {
    const bodies = [encodeRemoteWrite1([good]), encodeRemoteWrite2([good])];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        async (which, at, byte, outer) => {
          const bytes = Uint8Array.from(bodies[which] as Uint8Array);
          if (!outer) bytes[at % bytes.length] = byte;
          const body = Uint8Array.from(encodeSnappy(bytes));
          if (outer) body[at % body.length] = byte;
          const { status } = await send(body, which === 1 ? V2 : 'application/x-protobuf');
          expect(status).toBeLessThan(500);
        },
      ),
    );
  });
});
