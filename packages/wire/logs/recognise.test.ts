import { LOG_LEVELS } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { LineRecogniser, WANT_LEVEL, WANT_SERVICE, WANT_SPAN, WANT_TIME, WANT_TRACE } from './recognise.ts';

const recogniser = new LineRecogniser();

function recognise(line: string) {
  const bytes = Buffer.from(`xx${line}yy`);
  const to = bytes.length - 2;
  const want = WANT_LEVEL | WANT_TRACE | WANT_SPAN | WANT_SERVICE | WANT_TIME;
  recogniser.recognise(bytes, 2, to, want);
  const r = recogniser;
  const text = (a: number, b: number) => bytes.subarray(a, b).toString();
  return {
    level: LOG_LEVELS[r.level],
    trace: text(r.traceFrom, r.traceTo),
    span: text(r.spanFrom, r.spanTo),
    service: text(r.serviceFrom, r.serviceTo),
    time: text(r.timeFrom, r.timeTo),
  };
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a JSON document', () => {
  it('has its fields at the top, wherever they stand', () => {
    const record = {
      fields: { level: 'debug', trace_id: 'no', list: [{ level: 'debug' }, '}'] },
      stacktrace: 'a\n"quoted" \\ {"level":"fatal"}',
      timestamp: '2026-01-02T03:04:05Z',
      level: 'ERROR',
      message: 'x',
      service: 'order-service',
      trace_id: TRACE,
      span_id: SPAN,
    };
    const expected = { level: 'error', trace: TRACE, span: SPAN, service: 'order-service', time: record.timestamp };
    expect(recognise(JSON.stringify(record))).toEqual(expected);
    expect(recognise(JSON.stringify(record, null, 2))).toEqual(expected);
    expect(recognise(`  ${JSON.stringify(record)} `)).toEqual(expected);
  });

  it.each([
    [{ severity: 'Warning' }, { level: 'warn' }],
    [{ lvl: 'crit' }, { level: 'critical' }],
    [{ LEVEL: 'panic' }, { level: 'fatal' }],
    [{ level: 30 }, { level: 'info' }],
    [{ level: 60 }, { level: 'fatal' }],
    [{ level: 35 }, { level: 'info' }],
    [{ level: '50' }, { level: 'error' }],
    [{ level: 3 }, { level: 'unknown' }],
    [{ priority: '3' }, { level: 'unknown' }],
    [{ PRIORITY: '3' }, { level: 'error' }],
    [{ syslog_severity: 7 }, { level: 'debug' }],
    [{ severity_number: 17 }, { level: 'error' }],
    [{ level: 'banana', severity: 'info' }, { level: 'info' }],
    [{ level: null, lvl: 'E' }, { level: 'error' }],
    [
      { 'log.level': 'notice', 'trace.id': 'A-b_9', 'span.id': '1' },
      { level: 'info', trace: 'A-b_9', span: '1' },
    ],
    [
      { log: { logger: 'x', level: 'debug' }, trace: { id: TRACE }, span: { id: SPAN }, service: { name: 'pay' } },
      { level: 'debug', trace: TRACE, span: SPAN, service: 'pay' },
    ],
    [
      { traceId: TRACE, spanId: SPAN },
      { trace: TRACE, span: SPAN },
    ],
    [{ traceID: TRACE }, { trace: TRACE }],
    [{ dd: { trace_id: '123', span_id: '45', service: 'no', level: 'error' } }, { trace: '123', span: '45' }],
    [
      { trace_id: '0'.repeat(32), span_id: '' },
      { trace: '', span: '' },
    ],
    [{ trace_id: null, traceId: 'a b' }, { trace: '' }],
    [{ trace_id: 'x'.repeat(65) }, { trace: '' }],
    [{ trace: 'at main.go:3' }, { trace: '' }],
    [{ ts: 1_700_000_000.25 }, { time: '1700000000.25' }],
    [{ time: null, '@timestamp': '2026' }, { time: '2026' }],
    [{ msg: 'ERROR could not' }, { level: 'error' }],
    [
      { log: 'level=warn trace_id=abc msg="x"\n', stream: 'stderr' },
      { level: 'warn', trace: 'abc' },
    ],
    [{ error: null, msg: 'fine' }, { level: 'unknown' }],
  ])('%j', (record, expected) => {
    expect(recognise(JSON.stringify(record))).toMatchObject(expected);
  });

  it('takes no longer for what is hostile', () => {
    for (const text of ['x=', 'ts=', 'a="', '{"', '{"log":{', '[{', '\\"', 'level ', 'a.b-c@', '=', '"']) {
      const bytes = Buffer.from(text.repeat(300_000));
      recogniser.recognise(bytes, 0, bytes.length, WANT_LEVEL | WANT_TRACE);
      recogniser.recognise(Buffer.concat([Buffer.from('{'), bytes]), 0, bytes.length, WANT_LEVEL | WANT_TRACE);
    }
    expect(recogniser.level).toBe(0);
  });

  it('is read as far as it goes', () => {
    for (const cut of ['{', '{"', '{"level', '{"level"', '{"level":', '{"level":"', '{"a":[', '{"log":{', '{"a":"\\']) {
      expect(recognise(cut).level).toBe('unknown');
    }
    expect(recognise('{"level":"error').level).toBe('error');
    expect(recognise('{"level":"error","a":tru').level).toBe('error');
    expect(recognise('{level:"error"}').level).toBe('unknown');
  });
});

describe('a text', () => {
  it.each([
    ['level=error msg="it broke" trace_id=abc span_id=d', { level: 'error', trace: 'abc', span: 'd' }],
    ['ts=2026-01-01T00:00:00Z caller=x level="warn" service=pay', { level: 'warn', service: 'pay' }],
    ['msg="info about level=fatal things" lvl=debug', { level: 'debug' }],
    ['trace.id=9 log.level=error', { level: 'error', trace: '9' }],
    ['level=40 x=y', { level: 'warn' }],
    ['2026-01-02 03:04:05.678 ERROR [main] c.e.Order - no info', { level: 'error' }],
    ['[2026-01-02 03:04:05] [notice] child exited', { level: 'info' }],
    ['I was told: no notice was given', { level: 'unknown' }],
    ['panic: runtime error: index out of range', { level: 'fatal' }],
    ['GET /errors/information HTTP/1.1 200', { level: 'unknown' }],
    ['my_error user_info debugger', { level: 'unknown' }],
    ['WARN|x', { level: 'warn' }],
    ['Traceback (most recent call last):\n  File x\n error: y', { level: 'unknown' }],
    ['first line\nERROR second line', { level: 'error' }],
    ['stack trace of a fine trace', { level: 'unknown' }],
    ['TRACE entering', { level: 'trace' }],
    [`2026-01-01T00:00:00Z stdout F {"level":"warn","trace_id":"${TRACE}"} tail`, { level: 'warn', trace: TRACE }],
    ['it said {"nothing good} and then ERROR', { level: 'error' }],
    ['x {"error":null} {"a":1} y', { level: 'unknown' }],
    ['错误 error 发生', { level: 'error' }],
    ['', { level: 'unknown' }],
    ['=', { level: 'unknown' }],
    ['level=', { level: 'unknown' }],
    ['level="', { level: 'unknown' }],
  ])('%s', (line, expected) => {
    expect(recognise(line)).toMatchObject(expected);
  });
});
