import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError, formatIssue } from '@petrel/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkConfig } from '../commands/check-config.ts';
import { loadConfig } from './load.ts';
import { toYaml } from './to-yaml.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'petrel-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const load = (text: string, env: Record<string, string> = {}) => loadConfig({ text, cwd: folder, env });

function problems(text: string): readonly string[] {
  try {
    load(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.issues.map(formatIssue);
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('without a file scrapes itself every 15 s where it listens', () => {
    const { config } = loadConfig({ cwd: folder, listen: '0.0.0.0:9999' });
    expect(config.scrapeConfigs).toMatchObject([
      { jobName: 'petrel', scrapeIntervalMs: 15_000, staticConfigs: [{ targets: ['localhost:9999'] }] },
    ]);
    expect(config.storage.retentionTimeMs).toBe(15 * 86_400_000);
  });

  it('takes petrel.yml where it is, and refuses a named file that is not there', () => {
    writeFileSync(join(folder, 'petrel.yml'), 'scrape_configs: [{job_name: a}]');
    expect(loadConfig({ cwd: folder }).config.scrapeConfigs.map((job) => job.jobName)).toEqual(['a']);
    expect(() => loadConfig({ cwd: folder, path: 'other.yml' })).toThrow('other.yml:1:1: cannot be read: no such file');
  });

  it('tells everything at once, with line, column, allowed keys and the closest one', () => {
    const found = problems(`global:
  scrape_intervall: 15s
  scrape_timeout: 1x
scrape_configs:
  - job_name: a
    scheme: htps
    relabel_configs:
      - action: keep
        regex: "("
  - metrics_path: /m
`);
    expect(found).toHaveLength(5);
    expect(found[0]).toMatch(
      /^<text>:2:3: global: field scrape_intervall not found in type global; did you mean scrape_interval\? \(allowed: scrape_interval, /,
    );
    expect(found[1]).toMatch(/^<text>:3:19: global\.scrape_timeout: not a valid duration string: "1x"/);
    expect(found[2]).toBe(
      '<text>:6:13: scrape_configs[0].scheme: unknown scheme "htps"; did you mean https? (allowed: http, https)',
    );
    expect(found[3]).toMatch(/^<text>:9:16: scrape_configs\[0\]\.relabel_configs\[0\]\.regex: error parsing regexp/);
    expect(found[4]).toBe('<text>:10:5: scrape_configs[1]: job_name is missing');
  });

  it('gives the jobs what global says', () => {
    const { config } = load(
      'global: {scrape_interval: 5s, sample_limit: 7}\nscrape_configs: [{job_name: a}, {job_name: b, scrape_interval: 30s, sample_limit: 0}]',
    );
    expect(config.scrapeConfigs).toMatchObject([
      { scrapeIntervalMs: 5_000, scrapeTimeoutMs: 5_000, sampleLimit: 7 },
      { scrapeIntervalMs: 30_000, scrapeTimeoutMs: 5_000, sampleLimit: 0 },
    ]);
  });

  it('expands the environment in external labels', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's notation
    const text = "global: {external_labels: {a: '${A}-$B', c: '$$x', d: '$NONE'}}";
    const { config, warnings } = load(text, { A: '1', B: '2' });
    expect(config.externalLabels.toObject()).toEqual({ a: '1-2', c: '$x' });
    expect(warnings.map((warning) => warning.message)).toEqual(['the environment variable NONE is not set']);
  });

  it('leaves an entry with a placeholder off and names its line', () => {
    const { config, warnings } = load('remote_write:\n  - url: https://ok.example/w\n  - url: <remote-write-url>\n');
    expect(config.remoteWrite.map((writer) => writer.url)).toEqual(['https://ok.example/w']);
    expect(warnings.map(formatIssue)).toEqual([
      '<text>:3:10: remote_write[1].url: <remote-write-url> is a placeholder: this entry is off until it is replaced',
    ]);
  });

  it('warns about discovery that is not offered and keeps the other targets', () => {
    const { config, warnings } = load(
      'scrape_configs:\n  - job_name: a\n    consul_sd_configs: [{server: x}]\n    static_configs: [{targets: ["h:1"]}]\n',
    );
    expect(config.scrapeConfigs[0]?.staticConfigs[0]?.targets).toEqual(['h:1']);
    expect(warnings).toMatchObject([{ line: 3, column: 5, path: 'scrape_configs[0].consul_sd_configs' }]);
  });

  it('takes in scrape_config_files with paths relative to each file, and refuses a job that stands twice', () => {
    writeFileSync(
      join(folder, 'more.yml'),
      'scrape_configs: [{job_name: b, basic_auth: {username: u, password_file: p.txt}}]',
    );
    const { config, references } = load('scrape_config_files: ["mor*.yml"]\nscrape_configs: [{job_name: a}]');
    expect(config.scrapeConfigs.map((job) => job.jobName)).toEqual(['a', 'b']);
    expect(references.map(({ target, file }) => [target, file])).toEqual([[join(folder, 'p.txt'), 'more.yml']]);
    expect(problems('scrape_config_files: [more.yml]\nscrape_configs: [{job_name: b}]')[0]).toContain(
      'found multiple scrape configs with job name "b"',
    );
  });

  it('reads retention in both forms, but not twice', () => {
    const dotted = load('storage: {tsdb: {retention.time: 1d, retention.size: 1GB}}').config.storage;
    expect(dotted).toEqual(load('storage: {tsdb: {retention: {time: 1d, size: 1GB}}}').config.storage);
    expect(problems('storage: {tsdb: {retention.time: 1d, retention: {time: 2d}}}')).toHaveLength(1);
  });

  const seed = resolve(import.meta.dirname, '../../../../shared/seed/storage.yml');
  it.skipIf(!existsSync(seed))('loads the storage.yml of the seed whole', () => {
    const { config, warnings } = loadConfig({ path: seed, cwd: folder });
    expect(warnings).toEqual([]);
    expect(config.storage).toMatchObject({ retentionTimeMs: 15 * 86_400_000, retentionSizeBytes: 500 * 1024 ** 3 });
    expect(config.downsample).toEqual([
      { resolutionMs: 300_000, retentionMs: 30 * 86_400_000 },
      { resolutionMs: 3_600_000, retentionMs: 365 * 86_400_000 },
    ]);
    expect(config.remoteWrite).toMatchObject([
      {
        url: 'http://thanos-receive:19291/api/v1/receive',
        queueConfig: { capacity: 10_000, maxShards: 10 },
        writeRelabelConfigs: [{ sourceLabels: ['__name__'], action: 'keep' }],
      },
    ]);
  });
});

describe('toYaml', () => {
  it('hides every secret', () => {
    const text = `scrape_configs:
  - job_name: a
    basic_auth: {username: u, password: s3cret}
    http_headers: {X-Key: {secrets: [s3cret], values: [s3cret]}}
    proxy_url: http://u:s3cret@proxy:1
  - job_name: b
    authorization: {credentials: s3cret}
  - job_name: c
    oauth2: {client_id: i, client_secret: s3cret, token_url: "http://u:s3cret@t/"}
  - job_name: d
    tls_config: {cert: public, key: s3cret}
    bearer_token: s3cret
remote_write: [{url: "http://u:s3cret@w/", headers: {X: s3cret}}]
`;
    const shown = toYaml(load(text).config);
    expect(shown).not.toContain('s3cret');
    expect(shown.match(/<secret>/g)?.length).toBe(11);
  });
});

describe('checkConfig', () => {
  async function check(text: string): Promise<[number, string]> {
    writeFileSync(join(folder, 'c.yml'), text);
    const lines: string[] = [];
    const code = await checkConfig(['c.yml'], (line) => lines.push(line), folder);
    return [code, lines.join('\n')];
  }

  it('says SUCCESS with the rule files found', async () => {
    writeFileSync(join(folder, 'r1.rules'), 'groups: []');
    const [code, out] = await check('rule_files: ["*.rules", r1.rules]');
    expect(code).toBe(0);
    expect(out).toContain('SUCCESS: 2 rule files found');
    expect(out).toContain('SUCCESS: c.yml is valid');
  });

  it('says FAILED with file, line and column', async () => {
    expect(await check('global:\n  foo: 1\n')).toEqual([
      1,
      expect.stringContaining('FAILED: c.yml:2:3: global: field foo not found'),
    ]);
  });

  it('looks for the files that are named', async () => {
    const [code, out] = await check('rule_files: [gone.yml]\nalerting: {config_file: am.yml}\n');
    expect(code).toBe(1);
    expect(out).toContain(`FAILED: c.yml:2:25: alerting.config_file: ${join(folder, 'am.yml')} does not exist`);
    expect(out).toContain(`rule file ${join(folder, 'gone.yml')} does not exist`);
  });
});
