import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED, Redaction } from './redaction.ts';

describe('redaction', () => {
  it('hides a value however it is echoed', async () => {
    const secret = 'p"ä s&s<w>ord';
    const text = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      Buffer.from(secret).toString('base64'),
    ].join('|');
    const shown = await new Redaction().add(secret).clean(text);
    expect(shown).toBe(`${REDACTED}|${REDACTED}|"${REDACTED}"|${REDACTED}`);
  });

  it('keeps the host of a secret URL and nothing else of it', async () => {
    const url = 'https://u:hunter2@hooks.example/services/T000/B000/XXXXXXXXXXXX?key=abcdef';
    const redaction = new Redaction().addSecretUrl(url);
    expect(await redaction.clean(`Post "${url}": no route`)).toBe(
      `Post "https://${REDACTED}@hooks.example${REDACTED}": no route`,
    );
    expect(await redaction.clean('POST /services/T000/B000/XXXXXXXXXXXX?key=abcdef')).toBe(`POST ${REDACTED}`);
    expect(await redaction.clean('no token XXXXXXXXXXXX')).toBe(`no token ${REDACTED}`);
  });

  it('hides what an http_config authenticates with, files included', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'petrel-redaction-'));
    const file = join(folder, 'token');
    writeFileSync(file, 'file-token\n');
    const redaction = new Redaction().addHttpConfig({
      basicAuth: { username: 'u', password: 'pass-word' },
      authorization: { credentialsFile: file },
      headers: { 'X-Key': ['header-key'] },
      proxyUrl: 'http://p:proxy-pass@proxy',
    });
    const basic = Buffer.from('u:pass-word').toString('base64');
    const text = `pass-word file-token header-key proxy-pass ${basic}`;
    expect(await redaction.clean(text)).toBe([REDACTED, REDACTED, REDACTED, REDACTED, REDACTED].join(' '));
    await rm(folder, { recursive: true });
  });

  it('hides what looks like a credential', async () => {
    const redaction = new Redaction();
    expect(await redaction.clean('Authorization: Bearer abc.def-123\nHost: x')).toBe(
      `Authorization: ${REDACTED}\nHost: x`,
    );
    expect(await redaction.clean('{"authorization":"Basic dTpw","a":1}')).toBe(`{"authorization":"${REDACTED}","a":1}`);
    expect(await redaction.clean('GET /x?access_token=abc&page=2')).toBe(`GET /x?access_token=${REDACTED}&page=2`);
    expect(await redaction.clean('at http://user:pw@host/path')).toBe(`at http://${REDACTED}@host/path`);
    expect(await redaction.clean('unexpected status code 500: no such key')).toBe(
      'unexpected status code 500: no such key',
    );
  });

  it('lets no secret through, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 6, unit: 'binary' }).filter((text) => !REDACTED.includes(text)),
        fc.string(),
        fc.string(),
        async (secret, before, after) => {
          const shown = await new Redaction().add(secret).clean(`${before}${secret}${after}`);
          expect(shown.split(REDACTED).join('')).not.toContain(secret);
        },
      ),
      { numRuns: 200 },
    );
  });
});
