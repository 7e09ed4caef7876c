import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from './issue.ts';
import { loadConfig } from './load.ts';
import { FOREIGN_DISCOVERY } from './sections/discovery.ts';
import { toYaml } from './to-yaml.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/conformance/prometheus-config');
const manifest = join(folder, 'manifest.json');

interface Case {
  readonly file: string;
  readonly valid: boolean | null;
  readonly error?: string;
}

/** Files that are wrong only inside a kind of discovery that Petrel accepts without looking: they load, with a warning. */
const TOLERATED =
  /\/(azure|ec2|eureka|ionos|kubernetes|lightsail|marathon|oci|openstack|outscale|ovhcloud|puppetdb|scaleway|stackit|uyuni)_/;

describe.skipIf(!existsSync(manifest))('prometheus.yml files of the conformance suite', () => {
  const { files } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { files: Case[] })
    : { files: [] };
  const load = (file: string) => loadConfig({ path: file, cwd: folder, env: {} });

  for (const { file, valid } of files) {
    if (valid === null) continue;
    if (valid) {
      it(`${file} loads, and is shown as YAML that loads again`, () => {
        const { config } = load(file);
        const shown = toYaml(config);
        const again = loadConfig({ path: file, text: shown, cwd: folder, env: {} });
        expect(again.config.scrapeConfigs.map((job) => job.jobName)).toEqual(
          config.scrapeConfigs.map((job) => job.jobName),
        );
        expect(toYaml(again.config)).toBe(shown);
      });
    } else if (TOLERATED.test(file)) {
      it(`${file} loads with a warning: its discovery is not offered`, () => {
        let text: string;
        try {
          text = load(file)
            .warnings.map((warning) => warning.path)
            .join('\n');
        } catch (error) {
          // Files without job_name are refused for that, whatever their discovery says.
          text = (error as Error).message;
        }
        expect(FOREIGN_DISCOVERY.some((key) => text.includes(key)) || text.includes('job_name is missing')).toBe(true);
      });
    } else {
      it(`${file} is refused`, () => {
        expect(() => load(file)).toThrow(ConfigError);
      });
    }
  }

  it('uses the wording that Prometheus users know', () => {
    const same = files.filter(({ file, valid, error }) => {
      if (valid !== false || error === undefined || TOLERATED.test(file)) return false;
      try {
        load(file);
      } catch (failure) {
        return (failure as Error).message.includes(error);
      }
      return false;
    });
    const refused = files.filter(({ file, valid }) => valid === false && !TOLERATED.test(file));
    const other = refused.filter((one) => !same.includes(one)).map((one) => one.file.replace('config/', ''));
    // Where the wording is Go's (its type names, its order of findings), the message is our own.
    expect(other).toEqual([]);
  });
});
