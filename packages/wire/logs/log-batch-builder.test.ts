import { Labels, PetrelError } from '@petrel/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchRows } from './batch-rows.ts';
import { LogBatchBuilder, type LogLine } from './log-batch-builder.ts';
import { withService } from './service-name.ts';

const APP = Labels.of({ app: 'shop', env: 'prod' });

function line(builder: LogBatchBuilder, text: string | Uint8Array, rest: Partial<LogLine> = {}): void {
  const bytes = Buffer.from(text as string);
  builder.add({ stream: builder.stream(APP), tsNs: 1n, bytes, from: 0, to: bytes.length, ...rest });
}

function rowOf(text: string | Uint8Array, rest: Partial<LogLine> = {}) {
  const builder = new LogBatchBuilder();
  line(builder, text, rest);
  const [row] = batchRows(builder.build());
  if (row === undefined) throw new Error('no row');
  return row;
}

describe('streams', () => {
  it('get a service name as Loki discovers it, and one place for one label set', () => {
    const builder = new LogBatchBuilder();
    const place = builder.stream(APP);
    expect(builder.stream(Labels.of({ env: 'prod', app: 'shop' }))).toBe(place);
    expect(builder.stream(Labels.of({ env: 'prod', app: 'shop', service_name: 'shop' }))).toBe(place);
    const names = [
      { job: 'a', container: 'b', service: 'c' },
      { job: 'a', k8s_container_name: 'b' },
      { job: 'a' },
      { x: 'y' },
      { service: 'a', service_name: 'b' },
    ].map((labels) => builder.stream(Labels.of(labels)));
    line(builder, 'x');
    const { streams } = builder.build();
    const named = names.map((at) => streams[at]?.get('service_name'));
    expect(named).toEqual(['c', 'b', 'a', 'unknown_service', 'b']);
    expect(streams).toHaveLength(6);
    expect(withService(Labels.of({ job: 'a' })).toObject()).toEqual({ job: 'a', service: 'a', service_name: 'a' });
  });

  it('leave what belongs to a line to its lines: two traces are one stream', () => {
    const builder = new LogBatchBuilder();
    for (const trace_id of ['AB12', 'cd34']) {
      const stream = builder.stream(Labels.of({ job: 'shop', level: 'error', trace_id }));
      builder.add({ stream, tsNs: 1n, bytes: Buffer.from('x'), from: 0, to: 1 });
    }
    const batch = builder.build();
    expect(batch.streams.map((labels) => labels.toObject())).toEqual([
      { job: 'shop', level: 'error', service_name: 'shop' },
    ]);
    expect(batchRows(batch).map(({ metadata, traceId, level }) => [metadata, traceId, level])).toEqual([
      [{ trace_id: 'AB12' }, 'ab12', 'error'],
      [{ trace_id: 'cd34' }, 'cd34', 'error'],
    ]);
  });

  it('are bounded in number', () => {
    const builder = new LogBatchBuilder();
    const fill = () => {
      for (let i = 0; i <= 100_000; i++) builder.stream(Labels.fromSortedPairs(['service_name', String(i)]));
    };
    expect(fill).toThrow(PetrelError);
  });
});

describe('a line', () => {
  it('keeps its metadata: the first of a name, no empty values', () => {
    const metadata = ['a', '1', 'b', '', 'a', '2', 'ü', 'ß'];
    expect(rowOf('x', { metadata }).metadata).toEqual({ a: '1', ü: 'ß' });
    const builder = new LogBatchBuilder();
    line(builder, 'x', { metadata: ['a', '1'] });
    builder.addMetadata('a', 'dropped');
    builder.dropMetadata();
    line(builder, 'y', { metadata: ['a', '2', 'b', '3'] });
    line(builder, 'z');
    expect(batchRows(builder.build()).map((row) => row.metadata)).toEqual([{ a: '1' }, { a: '2', b: '3' }, {}]);
  });

  it('is recognised by what is said, then metadata, then the stream, then the body', () => {
    const body = '{"level":"debug","trace_id":"B0D7","span_id":"b0"}';
    expect(rowOf(body)).toMatchObject({ level: 'debug', traceId: 'b0d7', spanId: 'b0' });
    const metadata = ['severity', 'WARN', 'traceID', 'META', 'span_id', '00'];
    expect(rowOf(body, { metadata })).toMatchObject({ level: 'warn', traceId: 'meta', spanId: 'b0' });
    const said = { level: 'fatal', traceId: 'SAID', spanId: 's' } as const;
    expect(rowOf(body, { metadata, ...said })).toMatchObject({ level: 'fatal', traceId: 'said', spanId: 's' });
    expect(rowOf(body, { level: 'unknown' })).toMatchObject({ level: 'debug' });
    const builder = new LogBatchBuilder();
    const stream = builder.stream(Labels.of({ level: 'error', trace_id: 'STREAM' }));
    line(builder, body, { stream });
    line(builder, body, { stream, metadata: ['level', 'info'] });
    const rows = batchRows(builder.build());
    expect(rows.map(({ level, traceId }) => [level, traceId])).toEqual([
      ['error', 'stream'],
      ['info', 'stream'],
    ]);
    expect(rowOf('x', { metadata: ['severity_number', '9'] }).level).toBe('info');
    expect(rowOf('x', { metadata: ['level', '50'] }).level).toBe('error');
  });

  it('is cut on the boundary of a character, and says how much is gone', () => {
    const builder = new LogBatchBuilder({ maxLineBytes: 5 });
    for (const text of ['12345', '123456', '123ééé', 'éé€', '\u{1f600}\u{1f600}']) line(builder, text);
    const { length, truncated } = builder;
    expect([length, truncated]).toEqual([5, 4]);
    expect(batchRows(builder.build()).map(({ body }) => body)).toEqual([
      '12345',
      '12345 …[truncated 1 bytes]',
      '123é …[truncated 4 bytes]',
      'éé …[truncated 3 bytes]',
      '\u{1f600} …[truncated 4 bytes]',
    ]);
  });

  it('is recognised before it is cut', () => {
    const builder = new LogBatchBuilder({ maxLineBytes: 10 });
    line(builder, `{"message":"${'x'.repeat(50)}","level":"error"}`);
    expect(batchRows(builder.build())[0]?.level).toBe('error');
  });

  it('has U+FFFD where it is no UTF-8, even where neighbours make up for it', () => {
    expect(rowOf(Buffer.of(0x61, 0xff, 0x62)).body).toBe('a\ufffdb');
    const builder = new LogBatchBuilder();
    line(builder, Buffer.of(0x61, 0xc3));
    line(builder, Buffer.of(0xa9, 0x62));
    line(builder, 'fine é');
    expect(batchRows(builder.build()).map(({ body }) => body)).toEqual(['a\ufffd', '\ufffdb', 'fine é']);
  });
});

it('gives back what was added, whatever it was', () => {
  const times = fc.bigInt({ min: 0n, max: 9_223_372_035_999_999_999n });
  const names = fc.constantFrom('a', 'b', 'c', 'user_id', 'ü');
  const row = fc.record({
    tsNs: times,
    body: fc.string({ unit: 'grapheme', maxLength: 200 }),
    stream: fc.constantFrom('x', 'y', 'z'),
    metadata: fc.dictionary(names, fc.string({ unit: 'grapheme', minLength: 1 })),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const builder = new LogBatchBuilder({ expectedLines: 1, expectedBytes: 1 });
      for (const { tsNs, body, stream, metadata } of rows) {
        const bytes = Buffer.from(`__${body}__`);
        const place = builder.stream(Labels.of({ service_name: stream }));
        const to = bytes.length - 2;
        builder.add({ stream: place, tsNs, bytes, from: 2, to, metadata: Object.entries(metadata).flat() });
      }
      const got = batchRows(builder.build()).map(({ tsNs, body, stream, metadata }) => ({
        tsNs,
        body,
        stream,
        metadata,
      }));
      expect(got).toEqual(
        rows.map((r) => ({ ...r, stream: `{service_name="${r.stream}"}`, metadata: { ...r.metadata } })),
      );
    }),
  );
});
