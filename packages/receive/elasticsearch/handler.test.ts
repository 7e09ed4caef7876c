import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { noInstruments, PetrelError, silentLogger } from '@petrel/model';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { LogSinkRecorder } from '../log-sink-recorder.ts';
import { isElasticsearchClient } from './doors.ts';
import { createElasticsearchHandler, type ElasticsearchHandler } from './handler.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 12);

let sink: LogSinkRecorder;
let elasticsearch: ElasticsearchHandler;

beforeEach(() => {
  sink = new LogSinkRecorder();
  elasticsearch = createElasticsearchHandler({
    sink,
    clock: { nowMs: () => NOW_MS },
    logger: silentLogger,
    instruments: noInstruments,
    maxDecodedBytes: 1 << 20,
    limits: { maxLineBytes: 4096 },
  });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
  readonly json: any;
}

async function send(
  method: string,
  target: string,
  body: string | Uint8Array = '',
  headers: Record<string, string> = {},
): Promise<Answer> {
  const [path = '', query = ''] = target.split('?', 2);
  const answer = await elasticsearch.handle({ method, path, query, headers, body: Buffer.from(body as string) });
  const text = String(answer.body);
  return { status: answer.status, headers: answer.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}

const bulk = (...lines: unknown[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

describe('_bulk', () => {
  const record =
    '{"timestamp": "2026-11-25T10:30:00.123Z", "level":"ERROR", "message":"payment failed","service":"order-service",' +
    '"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","user_id":"12345"}';

  it('keeps documents as they came, with what was recognised', async () => {
    const answer = await send('POST', '/_bulk', bulk({ create: { _index: 'app-logs-2026.11.25' } }, record));
    expect(answer.status).toBe(200);
    expect(answer.json.errors).toBe(false);
    expect(answer.json.items).toHaveLength(1);
    expect(answer.json.items[0].create).toMatchObject({
      _index: 'app-logs-2026.11.25',
      _id: expect.stringMatching(/^[\w-]{20}$/),
      _version: 1,
      result: 'created',
      _shards: { total: 1, successful: 1, failed: 0 },
      status: 201,
    });
    expect(sink.lines).toEqual([
      {
        labels: { service: 'order-service', service_name: 'order-service', index: 'app-logs' },
        tsNs: 1795602600123000000n,
        body: record,
        metadata: {},
        level: 'error',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        spanId: '00f067aa0ba902b7',
      },
    ]);
  });

  it('finds the service where shippers put it, else names it after the index', async () => {
    const documents = [
      { service: { name: 'a' } },
      { 'service.name': 'b' },
      { fields: { service: 'c', env: 'prod' } },
      { kubernetes: { labels: { app: 'd' }, host: 'n1' } },
      { kubernetes: { labels: { 'app_kubernetes_io/name': 'e' } } },
      { kubernetes: { labels: { 'app.kubernetes.io/name': 'f' } } },
      { kubernetes: { labels: { app: { kubernetes: { 'io/name': 'g' } } } } },
      { service: 17, message: 'x', environment: 'dev' },
      { service: 'x'.repeat(500) },
    ];
    await send('POST', '/.ds-web-2026.11.25-000002/_bulk', bulk(...documents.flatMap((each) => [{ index: {} }, each])));
    expect(sink.lines.map(({ labels }) => labels.service)).toEqual([
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      ...['web', 'web'],
    ]);
    expect(sink.lines.map(({ labels }) => labels.env)).toEqual([
      ...[undefined, undefined, 'prod', undefined, undefined, undefined, undefined],
      ...['dev', undefined],
    ]);
    expect(new Set(sink.lines.map(({ labels }) => labels.index))).toEqual(new Set(['web']));
  });

  it('reads the time of a document, else takes its own', async () => {
    const times: [unknown, bigint][] = [
      ['2026-11-25 10:30:00.5+08:00', 1795573800500000000n],
      [1686026893735, 1686026893735000000n],
      [1686026893.5, 1686026893500000000n],
      ['1686026893735123456', 1686026893735123456n],
      ['yesterday', BigInt(NOW_MS) * 1_000_000n],
      [null, BigInt(NOW_MS) * 1_000_000n],
    ];
    const documents = times.map(([time]) => JSON.stringify({ '@timestamp': time }));
    // Too long for a double: the digits count.
    documents.push('{"a":"1686026893735123000","time": 1686026893735123457}');
    await send('POST', '/x/_bulk', bulk(...documents.flatMap((each) => [{ index: {} }, each])));
    expect(sink.lines.map(({ tsNs }) => tsNs)).toEqual([...times.map(([, ns]) => ns), 1686026893735123457n]);
  });

  it('answers each item that it refuses and stores the others', async () => {
    const body = bulk(
      { index: { _index: 'i', _id: '1' } },
      { a: 1 },
      { delete: { _index: 'i', _id: '1' } },
      { update: { _index: 'i', _id: '1' } },
      { doc: {} },
      { index: { _index: 'i', _id: '' } },
      { a: 2 },
      { create: { _index: 'i' } },
      '{"a":',
      { create: { _index: 'i' } },
      '[1]',
      { create: { _index: 'i', require_alias: true, pipeline: 'p', _type: '_doc' } },
      { a: 3 },
    );
    const { json } = await send('PUT', '/_bulk', body);
    expect(json.errors).toBe(true);
    const outcomes = (json.items as Record<string, { status: number; error?: { type: string } }>[]).map((item) => {
      const [[op, { status, error }]] = Object.entries(item) as [
        [string, { status: number; error?: { type: string } }],
      ];
      return `${op} ${status} ${error?.type ?? ''}`.trimEnd();
    });
    expect(outcomes).toEqual([
      'index 201',
      'delete 400 illegal_argument_exception',
      'update 400 illegal_argument_exception',
      'index 400 illegal_argument_exception',
      'create 400 document_parsing_exception',
      'create 400 document_parsing_exception',
      'create 201',
    ]);
    expect(sink.lines.map(({ body: line, metadata }) => [line, metadata])).toEqual([
      ['{"a":1}', { _id: '1' }],
      ['{"a":3}', {}],
    ]);
  });

  it('refuses times that the limits do not allow', async () => {
    const day = new Date(NOW_MS + 86_400_000).toISOString();
    const { json } = await send(
      'POST',
      '/i/_bulk',
      bulk({ index: {} }, { time: day }, { index: {} }, { time: 0.5 }, { index: {} }, {}),
    );
    expect(json.items.map((item: Record<string, { status: number }>) => item.index?.status)).toEqual([400, 400, 201]);
    expect(json.items[0].index.error.reason).toContain('timestamp too new');
    expect(json.items[1].index.error.reason).toContain('timestamp too old');
  });

  it('filters, indents, inflates, and gives the media type back that was asked for', async () => {
    const body = gzipSync(bulk({ index: { _index: 'i' } }, { a: 1 }, { delete: { _index: 'i', _id: 'x' } }));
    const target = '/elasticsearch/_bulk?filter_path=errors,items.*.error.type,items.*.status&pretty';
    const { json, text, headers } = await send('POST', target, body, {
      'content-encoding': 'gzip',
      accept: 'application/vnd.elasticsearch+json; compatible-with=9',
      'content-type': 'application/vnd.elasticsearch+x-ndjson; compatible-with=9',
    });
    expect(json).toEqual({
      errors: true,
      items: [{ index: { status: 201 } }, { delete: { status: 400, error: { type: 'illegal_argument_exception' } } }],
    });
    expect(text).toContain('\n  "errors": true');
    expect(headers).toMatchObject({
      'Content-Type': 'application/vnd.elasticsearch+json;compatible-with=9',
      'X-Elastic-Product': 'Elasticsearch',
    });
  });

  it('cuts what is too long, and refuses what is too large as a whole', async () => {
    await send('POST', '/i/_bulk', bulk({ index: {} }, { a: 'x'.repeat(10_000) }));
    expect(sink.lines[0]?.body).toHaveLength(4096 + ' …[truncated 5912 bytes]'.length);
    const { status, json } = await send('POST', '/i/_bulk', gzipSync('x'.repeat(2 << 20)), {
      'content-encoding': 'gzip',
    });
    expect([status, json.error.type]).toEqual([413, 'content_too_long_exception']);
  });

  it('pushes back when the store does', async () => {
    const body = bulk({ index: { _index: 'i' } }, { a: 1 }, { delete: { _index: 'i', _id: 'x' } });
    const overloaded = () => new PetrelError('STORE_OVERLOADED', 'too much', { retryAfterMs: 3_000 });
    sink.failures.push(overloaded(), new PetrelError('STORE_UNAVAILABLE', 'away'), overloaded());
    const agent = await send('POST', '/_bulk', body);
    expect([agent.status, agent.json.error.type]).toEqual([429, 'es_rejected_execution_exception']);
    expect(agent.headers['Retry-After']).toBe('3');
    expect((await send('POST', '/_bulk', body)).status).toBe(503);
    const helper = await send('POST', '/_bulk', body, { 'x-elastic-client-meta': 'es=8.1,js=20,t=8,h=bp' });
    expect(helper.status).toBe(200);
    expect(helper.json.items.map((item: Record<string, { status: number }>) => Object.values(item)[0]?.status)).toEqual(
      [429, 400],
    );
    expect(sink.lines).toEqual([]);
    expect((await send('POST', '/_bulk', body)).json.items[0].index.status).toBe(201);
    sink.failures.push(overloaded());
    const python = await send('POST', '/_bulk', body, { 'x-elastic-client-meta': 'es=8.1,py=3.11,t=8,h=bp' });
    expect(python.status).toBe(429);
  });

  it('lets bugs through', async () => {
    sink.failures.push(new TypeError('a bug'));
    await expect(send('POST', '/i/_bulk', bulk({ index: {} }, {}))).rejects.toThrow('a bug');
  });

  it('never crashes on what it is sent', async () => {
    const whole = bulk({ index: { _index: 'a', _id: '1' } }, record, { create: { _index: 'b' } }, '{"@timestamp":1}');
    const mutated = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }).map((changes) => {
      const body = Buffer.from(whole);
      for (const [at, byte] of changes) body[at] = byte;
      return body;
    });
    await fc.assert(
      fc.asyncProperty(mutated, async (body) => {
        const { status, json } = await send('POST', '/_bulk', body);
        expect(status === 200 ? Array.isArray(json.items) : status === 400 && json.error.type !== undefined).toBe(true);
      }),
    );
  });
});

describe('single documents', () => {
  it('are stored and answered for themselves', async () => {
    const made = await send('POST', '/app/_doc', '{\n "message": "hi"\n}');
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ _index: 'app', result: 'created', _version: 1 });
    const named = await send('PUT', '/elasticsearch/app/_create/a%2Fb', '{"a":1}');
    expect([named.status, named.json._id]).toEqual([201, 'a/b']);
    expect(sink.lines.map(({ body, metadata }) => [body, metadata])).toEqual([
      ['{  "message": "hi" }', {}],
      ['{"a":1}', { _id: 'a/b' }],
    ]);
    const bad = await send('POST', '/app/_doc', 'nothing');
    expect([bad.status, bad.json.error.type]).toEqual([400, 'document_parsing_exception']);
    sink.failures.push(new PetrelError('STORE_OVERLOADED', 'too much'));
    expect((await send('POST', '/app/_doc', '{}')).status).toBe(429);
  });
});

describe('what is asked before', () => {
  it('says who it is', async () => {
    for (const target of ['/', '/elasticsearch', '/elasticsearch/']) {
      const { status, json, headers } = await send('GET', target);
      expect(status).toBe(200);
      expect(json.version).toMatchObject({ number: '8.19.0', build_flavor: 'default' });
      expect(json.tagline).toBe('You Know, for Search');
      expect(headers['X-Elastic-Product']).toBe('Elasticsearch');
    }
    expect(await send('HEAD', '/elasticsearch')).toMatchObject({ status: 200, text: '' });
    expect((await send('GET', '/_license?human=false')).json.license).toMatchObject({
      status: 'active',
      type: 'basic',
    });
    expect((await send('GET', '/_xpack?filter_path=features.ilm')).json).toEqual({
      features: { ilm: { available: true, enabled: true } },
    });
    expect((await send('GET', '/_cluster/health')).json.status).toBe('green');
    const { json } = await send('GET', '/_nodes/http', '', { host: 'petrel:9095' });
    expect(Object.values(json.nodes)).toMatchObject([{ http: { publish_address: 'petrel:9095' } }]);
  });

  it.each(['_index_template', '_template', '_component_template', '_ilm/policy', '_ingest/pipeline', '_data_stream'])(
    'takes /%s and shows it again',
    async (kind) => {
      const path = `/elasticsearch/${kind}/filebeat-8.1`;
      expect((await send('HEAD', path)).status).toBe(404);
      expect((await send('GET', path)).status).toBe(404);
      const put = await send('PUT', path, kind === '_data_stream' ? '' : '{"priority":1}');
      expect([put.status, put.json]).toEqual([200, { acknowledged: true }]);
      expect((await send('HEAD', path)).status).toBe(200);
      expect((await send('GET', path)).text).toContain('filebeat-8.1');
      expect((await send('GET', `/elasticsearch/${kind}/filebeat*`)).text).toContain('filebeat-8.1');
      expect((await send('DELETE', path)).json).toEqual({ acknowledged: true });
      expect((await send('GET', path)).status).toBe(404);
      expect((await send('PUT', path, '{')).status).toBe(400);
    },
  );

  it('makes indices and their aliases', async () => {
    const name = '%3Capp-logs-%7Bnow%2Fd%7D-000001%3E';
    expect((await send('HEAD', '/_alias/app-logs')).status).toBe(404);
    const made = await send('PUT', `/${name}`, '{"aliases":{"app-logs":{"is_write_index":true}}}');
    expect(made.json).toEqual({ acknowledged: true, shards_acknowledged: true, index: '<app-logs-{now/d}-000001>' });
    expect((await send('GET', '/_alias/app-logs')).json).toEqual({
      '<app-logs-{now/d}-000001>': { aliases: { 'app-logs': { is_write_index: true } } },
    });
    expect((await send('PUT', `/${name}`)).json.error.type).toBe('resource_already_exists_exception');
    expect((await send('HEAD', '/elasticsearch/app-logs')).status).toBe(200);
    expect((await send('GET', '/elasticsearch/other')).json.error.type).toBe('index_not_found_exception');
    expect((await send('POST', '/app-logs/_refresh')).json._shards.failed).toBe(0);
  });

  it('says so where it has nothing', async () => {
    const { status, json } = await send('GET', '/elasticsearch/app/_search?q=x');
    expect(status).toBe(400);
    expect(json.error).toBe('no handler found for uri [/elasticsearch/app/_search?q=x] and method [GET]');
    expect((await send('GET', '/elasticsearch/%zz')).status).toBe(400);
  });

  it('knows clients from browsers', () => {
    const from = (headers: Record<string, string>) => isElasticsearchClient({ headers });
    expect(from({ 'user-agent': 'Elastic-filebeat/8.17.0 (linux; amd64)' })).toBe(true);
    expect(from({ 'user-agent': 'Filebeat/7.17.0' })).toBe(true);
    expect(from({ 'user-agent': 'elastic-transport-js/8.9.1 (linux)' })).toBe(true);
    expect(from({ accept: 'application/vnd.elasticsearch+json; compatible-with=8' })).toBe(true);
    expect(from({ 'user-agent': 'Mozilla/5.0', accept: 'text/html' })).toBe(false);
    expect(from({ 'user-agent': 'curl/8.0', accept: '*/*' })).toBe(false);
  });
});

const CASES = join(import.meta.dirname, '../../../../shared/conformance/elasticsearch-bulk');
const hasCases = existsSync(CASES);
if (!hasCases) console.log(`no conformance cases of Elasticsearch's bulk format at ${CASES}`);

interface Suite {
  ingest: {
    reject: string[];
    accept_empty: string[];
    accept: { body: string; entries: { timestamp_ns: string; message: string; fields: Record<string, string> }[] }[];
  };
  semantics: {
    name: string;
    body?: unknown[];
    raw_body?: string;
    count?: number;
    errors?: boolean;
    items?: { op: string; status?: number; result?: string }[];
    request_status?: number;
    request_error_regex?: string;
  }[];
}

describe.skipIf(!hasCases)('conformance', () => {
  const suite = hasCases ? (JSON.parse(readFileSync(join(CASES, 'bulk.json'), 'utf8')) as Suite) : undefined;

  it.each(suite?.ingest.reject ?? [])('refuses %j', async (body) => {
    expect((await send('POST', '/_bulk', body)).status).toBe(400);
  });

  it.each(suite?.ingest.accept_empty ?? [])('takes %j as nothing', async (body) => {
    const { status, json } = await send('POST', '/_bulk', body);
    expect([status, json.items, sink.lines]).toEqual([200, [], []]);
  });

  it.each(suite?.ingest.accept ?? [])('takes a body with every entry', async ({ body, entries }) => {
    expect((await send('POST', '/_bulk', body)).json.errors).toBe(false);
    const found = sink.lines.map(({ tsNs, body: line }) => {
      const { '@timestamp': _, message, ...fields } = flat(JSON.parse(line));
      return { timestamp_ns: `${tsNs}`, message, fields };
    });
    expect(found).toEqual(entries);
  });

  it.each(suite?.semantics ?? [])('$name', async (wanted) => {
    const { status, json, text } = await send('POST', '/_bulk', wanted.raw_body ?? bulk(...(wanted.body ?? [])));
    expect(status).toBe(wanted.request_status ?? 200);
    if (wanted.request_error_regex !== undefined) expect(text).toMatch(new RegExp(wanted.request_error_regex));
    if (wanted.errors !== undefined) expect(json.errors).toBe(wanted.errors);
    if (wanted.count !== undefined) expect(sink.lines).toHaveLength(wanted.count);
    for (const [i, { op, ...fields }] of (wanted.items ?? []).entries()) {
      expect(json.items[i][op]).toMatchObject(fields);
    }
  });

  it.each(['BulkRequestExample1.ndjson', 'BulkRequestExample3.ndjson', 'BulkRequestExample4.ndjson'])(
    'answers each action of %s',
    async (file) => {
      const body = readFileSync(join(CASES, 'examples', file), 'utf8');
      const { status, json } = await send('POST', '/_bulk', body);
      const actions = body.split('\n').filter((line) => /^\{"(?:index|create|update|delete)"/.test(line));
      expect(status).toBe(200);
      expect(json.items.map((item: object) => Object.keys(item)[0])).toEqual(
        actions.map((line) => Object.keys(JSON.parse(line))[0]),
      );
      expect(sink.lines).toHaveLength(actions.filter((line) => /^\{"(?:index|create)"/.test(line)).length);
    },
  );
});

function flat(value: object, prefix = ''): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, member]) =>
      typeof member === 'object' ? flat(member, `${prefix}${name}.`) : { [prefix + name]: String(member) },
    ),
  );
}
