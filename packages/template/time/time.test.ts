import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../compiled-template.ts';
import { durationText, goDuration } from './duration.ts';
import { GoTime } from './go-time.ts';
import { parseTime } from './parse-time.ts';
import { loadZone, UTC, type Zone } from './zone.ts';

const time = new GoTime(Date.UTC(2024, 1, 29, 13, 4, 5) / 1000, 123_456_789);

function zone(name: string): Zone {
  const found = loadZone(name);
  if (found === undefined) throw new Error(`no zone ${name}`);
  return found;
}

describe('GoTime', () => {
  it.each([
    ['2006-01-02T15:04:05.000Z07:00', '2024-02-29T13:04:05.123Z'],
    ['Mon Jan _2 3:04PM MST 002', 'Thu Feb 29 1:04PM UTC 060'],
    ['January Monday 06 .999999 -0700', 'February Thursday 24 .123456 +0000'],
    ['_2006 Janet', '_2024 Janet'],
  ])('formats by %s', (layout, text) => {
    expect(time.format(layout)).toBe(text);
  });

  it.each([
    ['Europe/Paris', '2024-02-29 14:04:05.123456789 +0100 CET'],
    ['America/New_York', '2024-02-29 08:04:05.123456789 -0500 EST'],
    ['Asia/Kolkata', '2024-02-29 18:34:05.123456789 +0530 IST'],
    ['Asia/Kathmandu', '2024-02-29 18:49:05.123456789 +0545 +0545'],
    ['America/Sao_Paulo', '2024-02-29 10:04:05.123456789 -0300 -03'],
    ['Asia/Shanghai', '2024-02-29 21:04:05.123456789 +0800 CST'],
  ])('is shown in %s', (name, text) => {
    expect(time.in(zone(name)).toString()).toBe(text);
  });

  it('knows summer time', () => {
    expect(GoTime.fromUnixMs(Date.UTC(2024, 6, 1), zone('Europe/Paris')).format('MST -07')).toBe('CEST +02');
  });

  it('knows no zone of another name', () => {
    expect(loadZone('Invalid/Zone')).toBeUndefined();
    expect(loadZone('+01:00')).toBeUndefined();
    expect(loadZone('')).toBe(UTC);
  });

  it('has the zero time of Go', () => {
    expect(GoTime.zero().toString()).toBe('0001-01-01 00:00:00 +0000 UTC');
    expect(GoTime.zero().isZero).toBe(true);
  });

  it.each([
    ['{{.Year}} {{.Month}} {{printf "%d" .Month}} {{.Weekday}} {{.YearDay}}', '2024 February 2 Thursday 60'],
    ['{{.Unix}} {{.UnixMilli}} {{.Hour}}:{{.Minute}}:{{.Second}} {{.IsZero}}', '1709211845 1709211845123 13:4:5 false'],
    [
      '{{.Sub .}} {{.Before .}} {{.Equal .}} {{.AddDate 1 1 1}}',
      '0s false true 2025-03-30 13:04:05.123456789 +0000 UTC',
    ],
    ['{{.Truncate 3600000000000}}', '2024-02-29 13:00:00 +0000 UTC'],
    ['{{(.Add 1500000000).Format "05.0"}}', '06.6'],
  ])('answers %s', (text, output) => {
    expect(compileTemplate('t', text).execute(time)).toBe(output);
  });

  it('cannot give several results', () => {
    expect(() => compileTemplate('t', '{{.Date}}').execute(time)).toThrow(
      'function Date has 3 return values; should be 1 or 2',
    );
  });

  it('agrees with Date on every day', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999), noInvalidDate: true }),
        (date) => {
          expect(GoTime.fromUnixMs(date.getTime()).format('2006-01-02T15:04:05.000Z07:00')).toBe(date.toISOString());
        },
      ),
    );
  });

  it('reads what it wrote', () => {
    const layout = '2006-01-02T15:04:05.999999999Z07:00';
    const zones = fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York', 'Asia/Kolkata');
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n }), zones, (ns, name) => {
        expect(parseTime(layout, GoTime.fromUnixNs(ns, zone(name)).format(layout)).unixNs).toBe(ns);
      }),
    );
  });
});

describe('parseTime', () => {
  it.each([
    ['2006-01-02', 'not-a-date', 'parsing time "not-a-date" as "2006-01-02": cannot parse "not-a-date" as "2006"'],
    ['2006-01-02', '2024-02-30', 'parsing time "2024-02-30": day out of range'],
    ['2006-01-02', '2024-13-01', 'parsing time "2024-13-01": month out of range'],
    ['15:04', '25:00', 'parsing time "25:00": hour out of range'],
    ['2006', '2024x', 'parsing time "2024x": extra text: "x"'],
  ])('says what is wrong by %s in %s', (layout, text, message) => {
    expect(() => parseTime(layout, text)).toThrow(message);
  });
});

describe('durationText', () => {
  it.each([
    [0n, '0s'],
    [1n, '1ns'],
    [1_500n, '1.5µs'],
    [100_000_000n, '100ms'],
    [1_500_000_000n, '1.5s'],
    [-5_400_000_000_000n, '-1h30m0s'],
  ])('writes %s ns', (ns, text) => {
    expect(durationText(ns)).toBe(text);
  });

  it('has methods in templates', () => {
    const text =
      '{{.Hours}} {{.Minutes}} {{.Seconds}} {{.Milliseconds}} {{.Round 3600000000000}} {{.Truncate 3600000000000}}';
    expect(compileTemplate('t', text).execute(goDuration(5_400_000_000_000n))).toBe(
      '1.5 90 5400 5400000 2h0m0s 1h0m0s',
    );
  });
});
