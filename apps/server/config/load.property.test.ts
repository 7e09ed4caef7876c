import { ConfigError } from '@petrel/config';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadConfig } from './load.ts';
import { toYaml } from './to-yaml.ts';

const SAMPLE = `global:
  scrape_interval: 15s
  external_labels: {zone: a}
storage:
  tsdb: {retention.time: 15d, retention.size: 1GB}
remote_write:
  - url: http://other:1/write
    queue_config: {capacity: 10}
    write_relabel_configs:
      - source_labels: [__name__]
        regex: a|b
        action: keep
scrape_configs:
  - job_name: node
    basic_auth: {username: u, password: p}
    static_configs:
      - targets: [localhost:9100]
        labels: {a: b}
    relabel_configs:
      - {source_labels: [__address__], target_label: instance}
limits: {query_timeout: 1m}
features: [promql-experimental-functions]
`;

/** What a careless hand does to a file: cuts, repeats, replaces and indents. */
const edit = fc.tuple(
  fc.nat(SAMPLE.length),
  fc.nat(20),
  fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\n',
      '  ',
      '-',
      ': ',
      '[',
      '}',
      '"',
      'null',
      '0',
      '-1',
      '1e9',
      '*x',
      '&x ',
      '<<: ',
      '<a-b>',
      '!!binary ',
    ),
    fc.string({ maxLength: 4 }),
  ),
);

it('any damaged file loads or is refused with positions inside it, and what loads can be shown and loaded again', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = SAMPLE;
      for (const [at, length, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + length);
      try {
        const { config } = loadConfig({ text, cwd: '/nowhere', env: {} });
        const shown = toYaml(config);
        expect(toYaml(loadConfig({ text: shown, cwd: '/nowhere', env: {} }).config)).toBe(shown);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        expect(error.issues.length).toBeGreaterThan(0);
        const lines = text.split(/\r\n|\r|\n/).length;
        for (const { line, column } of error.issues) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines + 1);
          expect(column).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
