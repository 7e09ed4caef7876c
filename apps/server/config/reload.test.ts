import type { Instruments } from '@petrel/model';
import { noInstruments, silentLogger } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import type { PetrelConfig } from './config.ts';
import { defaultConfig, loadConfig } from './load.ts';
import type { ConfigApplier } from './reload.ts';
import { createReloader } from './reload.ts';

function part(name: string, log: string[], failOn?: string): ConfigApplier & { job: string } {
  const self = {
    name,
    job: 'petrel',
    apply(next: PetrelConfig) {
      const job = next.scrapeConfigs[0]?.jobName ?? '';
      log.push(`${name}:${job}`);
      if (job === failOn) throw new Error(`${name} cannot`);
      self.job = job;
    },
  };
  return self;
}

function start(appliers: readonly ConfigApplier[]) {
  const gauges = new Map<string, number>();
  const instruments: Instruments = {
    ...noInstruments,
    gauge: (name) => ({ set: (value) => void gauges.set(name, value), remove() {} }),
  };
  const file = { text: '' };
  const reloader = createReloader({
    load: () => loadConfig({ text: file.text, cwd: '/' }),
    current: defaultConfig(),
    appliers,
    clock: { nowMs: () => 5_000 },
    logger: silentLogger,
    instruments,
  });
  return { reloader, gauges, file };
}

const job = (name: string) => `scrape_configs: [{job_name: ${name}}]`;

describe('reload', () => {
  it('hands the new configuration to every part, in order', async () => {
    const log: string[] = [];
    const { reloader, gauges, file } = start([part('a', log), part('b', log)]);
    file.text = job('x');
    await reloader.reload();
    expect(log).toEqual(['a:x', 'b:x']);
    expect(reloader.current.scrapeConfigs[0]?.jobName).toBe('x');
    expect(gauges.get('petrel_config_last_reload_successful')).toBe(1);
    expect(gauges.get('petrel_config_last_reload_success_timestamp_seconds')).toBe(5);
  });

  it('changes nothing for a bad file', async () => {
    const log: string[] = [];
    const { reloader, gauges, file } = start([part('a', log)]);
    file.text = 'nonsense: 1';
    await expect(reloader.reload()).rejects.toThrow('field nonsense not found');
    expect(log).toEqual([]);
    expect(reloader.current).toEqual(defaultConfig());
    expect(gauges.get('petrel_config_last_reload_successful')).toBe(0);
  });

  it('asks every part before the first one changes', async () => {
    const log: string[] = [];
    const picky: ConfigApplier = {
      name: 'picky',
      check() {
        throw new Error('rule file r.yml does not parse');
      },
      apply() {},
    };
    const { reloader, file } = start([part('a', log), picky]);
    file.text = job('x');
    await expect(reloader.reload()).rejects.toThrow('r.yml');
    expect(log).toEqual([]);
  });

  it('goes back where a later part fails, and works again afterwards', async () => {
    const log: string[] = [];
    const a = part('a', log);
    const { reloader, gauges, file } = start([a, part('b', log, 'bad'), part('c', log)]);
    file.text = job('bad');
    await expect(reloader.reload()).rejects.toThrow('b cannot');
    expect(log).toEqual(['a:bad', 'b:bad', 'b:petrel', 'a:petrel']);
    expect(a.job).toBe('petrel');
    expect(gauges.get('petrel_config_last_reload_successful')).toBe(0);
    file.text = job('good');
    await reloader.reload();
    expect(a.job).toBe('good');
  });

  it('runs one reload after the other and joins those that wait', async () => {
    const log: string[] = [];
    const { reloader, file } = start([part('a', log)]);
    file.text = job('x');
    const first = reloader.reload();
    const joined = reloader.reload();
    await Promise.all([first, joined]);
    file.text = job('y');
    await reloader.reload();
    expect(log).toEqual(['a:x', 'a:y']);
  });
});
