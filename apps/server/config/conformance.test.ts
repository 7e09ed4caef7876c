import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '@petrel/config';
import { describe, expect, it } from 'vitest';
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

/** Wrong only through a file that it names, which is not in the suite's folder. */
const INCOMPLETE = new Set(['config/scrape_config_files_global.bad.yml']);

/** Refused with a message of our own: the known wording is Go's type names, prefixes and order of findings. */
const OWN_WORDING = [
  'scrape_body_size_limit.bad.yml',
  'scrape_config_files_fallback_scrape_protocol1.bad.yml',
  'scrape_config_files_glob.bad.yml',
  'scrape_config_files_scrape_protocols.bad.yml',
  'scrape_config_files_scrape_protocols2.bad.yml',
  'section_key_dup.bad.yml',
  'unknown_global_attr.bad.yml',
];

describe.skipIf(!existsSync(manifest))('prometheus.yml files of the conformance suite', () => {
  const { files } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { files: Case[] })
    : { files: [] };
  const load = (file: string) => loadConfig({ path: file, cwd: folder, env: {} });

  for (const { file, valid } of files) {
    if (valid === null || INCOMPLETE.has(file)) continue;
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
    const refused = files.filter(
      ({ file, valid }) => valid === false && !TOLERATED.test(file) && !INCOMPLETE.has(file),
    );
    const other = refused.filter(({ file, error = '' }) => {
      try {
        load(file);
      } catch (failure) {
        return !(failure as Error).message.includes(error);
      }
      return true;
    });
    expect(other.map(({ file }) => file.replace('config/', ''))).toEqual(OWN_WORDING);
  });
});
