import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpClient } from './client.ts';
import type { HttpClientConfig } from './http-client-config.ts';

let folder = '';
let server: Server;
let proxy: HttpServer;
let secureProxy: Server;
let url = '';

function tunnel(request: IncomingMessage, socket: Duplex): void {
  const [host, port] = (request.url as string).split(':') as [string, string];
  const through = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    through.pipe(socket).pipe(through);
  });
  through.on('error', () => socket.destroy());
  socket.on('error', () => through.destroy());
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-tls-'));
  const name = ['-subj', '/CN=petrel.test', '-addext', 'subjectAltName=DNS:petrel.test'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const out = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', ...key, ...name, ...out], { stdio: 'ignore' });
  const pem = (file: string): Buffer => readFileSync(join(folder, file));
  server = createServer(
    { key: pem('key.pem'), cert: pem('cert.pem'), ca: pem('cert.pem'), requestCert: true, rejectUnauthorized: false },
    (request, response) => response.end(`client ${(request.socket as TLSSocket).authorized ? 'known' : 'unknown'}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  proxy = createHttpServer();
  secureProxy = createServer({ key: pem('key.pem'), cert: pem('cert.pem') });
  for (const one of [proxy, secureProxy]) {
    one.on('connect', tunnel);
    one.on('request', (request, response) => response.end(`asked for ${request.url}`));
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  }
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  for (const one of [proxy, secureProxy]) {
    one.closeAllConnections();
    one.close();
  }
  rmSync(folder, { recursive: true });
});

async function body(config: HttpClientConfig, at = url): Promise<string> {
  const client = new HttpClient(config);
  try {
    return (await client.send({ url: at, timeoutMs: 5_000 })).body.toString();
  } finally {
    client.close();
  }
}

describe('TLS', () => {
  it('checks the certificate and its name unless told not to', async () => {
    const caFile = join(folder, 'cert.pem');
    await expect(body({})).rejects.toThrow(/self-signed certificate/);
    await expect(body({ tlsConfig: { caFile } })).rejects.toThrow(/does not match|altnames/);
    expect(await body({ tlsConfig: { caFile, serverName: 'petrel.test' } })).toBe('client unknown');
    expect(await body({ tlsConfig: { insecureSkipVerify: true } })).toBe('client unknown');
    await expect(
      body({ tlsConfig: { insecureSkipVerify: true, minVersion: 'TLS10', maxVersion: 'TLS10' } }),
    ).rejects.toThrow();
  });

  it('shows a client certificate', async () => {
    const certFile = join(folder, 'cert.pem');
    const keyFile = join(folder, 'key.pem');
    expect(await body({ tlsConfig: { insecureSkipVerify: true, certFile, keyFile } })).toBe('client known');
  });

  it('goes through a CONNECT tunnel', async () => {
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const tlsConfig = { caFile: join(folder, 'cert.pem'), serverName: 'petrel.test' };
    expect(await body({ proxyUrl, tlsConfig })).toBe('client unknown');
    await expect(body({ proxyUrl })).rejects.toThrow(/self-signed certificate/);
  });

  it('speaks TLS to a proxy that does, with the same tls_config', async () => {
    const proxyUrl = `https://127.0.0.1:${(secureProxy.address() as AddressInfo).port}`;
    const tlsConfig = { caFile: join(folder, 'cert.pem'), serverName: 'petrel.test' };
    expect(await body({ proxyUrl, tlsConfig })).toBe('client unknown');
    expect(await body({ proxyUrl, tlsConfig }, 'http://node:9100/metrics')).toBe('asked for http://node:9100/metrics');
    await expect(body({ proxyUrl }, 'http://node:9100/metrics')).rejects.toThrow(/self-signed certificate/);
  });
});
