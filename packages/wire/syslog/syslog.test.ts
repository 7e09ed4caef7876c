import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyslogFrames } from './frames.ts';
import type { SyslogMessage } from './message.ts';
import { parseSyslog } from './parse-syslog.ts';
import { ZoneGuess } from './zone-guess.ts';

const encoder = new TextEncoder();

function parsed(text: string): Partial<SyslogMessage> & { text: string } {
  const bytes = encoder.encode(text);
  const { from, to, ...message } = parseSyslog(bytes, 0, bytes.length);
  const given = Object.entries(message).filter(([, value]) => value !== undefined && value !== '' && `${value}` !== '');
  return {
    ...Object.fromEntries(given),
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, to)),
  };
}

describe('parseSyslog, RFC 5424', () => {
  it('takes everything apart', () => {
    const line =
      '<165>1 2026-11-25T10:30:00.123456+08:00 web-1 order.api 8710 ID47 [ex@32473 iut="3" src="a\\"b\\\\c\\]d"][b x=""] \ufeffit works\r\n';
    expect(parsed(line)).toEqual({
      facility: 20,
      severity: 5,
      time: 1795573800123456000n,
      hostname: 'web-1',
      appName: 'order.api',
      procId: '8710',
      msgId: 'ID47',
      parameters: ['ex@32473', 'iut', '3', 'ex@32473', 'src', 'a"b\\c]d', 'b', 'x', ''],
      text: 'it works',
    });
  });

  it('knows what is left out', () => {
    expect(parsed('<0>1 - - - - - -')).toEqual({ facility: 0, severity: 0, text: '' });
    expect(parsed('<14>1 - h a - - - {"level":"error"}')).toMatchObject({ hostname: 'h', text: '{"level":"error"}' });
    expect(parsed('<14>1 - h a - - [x] - ')).toMatchObject({ text: '- ' });
    expect(parsed('<14>1 - h a - -')).toMatchObject({ appName: 'a', text: '' });
    expect(parsed('<14>1 - h a - - no data in front')).toMatchObject({ text: 'no data in front' });
    expect(parsed('<14>1 - h a - - [main thread] started')).toMatchObject({ text: '[main thread] started' });
  });

  it.each(['<192>1 - - - - - - x', '<>1 - - - - - - x', '1 - - - - - - x', 'plain text', '<14'])(
    'leaves alone what is none: %s',
    (line) => expect(parsed(line)).toEqual({ text: line }),
  );
});

describe('parseSyslog, RFC 3164', () => {
  const wall = { year: undefined, month: 10, day: 11, hour: 22, minute: 14, second: 15, nanos: 0 };

  it.each<[string, object]>([
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
      { hostname: 'mymachine', appName: 'su', text: "'su root' failed" },
    ],
    ['<34>Oct 11 22:14:15 10.1.2.3 cron[42]: x', { hostname: '10.1.2.3', appName: 'cron', procId: '42', text: 'x' }],
    ['<34>Oct 11 22:14:15 cron[42]: x', { appName: 'cron', procId: '42', text: 'x' }],
    ['<34>Oct 11 22:14:15 tag: x', { appName: 'tag', text: 'x' }],
    ['<34>Oct 11 22:14:15 h kernel: [1.0] x', { hostname: 'h', appName: 'kernel', text: '[1.0] x' }],
    ['<34>Oct 11 22:14:15 h no tag here', { hostname: 'h', text: 'no tag here' }],
    ['<34>Oct 11 22:14:15 {"a":1, "b":2}', { text: '{"a":1, "b":2}' }],
    ['<34>Oct 11 22:14:15 h /usr/bin/x.sh[7]: y', { hostname: 'h', appName: '/usr/bin/x.sh', procId: '7', text: 'y' }],
    ['<34>42: *Oct 11 22:14:15: %SYS-5-CONFIG_I: done', { appName: '%SYS-5-CONFIG_I', text: 'done' }],
  ])('%s', (line, expected) => {
    const { time, ...rest } = parsed(line);
    expect(rest).toEqual({ facility: 4, severity: 2, ...expected });
    expect(time).toEqual(wall);
  });

  it('reads other times, and none', () => {
    expect(parsed('<34>Oct  1 2:14:15 h t: x').time).toBeUndefined();
    expect(parsed('<34>Oct  1 02:14:15.25 h t: x').time).toEqual({
      ...wall,
      day: 1,
      hour: 2,
      nanos: 250_000_000,
    });
    expect(parsed('<34>Oct 11 2025 22:14:15 h t: x').time).toEqual({ ...wall, year: 2025 });
    expect(parsed('<34>2026-11-25T10:30:00+08:00 h t[1]: x')).toEqual({
      facility: 4,
      severity: 2,
      time: 1795573800000000000n,
      hostname: 'h',
      appName: 't',
      procId: '1',
      text: 'x',
    });
    expect(parsed('<13>tag[3]: hi')).toEqual({ facility: 1, severity: 5, appName: 'tag', procId: '3', text: 'hi' });
    expect(parsed('<13>hello there')).toEqual({ facility: 1, severity: 5, text: 'hello there' });
    expect(parsed('Oct 11 22:14:15 h t: x')).toEqual({ text: 'Oct 11 22:14:15 h t: x' });
  });
});

describe('any bytes', () => {
  const samples = [
    '<165>1 2026-11-25T10:30:00.123456+08:00 web-1 app 8710 ID47 [ex@32473 iut="3" src="a\\"b"] x',
    '<34>Oct 11 22:14:15 mymachine su[1]: failed',
  ].map((line) => encoder.encode(line));
  const mutated = fc
    .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 }), fc.nat(100))
    .map(([sample, changes, length]) => {
      const bytes = sample.slice();
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes.subarray(0, length);
    });

  it('are a message, whose text lies within them', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array()), (bytes) => {
        const { from, to } = parseSyslog(bytes, 0, bytes.length);
        expect(0 <= from && from <= to && to <= bytes.length).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('do not look beyond the message', () => {
    fc.assert(
      fc.property(mutated, fc.uint8Array(), (bytes, behind) => {
        const alone = parseSyslog(bytes, 0, bytes.length);
        const joined = new Uint8Array([...bytes, ...behind]);
        expect(parseSyslog(joined, 0, bytes.length)).toEqual(alone);
      }),
    );
  });

  it('round-trip as structured data', () => {
    const name = fc.stringMatching(/^[!-~]{1,12}$/).filter((text) => !/[="\]]/.test(text));
    const value = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name, value), { minLength: 1, maxLength: 5 }), value, (list, text) => {
        fc.pre(!/[\0\r\n]$/.test(text));
        const data = list.map(([id, key, v]) => `[${id} ${key}="${v.replace(/["\\\]]/g, '\\$&')}"]`).join('');
        expect(parsed(`<14>1 - h a - - ${data} ${text}`)).toMatchObject({ parameters: list.flat(), text });
      }),
    );
  });
});

describe('SyslogFrames', () => {
  function framed(chunks: readonly Uint8Array[], max = 1000): string[] {
    const frames = new SyslogFrames(max);
    const out: string[] = [];
    const take = (bytes: Uint8Array, from: number, to: number) =>
      void out.push(Buffer.from(bytes.subarray(from, to)).toString());
    for (const chunk of chunks) frames.push(chunk, take);
    frames.end(take);
    return out;
  }

  it('tells counted messages from lines, one by one', () => {
    const text = '8 <1>a\nb c<2>line\r\n\n3 <3x\n12 monkeys\n2026-11-25 x\n5 <4>ab<5>nul\0<6>last';
    expect(framed([encoder.encode(text)])).toEqual([
      ...['<1>a\nb c', '<2>line\r', '<3x', '12 monkeys', '2026-11-25 x', '<4>ab', '<5>nul', '<6>last'],
    ]);
  });

  it('cuts what is too long and goes on behind it', () => {
    expect(framed([encoder.encode(`${'x'.repeat(25)}\n<1>a\n20 <2>${'y'.repeat(17)}<3>b\n`)], 10)).toEqual([
      ...['x'.repeat(10), '<1>a', `<2>${'y'.repeat(7)}`, '<3>b'],
    ]);
  });

  it('does not depend on how the bytes come', () => {
    const message = fc.oneof(
      fc.string({ maxLength: 30 }).map((text) => `${encoder.encode(`<1>${text}`).length} <1>${text}`),
      fc.string({ maxLength: 30 }).map((text) => `<2>${text.replace(/[\n\0]/g, ' ')}\n`),
      fc.string({ maxLength: 30 }).map((text) => `${text.replace(/[\n\0]/g, ' ')}\n`),
    );
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(200)), (messages, cuts) => {
        const bytes = encoder.encode(messages.join(''));
        const places = [0, ...cuts.map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
        expect(framed(chunks, 20)).toEqual(framed([bytes], 20));
      }),
    );
  });
});

describe('ZoneGuess', () => {
  const nowMs = Date.UTC(2026, 0, 1, 0, 5, 0);
  const wall = (month: number, day: number, hour: number, minute: number) => ({
    year: undefined,
    ...{ month, day, hour, minute, second: 0, nanos: 5 },
  });
  const iso = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString();

  it('takes the year that is nearest', () => {
    const guess = new ZoneGuess('UTC');
    expect(iso(guess.resolve(wall(12, 31, 23, 59), 'a', nowMs))).toBe('2025-12-31T23:59:00.000Z');
    expect(iso(guess.resolve(wall(1, 1, 0, 6), 'a', nowMs))).toBe('2026-01-01T00:06:00.000Z');
    expect(iso(guess.resolve({ ...wall(3, 1, 0, 0), year: 2020 }, 'a', nowMs))).toBe('2020-03-01T00:00:00.000Z');
  });

  it('learns the zone of each sender, and keeps it for late messages', () => {
    const guess = new ZoneGuess();
    expect(iso(guess.resolve(wall(1, 1, 8, 5), 'cn', nowMs))).toBe('2026-01-01T00:05:00.000Z');
    expect(iso(guess.resolve(wall(1, 1, 7, 48), 'cn', nowMs))).toBe('2025-12-31T23:48:00.000Z');
    expect(iso(guess.resolve(wall(12, 31, 19, 5), 'us', nowMs))).toBe('2026-01-01T00:05:00.000Z');
    expect(iso(guess.resolve(wall(1, 1, 0, 5), 'utc', nowMs))).toBe('2026-01-01T00:05:00.000Z');
    expect(iso(guess.resolve(wall(12, 31, 22, 38), 'late', nowMs))).toBe('2025-12-31T22:38:00.000Z');
  });

  it('knows zones by name, with their summer time', () => {
    const guess = new ZoneGuess('Europe/Berlin');
    expect(iso(guess.resolve({ ...wall(7, 1, 12, 0), year: 2026 }, 'a', nowMs))).toBe('2026-07-01T10:00:00.000Z');
    expect(iso(guess.resolve({ ...wall(12, 1, 12, 0), year: 2026 }, 'a', nowMs))).toBe('2026-12-01T11:00:00.000Z');
    expect(() => new ZoneGuess('Nowhere/Land')).toThrow(RangeError);
  });
});
