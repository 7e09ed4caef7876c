import { Labels, PetrelError } from '@petrel/model';
import { afterAll, describe, expect, it } from 'vitest';
import { alertmanagerApp, fakePort, NOW_MS, silenceOf, viewOf } from './fake-port.ts';
import { faultsOf, readSpec, responseSchema } from './schema.ts';

const spec = readSpec();
if (spec === undefined) console.info('the published schema is not at hand: answers are not held against it');
/** Responses that were seen, as `get /alerts 200`. */
const seen = new Set<string>();

/** Sends requests, and holds every answer against the schema. */
function setup() {
  const port = fakePort();
  const app = alertmanagerApp(port);
  const send = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    payload?: unknown,
    type: string | undefined = 'application/json',
  ) => {
    const answer = await app.inject({
      method,
      url: `/api/v2${path}`,
      ...(payload === undefined ? {} : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
      headers: {
        accept: 'application/json',
        ...(payload === undefined || type === undefined ? {} : { 'content-type': type }),
      },
    });
    const body = answer.body === '' ? undefined : JSON.parse(answer.body);
    checkAnswer(method, path, answer.statusCode, body);
    return { status: answer.statusCode, body, text: answer.body, headers: answer.headers };
  };
  return { port, app, send, get: (path: string) => send('GET', path) };
}

function checkAnswer(method: string, path: string, status: number, body: unknown): void {
  // Refusals of misformed requests come from the frame of the server; the schema does not name them. 503 is ours.
  if (spec === undefined || status === 503 || (body as { code?: number } | undefined)?.code !== undefined) return;
  const template = (path.split('?')[0] as string).replace(/^\/silence\/.*/, '/silence/{silenceID}');
  const operation = spec.paths[template]?.[method.toLowerCase() as 'get'];
  if (operation === undefined) throw new Error(`the schema has no ${method} ${template}`);
  const schema = responseSchema(operation, status, spec);
  seen.add(`${method.toLowerCase()} ${template} ${status}`);
  if (schema === undefined) expect(body).toBeUndefined();
  else expect(faultsOf(body, schema, spec)).toEqual([]);
}

const query = (record: Readonly<Record<string, string | readonly string[]>>) => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(record)) for (const one of [value].flat()) params.append(name, one);
  return `?${params}`;
};

afterAll(() => {
  if (spec === undefined) return;
  const all = Object.entries(spec.paths).flatMap(([path, item]) =>
    (['get', 'post', 'delete'] as const).flatMap((method) =>
      Object.keys(item[method]?.responses ?? {}).map((status) => `${method} ${path} ${status}`),
    ),
  );
  // 500 is for what breaks; here only expiring a silence can end so.
  expect(all.filter((one) => !one.endsWith(' 500') && !seen.has(one))).toEqual([]);
  expect(seen).toContain('delete /silence/{silenceID} 500');
});

describe('status and receivers', () => {
  it('answers as a server without a cluster', async () => {
    const { status, body, headers } = await setup().get('/status');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      cluster: { peers: [], status: 'disabled' },
      config: { original: 'route:\n  receiver: ops\n' },
      uptime: '2026-01-02T03:03:05.678Z',
      versionInfo: { version: '1', revision: 'r', branch: 'b', buildUser: 'u', buildDate: 'd', goVersion: 'node' },
    });
  });

  it('lists receivers, those too that have labels', async () => {
    const { get } = setup();
    expect((await get('/receivers')).body).toEqual([{ labels: { owner: 'a' }, name: 'ops' }, { name: 'dev' }]);
    expect((await get(`/receivers${query({ receiver_matchers: 'owner="a"' })}`)).body).toEqual([
      { labels: { owner: 'a' }, name: 'ops' },
    ]);
    expect((await get(`/receivers${query({ receiver_matchers: ['owner!="a"', 'x=""'] })}`)).body).toEqual([
      { name: 'dev' },
    ]);
    const bad = await get(`/receivers${query({ receiver_matchers: 'owner' })}`);
    expect([bad.status, bad.body]).toEqual([400, 'bad matcher format: owner']);
  });
});

describe('GET /alerts', () => {
  const views = [
    viewOf({ alertname: 'A', job: 'x' }, { generatorUrl: 'http://p/graph', annotations: Labels.of({ summary: 's' }) }),
    viewOf({ alertname: 'B' }, { state: 'suppressed', silencedBy: ['id1'], receivers: ['dev', 'ops'] }),
    viewOf({ alertname: 'C' }, { state: 'suppressed', inhibitedBy: ['00000000000000ff'], receivers: ['dev'] }),
    viewOf({ alertname: 'D' }, { state: 'unprocessed', receivers: [] }),
    viewOf({ alertname: 'E' }, { state: 'active', mutedBy: ['night'] }),
    viewOf({ alertname: 'gone' }, { endsAtMs: NOW_MS - 1 }),
  ];

  it('writes an alert as the schema says, by fingerprint', async () => {
    const { port, get } = setup();
    port.views = views;
    const { body, text } = await get('/alerts');
    const prints = body.map((alert: { fingerprint: string }) => alert.fingerprint);
    expect(prints).toEqual([...prints].sort());
    expect(prints).toHaveLength(5);
    expect(text.endsWith(']\n')).toBe(true);
    const found = body.find((alert: { labels: Record<string, string> }) => alert.labels.alertname === 'A');
    expect(JSON.stringify(found)).toBe(
      JSON.stringify({
        annotations: { summary: 's' },
        endsAt: '2026-01-02T03:04:06.678Z',
        fingerprint: views[0]?.alert.fingerprint,
        receivers: [{ name: 'ops' }],
        startsAt: '2026-01-02T03:04:04.678Z',
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
        updatedAt: '2026-01-02T03:04:05.678Z',
        generatorURL: 'http://p/graph',
        labels: { alertname: 'A', job: 'x' },
      }),
    );
  });

  it.each([
    [{}, 'ABCDE'],
    [{ active: 'false' }, 'BCD'],
    [{ active: 'nonsense' }, 'BCD'],
    [{ active: '' }, 'ABCDE'],
    [{ silenced: 'false' }, 'ACDE'],
    [{ inhibited: 'false' }, 'ABDE'],
    [{ unprocessed: 'false' }, 'ABCE'],
    [{ active: ['true', 'false'] }, 'BCD'],
    [{ filter: 'alertname="A"' }, 'A'],
    [{ filter: ['alertname=~"A|B"', 'job=""'] }, 'B'],
    [{ filter: 'alertname!~A|B' }, 'CDE'],
    [{ receiver: 'dev' }, 'BC'],
    [{ receiver: 'o.*|none' }, 'ABE'],
    [{ receiver: 'op' }, ''],
    [{ receiver_matchers: 'owner="a"' }, 'ABE'],
    [{ receiver_matchers: 'owner="a"', receiver: 'dev' }, ''],
  ])('selects by %j', async (params, wanted) => {
    const { port, get } = setup();
    port.views = views;
    const { body } = await get(`/alerts${query(params)}`);
    const names = body.map(({ labels }: { labels: Record<string, string> }) => labels.alertname);
    expect(names.sort().join('')).toBe(wanted);
  });

  it.each([
    [{ filter: 'a~b' }, 'bad matcher format: a~b'],
    [{ receiver: '(' }, 'failed to parse receiver param: '],
  ])('refuses %j', async (params, message) => {
    const { status, body } = await setup().get(`/alerts${query(params)}`);
    expect(status).toBe(400);
    expect(body).toContain(message);
  });
});

describe('GET /alerts/groups', () => {
  it('orders groups and their alerts, and shows no empty ones', async () => {
    const { port, get } = setup();
    const a = viewOf({ alertname: 'A', job: 'b' });
    const b = viewOf({ alertname: 'A', job: 'a', instance: '2' });
    const c = viewOf({ alertname: 'A' });
    const d = viewOf({ alertname: 'A', job: 'a', instance: '1', z: 'z' });
    const e = viewOf({ alertname: 'A', job: 'a', z: 'z' });
    port.groupViews = [
      { labels: Labels.of({ alertname: 'A', x: 'y' }), receiver: 'ops', alerts: [a] },
      { labels: Labels.of({ alertname: 'B' }), receiver: 'ops', alerts: [a], routeLabels: Labels.of({ team: 't' }) },
      { labels: Labels.of({ alertname: 'A' }), receiver: 'ops', alerts: [c, a, e, b, d] },
      { labels: Labels.of({ alertname: 'A' }), receiver: 'dev', alerts: [b] },
      { labels: Labels.EMPTY, receiver: 'ops', alerts: [viewOf({ gone: 'x' }, { endsAtMs: 0 })] },
    ];
    const { body } = await get('/alerts/groups');
    expect(body.map((group: { labels: object; receiver: object }) => [group.labels, group.receiver])).toEqual([
      [{ alertname: 'A' }, { name: 'dev' }],
      [{ alertname: 'A' }, { name: 'ops' }],
      [{ alertname: 'B' }, { name: 'ops' }],
      [{ alertname: 'A', x: 'y' }, { name: 'ops' }],
    ]);
    expect(body[2].routeLabels).toEqual({ team: 't' });
    const prints = [d, b, e, a, c].map(({ alert }) => alert.fingerprint);
    expect(body[1].alerts.map((alert: { fingerprint: string }) => alert.fingerprint)).toEqual(prints);
  });

  it('selects alerts, receivers and muted groups', async () => {
    const { port, get } = setup();
    const muted = viewOf({ alertname: 'M' }, { mutedBy: ['night'], receivers: ['dev'] });
    const silenced = viewOf({ alertname: 'S' }, { state: 'suppressed', silencedBy: ['x'] });
    port.groupViews = [
      { labels: Labels.of({ g: 'muted' }), receiver: 'dev', alerts: [muted] },
      { labels: Labels.of({ g: 'some' }), receiver: 'ops', alerts: [silenced, viewOf({ alertname: 'A' })] },
    ];
    const shown = async (params: Record<string, string>) =>
      (await get(`/alerts/groups${query(params)}`)).body.map(
        (group: { labels: { g: string }; alerts: unknown[] }) => `${group.labels.g} ${group.alerts.length}`,
      );
    expect(await shown({})).toEqual(['muted 1', 'some 2']);
    expect(await shown({ muted: 'false' })).toEqual(['some 2']);
    expect(await shown({ silenced: 'false' })).toEqual(['muted 1', 'some 1']);
    expect(await shown({ receiver: 'dev' })).toEqual(['muted 1']);
    expect(await shown({ receiver_matchers: 'owner=a' })).toEqual(['some 2']);
    expect(await shown({ filter: 'alertname="S"' })).toEqual(['some 1']);
    const all = (await get('/alerts/groups')).body;
    expect(all[0].alerts[0].status).toEqual({
      inhibitedBy: [],
      mutedBy: ['night'],
      silencedBy: [],
      state: 'suppressed',
    });
    expect((await get(`/alerts/groups${query({ filter: '{' })}`)).status).toBe(400);
  });
});

describe('POST /alerts', () => {
  it('takes what Prometheus sends', async () => {
    const { port, send } = setup();
    const { status, text } = await send('POST', '/alerts', [
      {
        annotations: { summary: 'down' },
        endsAt: '2026-01-02T03:08:05.678Z',
        startsAt: '2026-01-02T03:04:05.678Z',
        generatorURL: 'http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
        labels: { alertname: 'Down', empty: '', instance: 'a:1' },
      },
    ]);
    expect([status, text]).toEqual([200, '']);
    expect(port.posted).toEqual([
      [
        {
          labels: Labels.of({ alertname: 'Down', instance: 'a:1' }),
          annotations: Labels.of({ summary: 'down' }),
          startsAtMs: NOW_MS,
          endsAtMs: NOW_MS + 240_000,
          generatorUrl: 'http://prometheus:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
        },
      ],
    ]);
  });

  it('takes what amtool sends: zero times, and a type with parameters', async () => {
    const { port, send } = setup();
    const alert = {
      annotations: null,
      endsAt: '0001-01-01T00:00:00.000Z',
      startsAt: '0001-01-01T00:00:00.000Z',
      labels: { alertname: 'foo', node: 'bar' },
    };
    const { status } = await send('POST', '/alerts', [alert], 'application/json; charset=utf-8');
    expect(status).toBe(200);
    expect(port.posted[0]).toEqual([{ labels: Labels.of(alert.labels), annotations: Labels.EMPTY, generatorUrl: '' }]);
  });

  it('takes the sound ones and names what is wrong with the others', async () => {
    const { port, send } = setup();
    const { status, body } = await send('POST', '/alerts', [
      { labels: { a: '' } },
      { labels: { a: 'b' }, startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' },
      { labels: { alertname: 'fine' } },
      { labels: { '': 'b' } },
      { labels: { a: 'b' }, annotations: { '': 'x' } },
    ]);
    expect(status).toBe(400);
    expect(body).toBe(
      [
        'at least one label pair required',
        'start time must be before end time',
        'invalid label set: invalid name ""',
        'invalid annotations: invalid name ""',
      ].join('; '),
    );
    expect(port.posted.map((list) => list.map(({ labels }) => labels.get('alertname')))).toEqual([['fine']]);
  });

  it.each([
    ['', 422, { code: 602, message: 'alerts in body is required' }],
    ['[{}]', 422, { code: 602, message: '0.labels in body is required' }],
    [
      '[{"labels":{"a":"b"},"generatorURL":"no uri"}]',
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "no uri"' },
    ],
    [
      '[{"labels":{"a":1}}]',
      400,
      {
        code: 400,
        message:
          'parsing alerts body from "" failed, because json: cannot unmarshal number into a value of type string',
      },
    ],
    [
      '{}',
      400,
      {
        code: 400,
        message: 'parsing alerts body from "" failed, because json: cannot unmarshal object into a value of type array',
      },
    ],
    [
      '[{"labels":{"a":"b"},"startsAt":"soon"}]',
      400,
      { code: 400, message: 'parsing alerts body from "" failed, because parsing time "soon": unknown format' },
    ],
  ])('refuses %s', async (payload, status, wanted) => {
    const { port, send } = setup();
    const answer = await send('POST', '/alerts', payload);
    expect([answer.status, answer.body]).toEqual([status, wanted]);
    expect(port.posted).toEqual([]);
  });

  it('refuses what is no JSON, or does not say that it is', async () => {
    const { send } = setup();
    const broken = await send('POST', '/alerts', '[{');
    expect([broken.status, broken.body.code]).toEqual([400, 400]);
    expect(broken.body.message).toMatch(/^parsing alerts body from "" failed, because /);
    const form = await send('POST', '/alerts', '[]', 'application/x-www-form-urlencoded');
    expect([form.status, form.body]).toEqual([
      415,
      {
        code: 415,
        message: 'unsupported media type "application/x-www-form-urlencoded", only [application/json] are allowed',
      },
    ]);
  });

  it('reads members in other cases, as Go does, and halves of surrogate pairs as U+FFFD', async () => {
    const { port, send } = setup();
    await send('POST', '/alerts', '[{"Labels":{"a":"\\ud800"},"generatorUrl":"/x"},null]');
    await send('POST', '/alerts', '[{"Labels":{"a":"\\ud800"},"generatorUrl":"/x"}]');
    await send('POST', '/alerts', 'null');
    expect(port.posted).toEqual([
      [{ labels: Labels.of({ a: '\ufffd' }), annotations: Labels.EMPTY, generatorUrl: '/x' }],
    ]);
  });

  it('says when to come again while the store is away', async () => {
    const { port, send } = setup();
    port.failure = new PetrelError('STORE_UNAVAILABLE', 'away', { retryAfterMs: 2_000 });
    const { status, body, headers } = await send('POST', '/alerts', [{ labels: { a: 'b' } }]);
    expect([status, body, headers['retry-after']]).toEqual([503, 'away', '2']);
  });
});

describe('silences', () => {
  // As `amtool silence add` sends it.
  const wanted = {
    id: '',
    comment: 'maintenance',
    createdBy: 'root',
    startsAt: '2026-01-02T03:04:05.678Z',
    endsAt: '2026-01-02T04:04:05.678Z',
    matchers: [
      { isEqual: true, isRegex: false, name: 'alertname', value: 'A' },
      { isEqual: false, isRegex: true, name: 'job', value: 'x|y' },
    ],
  };

  it('makes one, and changes it', async () => {
    const { port, send } = setup();
    const first = await send('POST', '/silences', wanted);
    expect([first.status, first.body]).toEqual([200, { silenceID: '11111111-2222-3333-4444-555555555555' }]);
    const again = await send('POST', '/silences', {
      ...wanted,
      id: 'x',
      annotations: { ticket: '1' },
      startsAt: '0001-01-01T00:00:00.000Z',
      matchers: [{ isRegex: false, name: 'a', value: 'b' }],
    });
    expect(again.body).toEqual({ silenceID: 'x' });
    const rest = { createdBy: 'root', comment: 'maintenance', startsAtMs: NOW_MS, endsAtMs: NOW_MS + 3_600_000 };
    expect(port.put).toEqual([
      {
        ...rest,
        matchers: [
          { type: '=', name: 'alertname', value: 'A' },
          { type: '!~', name: 'job', value: 'x|y' },
        ],
      },
      { ...rest, id: 'x', annotations: { ticket: '1' }, matchers: [{ type: '=', name: 'a', value: 'b' }] },
    ]);
  });

  const matcher = { isRegex: false, name: 'a', value: 'b' };
  it.each([
    [{ comment: undefined }, 422, { code: 602, message: 'comment in body is required' }],
    [{ createdBy: undefined, endsAt: undefined }, 422, { code: 602, message: 'createdBy in body is required' }],
    [{ endsAt: null }, 422, { code: 602, message: 'endsAt in body is required' }],
    [{ startsAt: undefined }, 422, { code: 602, message: 'startsAt in body is required' }],
    [{ matchers: undefined }, 422, { code: 602, message: 'matchers in body is required' }],
    [{ matchers: [] }, 422, { code: 612, message: 'matchers in body should have at least 1 items' }],
    [
      { matchers: [matcher, { ...matcher, name: undefined }] },
      422,
      { code: 602, message: 'matchers.1.name in body is required' },
    ],
    [{ matchers: [{ name: 'a' }] }, 422, { code: 602, message: 'matchers.0.isRegex in body is required' }],
    [
      { matchers: {} },
      400,
      {
        code: 400,
        message:
          'parsing silence body from "" failed, because json: cannot unmarshal object into a value of type array',
      },
    ],
    [{ startsAt: wanted.endsAt }, 400, 'Failed to create silence: start time must be before end time'],
    [
      { startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-01-02T00:00:00Z' },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      { matchers: [{ ...matcher, value: '' }] },
      400,
      'invalid silence: at least one matcher must not match the empty string',
    ],
    [
      { matchers: [{ ...matcher, value: '.*', isRegex: true }] },
      400,
      'invalid silence: at least one matcher must not match the empty string',
    ],
    [{ matchers: [{ ...matcher, name: '' }] }, 400, 'invalid silence: invalid label matcher 0: invalid label name ""'],
    [
      { matchers: [matcher, { name: 'c', value: '[', isRegex: true }] },
      400,
      'invalid silence: invalid label matcher 1: invalid regular expression "[": ',
    ],
  ])('refuses %j', async (change, status, message) => {
    const { port, send } = setup();
    const answer = await send('POST', '/silences', { ...wanted, ...change });
    expect(answer.status).toBe(status);
    if (typeof message === 'string') expect(answer.body).toContain(message);
    else expect(answer.body).toEqual(message);
    expect(port.put).toEqual([]);
  });

  it('passes on what the engine refuses', async () => {
    const { port, send } = setup();
    port.failure = new PetrelError('NOT_FOUND', 'silence not found');
    expect(await send('POST', '/silences', wanted)).toMatchObject({ status: 404, body: 'silence not found' });
    port.failure = new PetrelError('BAD_REQUEST', 'exceeded maximum number of silences');
    expect(await send('POST', '/silences', wanted)).toMatchObject({ status: 400 });
    expect((await send('POST', '/silences', '')).body).toEqual({ code: 602, message: 'silence in body is required' });
  });

  it('lists active ones by their end, pending ones by their start, expired ones the last first', async () => {
    const { port, get } = setup();
    port.held = [
      silenceOf(1, { startsAtMs: NOW_MS - 9, endsAtMs: NOW_MS - 5 }),
      silenceOf(2, { endsAtMs: NOW_MS + 9 }),
      silenceOf(3, { startsAtMs: NOW_MS + 5, endsAtMs: NOW_MS + 6 }),
      silenceOf(4, { startsAtMs: NOW_MS - 9, endsAtMs: NOW_MS }),
      silenceOf(5, { endsAtMs: NOW_MS + 1, annotations: { a: 'b' } }),
      silenceOf(6, {
        startsAtMs: NOW_MS + 1,
        endsAtMs: NOW_MS + 9,
        matchers: [{ type: '!~', name: 'job', value: 'x' }],
      }),
    ];
    const listed = async (params: Record<string, string | string[]>) =>
      (await get(`/silences${query(params)}`)).body.map(({ id }: { id: string }) => Number(id.slice(-1)));
    expect(await listed({})).toEqual([5, 2, 6, 3, 4, 1]);
    expect(await listed({ expired: 'false' })).toEqual([5, 2, 6, 3]);
    expect(await listed({ active: 'false', pending: '0' })).toEqual([4, 1]);
    expect(await listed({ filter: 'job!~"x"' })).toEqual([6]);
    expect(await listed({ filter: ['alertname="A"', 'alertname="B"'] })).toEqual([]);
    expect(await listed({ filter: 'alertname=~"A"' })).toEqual([]);
    expect((await get(`/silences${query({ filter: '=' })}`)).status).toBe(400);
    expect((await get('/silences')).body[2]).toEqual({
      id: '00000000-0000-4000-8000-000000000006',
      status: { state: 'pending' },
      updatedAt: '2026-01-02T03:04:05.678Z',
      annotations: {},
      comment: 'why',
      createdBy: 'me',
      endsAt: '2026-01-02T03:04:05.687Z',
      matchers: [{ isEqual: false, isRegex: true, name: 'job', value: 'x' }],
      startsAt: '2026-01-02T03:04:05.679Z',
    });
  });

  it('gives and expires one by its id', async () => {
    const { port, send, get } = setup();
    port.held = [silenceOf(1)];
    const path = '/silence/00000000-0000-4000-8000-000000000001';
    expect((await get(path)).body).toMatchObject({ id: path.slice(9), status: { state: 'active' } });
    expect(await send('DELETE', path)).toMatchObject({ status: 200, text: '' });
    expect(port.expired).toEqual([path.slice(9)]);
    const unknown = '/silence/00000000-0000-4000-8000-000000000002';
    expect(await get(unknown)).toMatchObject({ status: 404, text: '' });
    expect(await send('DELETE', unknown)).toMatchObject({ status: 404, text: '' });
    port.failure = new PetrelError('BAD_REQUEST', 'silence already expired');
    expect(await send('DELETE', path)).toMatchObject({ status: 500, body: 'silence already expired' });
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await send(method, '/silence/abc')).toMatchObject({
        status: 422,
        body: { code: 601, message: 'silenceID in path must be of type uuid: "abc"' },
      });
    }
  });
});

it('knows the parameters that the schema names', async () => {
  if (spec === undefined) return;
  const named = (path: string) =>
    (spec.paths[path]?.get.parameters ?? []).map(
      ({ name, $ref }) => name ?? spec.parameters[($ref ?? '').replace('#/parameters/', '')]?.name,
    );
  // Each is tried by a test above; a new one in the schema fails here.
  expect(named('/alerts').sort()).toEqual([
    'active',
    'filter',
    'inhibited',
    'receiver',
    'receiver_matchers',
    'silenced',
    'unprocessed',
  ]);
  expect(named('/alerts/groups').sort()).toEqual([
    'active',
    'filter',
    'inhibited',
    'muted',
    'receiver',
    'receiver_matchers',
    'silenced',
  ]);
  expect(named('/silences').sort()).toEqual(['active', 'expired', 'filter', 'pending']);
  expect(named('/receivers')).toEqual(['receiver_matchers']);
});

it('refuses unknown paths and methods', async () => {
  const { app } = setup();
  const gone = await app.inject({ method: 'GET', url: '/api/v2/nothing?x=1' });
  expect([gone.statusCode, gone.json()]).toEqual([404, { code: 404, message: 'path /api/v2/nothing was not found' }]);
  const put = await app.inject({ method: 'PUT', url: '/api/v2/alerts' });
  expect([put.statusCode, put.headers.allow, put.json()]).toEqual([
    405,
    'GET,POST',
    { code: 405, message: 'method PUT is not allowed, but [GET,POST] are' },
  ]);
});
