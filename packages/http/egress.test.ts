import type { lookup as dnsLookup, LookupAddress } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpClient, HttpError } from './client.ts';
import { EgressError, EgressGuard, isInternal } from './egress.ts';
import type { HttpClientConfig } from './http-client-config.ts';

let server: Server;
let port = 0;
let requests = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  requests = 0;
  answer = (_, response) => response.end('reached');
  server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function fetchFrom(url: string, allow: readonly string[], config: HttpClientConfig = {}): Promise<string> {
  const client = new HttpClient(config, {}, { egress: { forbidPrivate: true, allow } });
  try {
    return (await client.send({ url, timeoutMs: 2_000 })).body.toString();
  } finally {
    client.close();
  }
}

/** Stands for the name server: answers from the list, one answer a call. */
function nameServer(answers: readonly (readonly string[])[]): typeof dnsLookup {
  let calls = 0;
  const lookup = (_name: string, _options: unknown, done: (error: Error | null, found: LookupAddress[]) => void) => {
    const addresses = answers[Math.min(calls++, answers.length - 1)] ?? [];
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return lookup as unknown as typeof dnsLookup;
}

describe('the egress policy', () => {
  it.each([
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://0.0.0.0',
    'http://0',
    'http://localhost',
    'http://[::1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[0:0:0:0:0:ffff:7f00:1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
  ])('refuses %s', async (base) => {
    const url = `${base}:${port}/`;
    const failure = await fetchFrom(url, []).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HttpError);
    expect((failure as HttpError).kind).toBe('forbidden');
    expect((failure as HttpError).message).toMatch(/^Get ".*": connections to .* are not allowed/);
    expect(requests).toBe(0);
  });

  it('lets through what is allowed by address, range, name and domain', async () => {
    expect(await fetchFrom(`http://127.0.0.1:${port}`, ['127.0.0.1'])).toBe('reached');
    expect(await fetchFrom(`http://127.0.0.1:${port}`, ['127.0.0.0/8'])).toBe('reached');
    expect(await fetchFrom(`http://localhost:${port}`, ['LocalHost'])).toBe('reached');
    expect(await fetchFrom(`http://localhost:${port}`, ['127.0.0.0/8'])).toBe('reached');
    await expect(fetchFrom(`http://127.0.0.1:${port}`, ['10.0.0.0/8', 'localhost'])).rejects.toThrow('not allowed');
  });

  it('holds for redirects, token endpoints and proxies', async () => {
    answer = (request, response) => {
      if (request.url === '/meta') response.writeHead(302, { Location: 'http://169.254.169.254/latest' }).end();
      else response.writeHead(302, { Location: `http://localhost:${port}/` }).end();
    };
    await expect(fetchFrom(`http://127.0.0.1:${port}/meta`, ['127.0.0.1'])).rejects.toThrow(/169\.254\.169\.254/);
    expect(requests).toBe(1);
    const oauth2 = { clientId: 'c', clientSecret: 's', tokenUrl: `http://127.0.0.1:${port}/token` };
    await expect(fetchFrom('http://192.0.43.8/', [], { oauth2 })).rejects.toThrow(/127\.0\.0\.1/);
    const proxyUrl = `http://127.0.0.1:${port}`;
    await expect(fetchFrom('http://192.0.43.8/', [], { proxyUrl })).rejects.toThrow(/127\.0\.0\.1/);
    await expect(fetchFrom('http://10.1.2.3/', ['127.0.0.1'], { proxyUrl })).rejects.toThrow(/10\.1\.2\.3/);
    expect(requests).toBe(1);
  });

  it('connects to the addresses that it has looked at, and to no others', () => {
    const guard = new EgressGuard(
      { forbidPrivate: true, allow: [] },
      nameServer([['8.8.8.8', '10.0.0.1'], ['10.0.0.1']]),
    );
    const seen: unknown[] = [];
    const ask = () => guard.lookup('rebinding.example', { all: true }, (error, found) => seen.push(error ?? found));
    ask();
    ask();
    expect(seen[0]).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(seen[1]).toBeInstanceOf(EgressError);
    expect(String(seen[1])).toContain('rebinding.example (10.0.0.1)');
    const single: unknown[] = [];
    const one = new EgressGuard({ forbidPrivate: true, allow: ['*.corp.example'] }, nameServer([['10.0.0.7']]));
    one.lookup('a.corp.example', {}, (...result) => single.push(...result));
    expect(single).toEqual([null, '10.0.0.7', 4]);
  });

  it('knows what is not on the public Internet', () => {
    const inside = [
      '10.0.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      '224.0.0.1',
      '255.255.255.255',
    ];
    const inside6 = [
      'fe80::1%eth0',
      'fc00::1',
      'fd12:3456::1',
      'ff02::1',
      '::',
      '::ffff:10.0.0.1',
      '::a00:1',
      '2001::1',
    ];
    const outside = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'];
    for (const address of [...inside, ...inside6]) expect(`${address} ${isInternal(address)}`).toBe(`${address} true`);
    for (const address of outside) expect(`${address} ${isInternal(address)}`).toBe(`${address} false`);
  });

  it('sees through every way to carry an IPv4 address, however it is spelled', () => {
    const byte = fc.nat(255);
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), ([a, b, c, d]) => {
        const v4 = `${a}.${b}.${c}.${d}`;
        const high = ((a << 8) | b).toString(16);
        const low = ((c << 8) | d).toString(16);
        const carried = [
          `::ffff:${v4}`,
          `::FFFF:${high}:${low}`,
          `0:0:0:0:0:ffff:${high}:${low}`,
          `64:ff9b::${v4}`,
          `64:ff9b:0:0:0:0:${high}:${low}`,
          `2002:${high}:${low}::1`,
        ];
        for (const address of carried) expect(`${address} ${isInternal(address)}`).toBe(`${address} ${isInternal(v4)}`);
      }),
    );
  });

  it('refuses nothing when private networks are permitted', async () => {
    const client = new HttpClient({}, {}, { egress: { forbidPrivate: false, allow: [] } });
    expect((await client.send({ url: `http://127.0.0.1:${port}`, timeoutMs: 2_000 })).status).toBe(200);
    client.close();
  });

  it('cuts bodies where the request asks for it', async () => {
    answer = (_, response) => response.end('x'.repeat(100_000));
    const client = new HttpClient({});
    const url = `http://127.0.0.1:${port}`;
    const response = await client.send({ url, timeoutMs: 2_000, bodyLimitBytes: 1000, beyondLimit: 'truncate' });
    expect(response.body).toHaveLength(1000);
    client.close();
  });
});
