import { ConfigReading } from '@petrel/config';
import type { Type } from '@petrel/config/schema/schema.ts';
import { isUsable, optional, table } from '@petrel/config/schema/schema.ts';
import { describe, expect, it } from 'vitest';
import { hostPort } from './host-port.ts';
import { httpConfig, httpConfigOf } from './http-config.ts';
import { exclusive, secretTemplateUrl, secretText, secretUrl, templated } from './secrets.ts';

function read<T>(type: Type<T>, text: string): { value?: T; errors: string[]; warnings: string[] } {
  const reading = new ConfigReading('/etc', {});
  const source = reading.open(undefined, text);
  if (source === undefined) throw reading.failure();
  const value = type.decode(source.tree, { reading: source.reading, path: '' });
  const errors = reading.errors.map(({ message }) => message);
  const warnings = reading.warnings.map(({ message }) => message);
  return { ...(isUsable(value) ? { value } : {}), errors, warnings };
}

describe('secrets', () => {
  it('are hidden when they are shown, and off while they are placeholders', () => {
    expect(read(secretText, 'x').value).toBe('x');
    expect([secretText.encode('x'), secretText.encode(''), secretUrl.encode('http://x')]).toEqual([
      '<secret>',
      '',
      '<secret>',
    ]);
    for (const type of [secretText, secretUrl, secretTemplateUrl, hostPort]) {
      const { value, errors, warnings } = read(type, "'<the-key>'");
      expect([value, errors, warnings]).toEqual([
        undefined,
        [],
        ['<the-key> is a placeholder: this entry is off until it is replaced'],
      ]);
    }
  });

  it('may hold angle brackets like any text', () => {
    expect(read(secretText, 'p<k>9')).toEqual({ value: 'p<k>9', errors: [], warnings: [] });
    expect(read(httpConfig, '{basic_auth: {username: a, password: p<k>9}}').value?.basicAuth?.password).toBe('p<k>9');
  });

  it('may be templates where that is said', () => {
    expect(read(secretTemplateUrl, "'{{ .X }}/a'").value).toBe('{{ .X }}/a');
    expect(read(secretTemplateUrl, 'ftp://a').errors).toHaveLength(1);
    expect(read(secretTemplateUrl, "'http://{{ .X'").errors[0]).toContain('unclosed action');
  });

  it('do not show a URL in their errors', () => {
    expect(read(secretUrl, 'ftp://example.org/hidden').errors).toEqual(['unsupported scheme "ftp" for URL']);
    expect(read(secretUrl, 'hidden').errors).toEqual(['unsupported scheme "" for URL']);
    expect(read(secretUrl, 'http:///hidden').errors).toEqual(['missing host for URL']);
    expect(read(secretUrl, 'http://[hidden').errors).toEqual(['invalid URL']);
  });
});

describe('templates', () => {
  it('are refused when their syntax is wrong, not when they call what is not there yet', () => {
    expect(read(templated, '\'{{ template "later" . }} {{ .Labels | toUpper }}\'').errors).toEqual([]);
    expect(read(templated, "'{{ if }}'").errors[0]).toContain('missing value for if');
    expect(read(templated, "'{{ nothing . }}'").errors[0]).toContain('function "nothing" not defined');
  });
});

describe('keys that exclude each other', () => {
  it('are told of', () => {
    const pair = table<{ a?: string; b?: string }>(
      'pair',
      { a: optional('a', secretText, ''), b: optional('b', secretText, '') },
      { check: (_, report) => exclusive(report, 'a', 'b') },
    );
    expect(read(pair, '{a: x, b: y}').errors).toEqual(['at most one of a & b must be configured']);
    expect(read(pair, '{a: x}').errors).toEqual([]);
  });
});

describe('http_config', () => {
  it('is off while a credential in it is a placeholder, however deep', () => {
    const { value, warnings } = read(httpConfig, '{oauth2: {client_id: a, token_url: http://x, client_secret: <it>}}');
    expect([value, warnings.length]).toEqual([undefined, 1]);
  });

  it('reads a proxy without a scheme', () => {
    const { value, warnings } = read(httpConfig, '{proxy_url: proxy}');
    expect([value?.proxyUrl, warnings]).toEqual(['http://proxy', ['a proxy needs a scheme: read as http://proxy']]);
    expect(read(httpConfig, "{proxy_url: ''}")).toEqual({ value: {}, errors: [], warnings: [] });
  });

  it('takes the place of the global one, but for the proxy', () => {
    const global = { proxyUrl: 'http://p', noProxy: 'x', authorization: { credentials: 'c' } };
    expect(httpConfigOf(global, undefined)).toBe(global);
    expect(httpConfigOf(global, { followRedirects: true })).toEqual({
      followRedirects: true,
      proxyUrl: 'http://p',
      noProxy: 'x',
    });
    expect(httpConfigOf(global, { proxyUrl: 'http://q' })).toEqual({ proxyUrl: 'http://q' });
  });
});
