import { Labels } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { KqlParseError } from '../parse/errors.ts';
import { type PlanKqlOptions, planKql } from './plan-kql.ts';

const NOW_MS = Date.parse('2024-05-10T12:00:00Z');
const OPTIONS: PlanKqlOptions = { language: 'kql', nowMs: NOW_MS, streamLabels: ['service_name', 'env'] };

const RECORD = {
  timestamp: '2024-05-10T11:30:00Z',
  level: 'ERROR',
  message: 'order failed: connection refused, 3 tries',
  service: 'order-service',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  user_id: '12345',
  request_id: 'req-550e8400-e29b',
  fields: {
    duration: 1500,
    status: 500,
    cached: false,
    tags: ['a', 'b c'],
    none: null,
    took: '1.5s',
    client: '10.1.2.3',
  },
  items: [
    { name: 'x', n: 1 },
    { name: 'y', n: 2 },
  ],
  'http.method': 'GET',
  stacktrace: 'java.lang.NullPointerException\n\tat Order.java:10',
};

interface Line {
  readonly line?: string;
  readonly metadata?: readonly string[];
  readonly stream?: Readonly<Record<string, string>>;
}

function found(
  query: string,
  { line = JSON.stringify(RECORD), metadata = [], stream = {} }: Line = {},
  options = OPTIONS,
): boolean {
  const plan = planKql(query, options);
  const tsNs = BigInt(Date.parse('2024-05-10T11:30:00Z')) * 1_000_000n;
  return plan.pipeline().forStream(Labels.of(stream)).process({ tsNs, line, metadata }) !== undefined;
}

describe('a JSON document', () => {
  it.each([
    'level:ERROR AND user_id:"12345" AND @timestamp:[now-1h TO now]',
    'duration:>1000 AND service:"order-service"',
    'trace_id:"4bf92f3577b34da6a3ce929d0e0e4736"',
    'trace.id:4BF92F3577B34DA6A3CE929D0E0E4736 and spanId:*',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    'level:error and severity:ERROR and log.level:err*',
    'message:refused',
    'message:"connection refused"',
    'msg:(timeout or CONNECTION)',
    'message:nothing refused',
    'connection',
    'NullPointerException',
    'service:order-service and service:order*',
    'fields.duration >= 1500 and duration < 1500.5 and fields_duration:1500',
    'status:500.0 and status:5*',
    'cached:false and tags:b and tags:"b c"',
    'items.name:x and items.n:2',
    'items:{ name:y and n:2 }',
    'http.method:get and http_method:GET and http*:GET',
    'user_id:* and fields:* and *:*',
    'request_id:"req-550e8400-e29b" and request_id:req-550e8400-e29b',
    'took > 1s and took <= 1500ms',
    'client:10.0.0.0/8',
    '@timestamp >= "2024-05-10" and timestamp:"2024-05-10" and @timestamp:*',
    'not level:debug and not nosuch:*',
    'message.keyword:"order failed: connection refused, 3 tries"',
    'stacktrace:*pointer*',
    'none:null',
  ])('is found by %s', (query) => {
    expect(found(query)).toBe(true);
  });

  it.each([
    'level:info',
    'level:err',
    'message:refus',
    'message:"refused connection"',
    'message:trace_id',
    'trace_id:4bf92f3577b34da6a3ce929d0e0e473',
    'service:payment-service',
    'service:"service order"',
    'duration > 1500',
    'took > 1000',
    'status:50',
    'items:{ name:x and n:2 }',
    'nosuch:* or none:*',
    'client:10.2.0.0/16',
    '@timestamp > now-30m',
    '@timestamp:"2024-05-09"',
    'message.keyword:refused',
    'level.keyword:error',
    'user_id',
    'not 12345',
  ])('is not found by %s', (query) => {
    expect(found(query)).toBe(false);
  });

  it.each([
    ['connecton~ AND message:/re.*ed/', true],
    ['"order refused"~2', true],
    ['"order refused"~1', false],
    ['+level:error -service:pay*', true],
    ['user_id:{12345 TO 13000]', false],
    ['_exists_:items.n AND NOT _exists_:nosuch', true],
    ['service:ord?r-*', true],
    ['/conn.*/', true],
    ['/onn.*/', false],
    ['status:(>=500 AND <600)', true],
    ['request_id:/req-[0-9a-f-]+/', true],
  ])('Lucene: %s gives %s', (query, expected) => {
    expect(found(query, {}, { ...OPTIONS, language: 'lucene' })).toBe(expected);
  });
});

describe('a text with metadata and labels', () => {
  const line: Line = {
    line: '2024-05-10 ERROR:x [w-1] 订单创建失败 took=389ms user_id=12345 msg="all is lost"',
    metadata: ['detected_level', 'error', 'http_method', 'GET', 'trace_id', 'abc'],
    stream: { service_name: 'order-service', env: 'prod' },
  };

  it.each([
    'level:ERROR',
    'user_id:12345 and took > 100ms',
    'message:订单 and message:"lost"',
    'ERROR and "创建失败"',
    'http.method:GET and http*:get',
    'service:"order-service" and service.name:order* and env:prod',
    'trace_id:abc and traceId:a*',
  ])('is found by %s', (query) => {
    expect(found(query, line)).toBe(true);
  });

  it.each(['level:warn', 'prod', 'env:dev', 'message:"失败 创建"', 'trace_id:b', 'msg:GET'])(
    'is not found by %s',
    (query) => {
      expect(found(query, line)).toBe(false);
    },
  );

  it('a level of the stream counts where the line’s own does not say otherwise', () => {
    const stream = { level: 'error' };
    expect(found('level:error', { line: 'x', metadata: ['detected_level', 'error'], stream })).toBe(true);
    expect(found('level:error', { line: 'x', metadata: ['detected_level', 'info'], stream })).toBe(false);
    expect(found('level:audit', { line: 'x', stream: { level: 'audit' } })).toBe(true);
  });
});

describe('the plan', () => {
  it('says in which language the query was read', () => {
    expect(planKql('a:[1 TO 2]', OPTIONS).language).toBe('lucene');
    expect(planKql('a:1', OPTIONS).language).toBe('kql');
  });

  it('pushes down what is certain', () => {
    expect(planKql('user_id:"12345"', OPTIONS).predicate).toEqual({
      kind: 'or',
      parts: [
        { kind: 'metadata', name: 'user.id', op: '=~', value: '(?is).*12345.*' },
        { kind: 'metadata', name: 'user_id', op: '=~', value: '(?is).*12345.*' },
        { kind: 'line', op: 'contains', text: '12345' },
      ],
    });
    expect(planKql('message:Refused', OPTIONS).predicate).toEqual({
      kind: 'line',
      op: 'contains',
      text: 'refused',
      ignoreCase: true,
    });
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(planKql(`trace_id:${trace}`, OPTIONS).predicate).toMatchObject({
      parts: [{ kind: 'trace', id: trace }, { text: trace }, { text: trace.toUpperCase() }],
    });
    expect(planKql('level:ERROR', OPTIONS).predicate).toEqual({
      kind: 'or',
      parts: [
        { kind: 'level', levels: ['error'] },
        {
          kind: 'and',
          parts: [
            { kind: 'level', levels: ['unknown'] },
            { kind: 'line', op: 'contains', text: 'error', ignoreCase: true },
          ],
        },
      ],
    });
  });

  it('pushes nothing down that a stream’s label may decide, until the labels are known', () => {
    expect(planKql('env:prod', OPTIONS).predicate).toBeUndefined();
    expect(planKql('team:core', OPTIONS).predicate).toBeDefined();
    const plan = planKql('user_id:1', { language: 'kql', nowMs: NOW_MS });
    expect(plan.predicate).toBeUndefined();
    expect(plan.refine?.(new Set(['env'])).predicate).toEqual(planKql('user_id:1', OPTIONS).predicate);
    expect(plan.refine?.(new Set(['user_id'])).predicate).toBeUndefined();
  });

  it('looks for other scripts also where they are escaped', () => {
    expect(found('message:失败', { line: '{"message":"\\u5931\\u8d25"}' })).toBe(true);
    expect(JSON.stringify(planKql('失', OPTIONS).predicate)).toContain('\\\\u');
  });

  it('narrows the time', () => {
    const { timeRange } = planKql('@timestamp >= now-1h and @timestamp < "2024-05-10T11:45" and level:error', OPTIONS);
    const ns = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
    expect(timeRange).toEqual({ startNs: ns('2024-05-10T11:00:00Z'), endNs: ns('2024-05-10T11:45:00Z') });
    expect(planKql('@timestamp > now or level:error', OPTIONS).timeRange).toBeUndefined();
    expect(planKql('not @timestamp > now', OPTIONS).timeRange).toBeUndefined();
  });

  it('is exact only for every line', () => {
    expect(planKql('', OPTIONS)).toMatchObject({ exact: true, selectors: [[]] });
    expect(planKql('*', OPTIONS).exact).toBe(true);
    expect(planKql('a:b', OPTIONS).exact).toBe(false);
  });

  it('refuses dates and regular expressions that are none, where they stand', () => {
    expect(() => planKql('@timestamp > yesterday', OPTIONS)).toThrow(KqlParseError);
    expect(() => planKql('a:/(/', { ...OPTIONS, language: 'lucene' })).toThrow(/invalid regular expression/);
  });

  it('gives the fields of bodies where it is asked to', () => {
    const plan = planKql('level:error', { ...OPTIONS, extract: true });
    const got = plan
      .pipeline()
      .forStream(Labels.of({ env: 'prod' }))
      .process({ tsNs: 0n, line: JSON.stringify(RECORD), metadata: ['a', 'b'] });
    expect(got?.parsed.get('fields.duration')).toBe('1500');
    expect(got?.parsed.get('items.name')).toBe('x');
    expect(got?.labels.get('env') + (got?.labels.get('a') ?? '')).toBe('prodb');
    expect(got?.metadata.toObject()).toEqual({ a: 'b' });
  });
});
