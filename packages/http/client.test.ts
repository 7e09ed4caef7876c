import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpClient, type HttpRequest, type HttpResponse } from './client.ts';
import type { HttpClientConfig } from './http-client-config.ts';
import { bypasses } from './proxy.ts';

let server: Server;
let base = '';
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petrel-http-'));
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function send(config: HttpClientConfig, request: Partial<HttpRequest> = {}): Promise<HttpResponse> {
  const client = new HttpClient(config);
  try {
    return await client.send({ url: `${base}/x`, timeoutMs: 2_000, ...request });
  } finally {
    client.close();
  }
}

describe('the HTTP client', () => {
  it('authenticates from values and from files that change', async () => {
    answer = (request, response) => response.end(request.headers.authorization ?? 'none');
    const basic = `Basic ${Buffer.from('u:p').toString('base64')}`;
    expect((await send({})).body.toString()).toBe('none');
    expect((await send({ basicAuth: { username: 'u', password: 'p' } })).body.toString()).toBe(basic);
    expect((await send({}, { url: base.replace('//', '//u:p@') })).body.toString()).toBe(basic);
    const file = join(folder, 'token');
    writeFileSync(file, 'first\n');
    const client = new HttpClient({ authorization: { credentialsFile: file } });
    const ask = async (): Promise<string> => (await client.send({ url: base, timeoutMs: 2_000 })).body.toString();
    expect(await ask()).toBe('Bearer first');
    writeFileSync(file, 'second!\n');
    expect(await ask()).toBe('Bearer second!');
    client.close();
    await expect(send({ basicAuth: { username: 'u', passwordFile: join(folder, 'no') } })).rejects.toThrow(/ENOENT/);
  });

  it('fetches OAuth 2.0 tokens once', async () => {
    let tokens = 0;
    answer = (request, response) => {
      if (request.url !== '/token') return response.end(request.headers.authorization);
      tokens++;
      return response.end(JSON.stringify({ access_token: 't', expires_in: 3600 }));
    };
    const client = new HttpClient({ oauth2: { clientId: 'c', clientSecret: 's', tokenUrl: `${base}/token` } });
    for (let i = 0; i < 3; i++) {
      expect((await client.send({ url: base, timeoutMs: 2_000 })).body.toString()).toBe('Bearer t');
    }
    expect(tokens).toBe(1);
    client.close();
  });

  it('follows redirects, without credentials to another host', async () => {
    answer = (request, response) => {
      if (request.url === '/x') response.writeHead(302, { Location: '/y' }).end();
      else if (request.url === '/y')
        response.writeHead(307, { Location: `${base.replace('127.0.0.1', 'localhost')}/z` }).end();
      else response.end(`${request.url} ${request.headers.authorization ?? 'none'}`);
    };
    server.close();
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const auth = { basicAuth: { username: 'u', password: 'p' } };
    expect((await send(auth)).body.toString()).toBe('/z none');
    expect((await send({ ...auth, followRedirects: false })).status).toBe(302);
    answer = (request, response) => {
      const far = `${base.replace('127.0.0.1', 'localhost')}/z`;
      if (request.url === '/x') response.writeHead(302, { Location: far }).end();
      else response.end(`${request.headers['x-key'] ?? 'none'}`);
    };
    const local = base.replace('localhost', '127.0.0.1');
    const keyed = { headers: { 'X-Key': ['secret'] } };
    expect((await send(keyed, { url: `${local}/x` })).body.toString()).toBe('none');
    expect((await send(keyed, { url: `${local}/z` })).body.toString()).toBe('secret');
    answer = (_, response) => response.writeHead(302, { Location: 'ftp://127.0.0.1/x' }).end();
    await expect(send({})).rejects.toThrow('unsupported protocol scheme "ftp"');
    answer = (_, response) => response.writeHead(302, { Location: '/x' }).end();
    await expect(send({})).rejects.toThrow('stopped after 10 redirects');
  });

  it('limits time and size, compressed or not', async () => {
    answer = () => {};
    await expect(send({}, { timeoutMs: 50 })).rejects.toThrow(`Get "${base}/x": context deadline exceeded`);
    answer = (_, response) => response.end('x'.repeat(1000));
    await expect(send({}, { bodyLimitBytes: 999 })).rejects.toThrow('body size limit exceeded');
    expect((await send({}, { bodyLimitBytes: 1000 })).body).toHaveLength(1000);
    answer = (_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('x'.repeat(100_000)));
    await expect(send({}, { bodyLimitBytes: 5_000 })).rejects.toThrow('body size limit exceeded');
    expect((await send({})).body).toHaveLength(100_000);
    await expect(send({}, { url: 'http://127.0.0.1:1/' })).rejects.toThrow(
      /^Get "http:\/\/127\.0\.0\.1:1\/": .*ECONNREFUSED/,
    );
  });

  it('goes through a proxy, and around it', async () => {
    const seen: string[] = [];
    answer = (request, response) => response.end(`via ${request.url} ${request.headers['proxy-authorization']}`);
    server.on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      const through = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      through.on('error', () => socket.destroy());
      socket.on('error', () => through.destroy());
    });
    const proxyUrl = base.replace('//', '//u:p@');
    const direct = await send({ proxyUrl }, { url: 'http://far.example/m?a=1' });
    expect(direct.body.toString()).toBe('via http://far.example/m?a=1 Basic dTpw');
    // The far end of this tunnel speaks no TLS: that the tunnel was asked for is the point.
    await expect(send({ proxyUrl }, { url: 'https://far.example/m' })).rejects.toThrow();
    expect(seen).toEqual(['far.example:443']);
    expect(bypasses(new URL('http://a.b.example:80'), 'x, .example')).toBe(true);
    expect(bypasses(new URL('http://10.1.2.3'), '10.0.0.0/8')).toBe(true);
    expect(bypasses(new URL('http://[fd00::1]'), 'fd00::/8')).toBe(true);
    expect(bypasses(new URL('http://b.example:81'), 'b.example:80')).toBe(false);
    expect(bypasses(new URL('http://notexample'), 'example')).toBe(false);
  });
});
