import { Labels } from '@petrel/model';
import { printLogql } from '@petrel/query/logql/print/index.ts';
import type { LogRulePort, RuleGroup } from '@petrel/rules';
import { loadRuleFile, RuleManager } from '@petrel/rules';
import { FakeWorld } from '@petrel/testkit/rules/fake-world.ts';
import { describe, expect, test } from 'vitest';

const MINUTE = 60_000;

const FILE = `
groups:
  - name: logs
    rules:
      - alert: Errors
        expr: sum by (service) (rate({env="prod"} |= "error" [5m])) > 1
        labels: {severity: page}
        annotations: {summary: '{{ $labels.service }}: {{ $value }}'}
      - record: lines:rate1m
        expr: sum(rate({env="prod"}[1m]))
`;

const groupsOf = (text: string): readonly RuleGroup[] =>
  loadRuleFile({ path: 'loki.yml', text, cwd: '/', language: 'logql' }).groups;

/** Answers with a value while `errors` is set, and counts how often lines were asked for. */
class FakeLogs implements LogRulePort {
  errors = 2;
  readonly queries: string[] = [];
  readonly asked: string[] = [];
  failure: Error | undefined;

  readonly engine: LogRulePort['engine'] = {
    instant: async ({ query, timeMs }) => {
      this.queries.push(query);
      const labels = query.includes('by') ? Labels.of({ service: 'shop' }) : Labels.EMPTY;
      const samples = this.errors === 0 ? [] : [{ labels, value: this.errors }];
      return { value: { type: 'vector', tMs: timeMs, samples }, warnings: [], infos: [], stats: NO_STATS };
    },
    range: async () => {
      throw new Error('rules on a clock ask for instants');
    },
  };

  async lines({ selector, startMs, endMs, limit }: Parameters<LogRulePort['lines']>[0]): Promise<readonly string[]> {
    this.asked.push(`${printLogql(selector)} ${(endMs - startMs) / MINUTE}m ${limit}`);
    if (this.failure !== undefined) throw this.failure;
    return ['error: no money', 'error: no time'];
  }
}

const NO_STATS = { samplesLoaded: 0, peakSamples: 0, timingsMs: { parse: 0, plan: 0, fetch: 0, eval: 0 } };

async function started(logs: FakeLogs | undefined, text = FILE) {
  const world = new FakeWorld();
  const ports = logs === undefined ? world.ports : { ...world.ports, logs };
  const manager = new RuleManager(ports, { restore: false });
  await manager.apply({ groups: groupsOf(text), evaluationIntervalMs: MINUTE, externalUrl: 'http://petrel' });
  return { world, manager };
}

describe('rules that ask logs', () => {
  test('alert with the lines behind them, and record into metrics', async () => {
    const logs = new FakeLogs();
    const { world, manager } = await started(logs);
    await world.time.advance(4 * MINUTE);
    logs.errors = 0;
    await world.time.advance(2 * MINUTE);
    const alerts = world.updates.flatMap((update) => update.alerts);
    expect(alerts.length).toBeGreaterThan(2);
    expect(alerts[0]?.labels.toObject()).toEqual({ alertname: 'Errors', service: 'shop', severity: 'page' });
    for (const { annotations, generatorUrl } of alerts) {
      expect(annotations.get('log_lines')).toBe('error: no money\nerror: no time');
      expect(annotations.get('summary')).toBe('shop: 2');
      expect(generatorUrl).toMatch(/^http:\/\/petrel\/explore\/logs\?query=/);
    }
    expect(alerts.at(-1)?.endsAtMs).toBeLessThan(world.time.nowMs());
    // Looked for once: they stay with the alert.
    expect(logs.asked).toEqual(['{env="prod"} |= "error" | service="shop" 5m 5']);
    expect(world.batches[0]?.rows).toMatchObject({ 'lines:rate1m': 2 });
    const [group] = await manager.groups();
    expect(group?.rules.map(({ query, health }) => [query, health])).toEqual([
      ['(sum by (service)(rate({env="prod"} |= "error"[5m])) > 1)', 'ok'],
      ['sum(rate({env="prod"}[1m]))', 'ok'],
    ]);
    await manager.stop();
  });

  test('alert without lines when these cannot be read', async () => {
    const logs = new FakeLogs();
    logs.failure = new Error('away');
    const { world, manager } = await started(logs);
    await world.time.advance(2 * MINUTE);
    expect(world.updates[0]?.alerts[0]?.annotations.toObject()).toEqual({ summary: 'shop: 2' });
    await manager.stop();
  });

  test('fail where there are no logs, and say so', async () => {
    const { world, manager } = await started(undefined);
    await world.time.advance(2 * MINUTE);
    expect((await manager.groups())[0]?.rules[0]?.lastError).toBe('rules that ask logs cannot be evaluated here');
    await manager.stop();
  });

  test('must yield numbers', () => {
    expect(() => groupsOf(FILE.replace('sum(rate({env="prod"}[1m]))', `'{env="prod"}'`))).toThrow(
      /rule 2, "lines:rate1m": could not parse expression: only sample expression supported/,
    );
  });
});
