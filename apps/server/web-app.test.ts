import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fastify from 'fastify';
import { afterAll, expect, it } from 'vitest';
import { registerWebApp } from './web-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'petrel-web-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>app</title>');
const script = `console.log(${JSON.stringify('x'.repeat(3_000))});`;
writeFileSync(join(folder, 'assets/app-1a2b.js'), script);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function app(directory: string) {
  const server = fastify();
  registerWebApp(server, directory);
  return server;
}

it('serves files, compressed, with headers that let browsers keep them', async () => {
  const server = app(folder);
  const plain = await server.inject('/assets/app-1a2b.js');
  expect(plain.body).toBe(script);
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8');
  const zipped = await server.inject({ url: '/assets/app-1a2b.js', headers: { 'accept-encoding': 'gzip, br' } });
  expect(gunzipSync(zipped.rawPayload).toString()).toBe(script);
  const index = await server.inject('/');
  expect(index.headers['cache-control']).toBe('no-cache');
  const again = await server.inject({ url: '/', headers: { 'if-none-match': `${index.headers.etag}` } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

it('gives the app to its own pages, and to nothing else', async () => {
  const server = app(folder);
  expect((await server.inject('/explore?g0.expr=up')).body).toContain('<title>app</title>');
  expect((await server.inject('/assets/gone.js')).statusCode).toBe(404);
  expect((await server.inject('/..%2f..%2fetc/passwd.txt')).statusCode).toBe(404);
  expect((await server.inject({ method: 'POST', url: '/explore' })).statusCode).toBe(404);
});

it('says how to build an app that is not there', async () => {
  const answer = await app(join(folder, 'none')).inject('/');
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain('npm run build');
});
