import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
const COMPRESSIBLE = /^(text|application\/(json|manifest))|svg/;

interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly immutable: boolean;
  gzip?: Buffer;
}

const NO_WEB_APP = `<!doctype html><meta charset="utf-8"><title>Petrel</title>
<p>Petrel is running, its web app is not built: run <code>npm run build</code>. The API is at <code>/api/v1</code>.`;

/**
 * Serves the built web app from memory. Paths that are no file are the app's own pages and get index.html, unless they look like a file.
 * Hashed assets may be kept for ever, everything else is asked for again (by ETag).
 */
export function registerWebApp(app: FastifyInstance, directory: string): void {
  const files = new Map<string, StaticFile>();
  let loaded = false;
  const load = (): void => {
    loaded = true;
    if (!existsSync(directory)) return;
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const url = `/${relative(directory, path).replaceAll('\\', '/')}`;
      const body = readFileSync(path);
      const etag = `"${createHash('sha1').update(body).digest('base64url')}"`;
      const type = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
      files.set(url, { type, body, etag, immutable: url.startsWith('/assets/') });
    }
  };

  app.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return reply.code(404).type('text/plain; charset=utf-8').send('404 page not found\n');
    }
    if (!loaded) load();
    const path = decodePath(request.url);
    // Grafana looks here for Mimir's Alertmanager: a page of ours would be taken for it.
    if (path.startsWith('/alertmanager/')) {
      return reply.code(404).type('text/plain; charset=utf-8').send('404 page not found\n');
    }
    const file = files.get(path) ?? (extname(path) === '' || path === '/' ? files.get('/index.html') : undefined);
    if (file !== undefined) return sendFile(request, reply, file);
    if (!files.has('/index.html') && extname(path) === '') {
      return reply.type('text/html; charset=utf-8').send(NO_WEB_APP);
    }
    return reply.code(404).type('text/plain; charset=utf-8').send('404 page not found\n');
  });
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  reply
    .header('etag', file.etag)
    .header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('x-content-type-options', 'nosniff')
    .header('x-frame-options', 'SAMEORIGIN')
    .type(file.type);
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  if (!COMPRESSIBLE.test(file.type) || file.body.length < 1024) return reply.send(file.body);
  reply.header('vary', 'Accept-Encoding');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(file.body);
  file.gzip ??= gzipSync(file.body);
  return reply.header('content-encoding', 'gzip').send(file.gzip);
}

function decodePath(url: string): string {
  const path = url.split('?', 1)[0] as string;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
