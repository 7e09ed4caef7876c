import { readFileSync } from 'node:fs';
import type { Server, ServerResponse } from 'node:http';
import { join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
};

export function sendJson(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(json === undefined ? '' : JSON.stringify(json));
}

/** A built file of the web app; its page for every address without an ending. */
export function sendFile(response: ServerResponse, webDir: string, path: string): void {
  const ending = /\.(\w+)$/.exec(path)?.[1];
  const file = ending === undefined ? 'index.html' : path.replaceAll('..', '');
  response.setHeader('content-type', TYPES[ending ?? 'html'] ?? 'application/octet-stream');
  try {
    response.end(readFileSync(join(webDir, file)));
  } catch {
    response.statusCode = 404;
    response.end();
  }
}

export function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
