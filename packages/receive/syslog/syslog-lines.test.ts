import { DEFAULT_LOG_LIMITS } from '@petrel/wire/logs/log-limits.ts';
import { ZoneGuess } from '@petrel/wire/syslog/index.ts';
import { describe, expect, it } from 'vitest';
import { LogSinkRecorder, type RecordedLine } from '../log-sink-recorder.ts';
import { SyslogLines } from './syslog-lines.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 10, 30, 5);

async function linesOf(...messages: string[]): Promise<RecordedLine[]> {
  const lines = new SyslogLines({ zones: new ZoneGuess(), limits: DEFAULT_LOG_LIMITS });
  for (const message of messages) {
    const bytes = Buffer.from(message);
    lines.add(bytes, 0, bytes.length, { transport: 'udp', address: '10.9.8.7' }, NOW_MS);
  }
  const sink = new LogSinkRecorder();
  await sink.write(lines.build());
  return sink.lines;
}

describe('SyslogLines', () => {
  it('makes labels of what is few, metadata of what is many', async () => {
    const [line] = await linesOf(
      '<165>1 2026-11-25T10:30:00Z web-1 order 8710 ID47 [ex@32473 user.id="u1" e=""] hello',
    );
    expect(line).toEqual({
      labels: { service: 'order', service_name: 'order', host: 'web-1', facility: 'local4' },
      tsNs: 1795602600000000000n,
      body: 'hello',
      metadata: { severity: 'notice', procid: '8710', msgid: 'ID47', sd_ex_32473_user_id: 'u1' },
      level: 'info',
      traceId: '',
      spanId: '',
    });
  });

  it('finds the record within the text', async () => {
    const record =
      '{"timestamp":"2026-11-25T10:29:59Z","level":"ERROR","service":"order-service","message":"x","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}';
    const [line] = await linesOf(`<13>Nov 25 18:30:04 web-1 node[7]: ${record}`);
    expect(line).toMatchObject({
      labels: { service: 'order-service', service_name: 'order-service', host: 'web-1', facility: 'user' },
      // Eight hours ahead of UTC.
      tsNs: 1795602604000000000n,
      body: record,
      metadata: { severity: 'notice', procid: '7', app_name: 'node' },
      level: 'error',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  it('takes the level that is named, else the severity', async () => {
    const levels = (
      await linesOf(
        ...['<8>a: x', '<9>a: x', '<10>a: x', '<11>a: x', '<12>a: x', '<13>a: 0 errors', '<14>a: x', '<15>a: x'],
        ...['<13>a: ts=1 level=warn msg=x', '<11>a: {"msg":"x","severity":"DEBUG"}', '<11>a: {"n":1}'],
      )
    ).map(({ level }) => level);
    expect(levels).toEqual([
      ...['fatal', 'critical', 'critical', 'error', 'warn', 'info', 'info', 'debug'],
      ...['warn', 'debug', 'error'],
    ]);
  });

  it('does not believe a clock that is far ahead', async () => {
    const [line] = await linesOf('<14>1 2030-01-01T00:00:00Z h a - - - x');
    expect(line?.tsNs).toBe(BigInt(NOW_MS) * 1_000_000n);
  });

  it('keeps what is no message, under the address that it came from', async () => {
    const found = await linesOf('WARN something odd\n', '', '\n', '<13>', '\0');
    expect(found).toMatchObject([
      {
        labels: { service: 'unknown_service', service_name: 'unknown_service', host: '10.9.8.7' },
        body: 'WARN something odd',
        level: 'warn',
        tsNs: BigInt(NOW_MS) * 1_000_000n,
      },
      { body: '', metadata: { severity: 'notice' } },
    ]);
  });
});
