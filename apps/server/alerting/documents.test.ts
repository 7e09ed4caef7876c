import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAlertmanager } from '../commands/check-alertmanager.ts';
import { checkConfig } from '../commands/check-config.ts';
import { checkRules } from '../commands/check-rules.ts';

const root = resolve(import.meta.dirname, '../../..');
const DOCUMENTS = ['docs/alerting.md', 'docs/alerting.zh-CN.md', 'docs/receivers.md', 'README.md', 'README.zh-CN.md'];

/** Stands in for the files that an example names. */
const NEIGHBOURS = {
  'alerts.yml': 'groups: []\n',
  'alertmanager.yml': 'route: {receiver: r}\nreceivers: [{name: r}]\n',
};

interface Example {
  readonly place: string;
  /** What its first line calls it: `petrel.yml`, `alertmanager.yml: receivers`, … */
  readonly kind: string;
  readonly text: string;
}

function read(document: string): string {
  return readFileSync(join(root, document), 'utf8');
}

/** The YAML blocks of a document whose first line says which file they stand for. */
function examplesOf(document: string): readonly Example[] {
  const text = read(document);
  return [...text.matchAll(/^( *)```yaml\n\s*# ([a-z.]+(?:: receivers)?)\n(.*?)^ *```$/gms)].map((match) => ({
    place: `${document}:${text.slice(0, match.index).split('\n').length}`,
    kind: match[2] as string,
    text: match[3] as string,
  }));
}

const examples = DOCUMENTS.flatMap(examplesOf);

describe('examples in the documents', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'petrel-documents-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('are there', () => {
    const kinds = new Set(examples.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([
      'alertmanager.yml',
      'alertmanager.yml: receivers',
      'petrel.yml',
      'prometheus.yml',
      'rules.yml',
    ]);
  });

  it.each(examples)('$place loads', async ({ kind, text }) => {
    for (const [name, content] of Object.entries(NEIGHBOURS)) writeFileSync(join(dir, name), content);
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const [file, part] = kind.split(': ');
    const path = join(dir, `example-${file}`);
    writeFileSync(path, part === 'receivers' ? `route: {receiver: ${/name: (\S+)/.exec(text)?.[1]}}\n${text}` : text);
    if (file === 'alertmanager.yml') await checkAlertmanager([path], print, dir);
    else if (file === 'rules.yml') await checkRules([path], print, dir);
    else await checkConfig([path], print, dir);
    expect(lines.filter((line) => /FAILED|placeholder/.test(line))).toEqual([]);
    expect(lines.some((line) => line.includes('SUCCESS'))).toBe(true);
  });
});

/** Names of the metrics that the sources of a folder register. */
function metricsIn(folder: string): readonly string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((name) => name.endsWith('.ts') && !/\.test(-support)?\.ts$/.test(name));
  return sources.flatMap((name) => {
    const text = readFileSync(join(root, folder, name), 'utf8');
    const whole = [...text.matchAll(/'(petrel_[a-z_]+)'/g)].map((match) => match[1] as string);
    const ofGroups = [...text.matchAll(/ gauge\('([a-z_]+)'/g)].map((match) => `petrel_rule_group_${match[1]}`);
    return [...whole, ...ofGroups].filter((metric) => metric !== 'petrel_missing_data');
  });
}

describe.each(['docs/alerting.md', 'docs/alerting.zh-CN.md'])('%s', (document) => {
  it('names every metric of alerting, and no other', () => {
    const folders = ['packages/alerts', 'packages/rules', 'packages/store/ledger', 'packages/insight'];
    const registered = new Set(folders.flatMap(metricsIn));
    const text = read(document);
    const table = text.slice(text.search(/^## (Metrics|指标)/m), text.search(/^## (Files|读取)/m));
    const named = new Set([...table.matchAll(/`(petrel_[a-z_]+)`/g)].map((match) => match[1] as string));
    named.delete('petrel_');
    expect(registered.size).toBeGreaterThan(20);
    expect([...named].sort()).toEqual([...registered].sort());
  });
});
