import { INTEGRATIONS, loadRoutingConfig } from '@petrel/alerts';
import { formatIssue } from '@petrel/config';
import { loadRuleFile } from '@petrel/rules';
import { afterEach, describe, expect, it } from 'vitest';
import { hasSeed, SeedWorld, seedPath, seedText } from './seed-world.test-support.ts';

if (!hasSeed()) console.warn('skipped: the seed is not there (../shared/seed)');

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Monday. */
const MONDAY_10 = Date.UTC(2026, 10, 23, 10);
const ORDERS = 'job="order-service", service="orders"';

describe.skipIf(!hasSeed())("the seed's alerts and routing", () => {
  let world: SeedWorld | undefined;
  afterEach(async () => {
    await world?.stop();
  });

  const start = async (startMs: number, ...series: string[]): Promise<SeedWorld> => {
    world = new SeedWorld(startMs);
    await world.start(...series);
    return world;
  };

  it('load as they stand; each placeholder is a warning with its line, and its receiver stays off', () => {
    const { groups, warnings } = loadRuleFile({ path: seedPath('alerts.yml'), cwd: '/' });
    expect(groups.flatMap(({ rules }) => rules)).toHaveLength(5);
    expect(warnings).toEqual([]);
    const routing = loadRoutingConfig({ path: seedPath('alertmanager.yml'), cwd: '/', integrations: INTEGRATIONS });
    const lineOf = (nth: number, text: string) =>
      seedText('alertmanager.yml')
        .split('\n')
        .flatMap((line, i) => (line.includes(text) ? [i + 1] : []))[nth];
    expect(routing.warnings.map(({ line }) => line)).toEqual([
      lineOf(0, '<pagerduty-key>'),
      lineOf(0, '<slack-webhook>'),
      lineOf(1, '<slack-webhook>'),
    ]);
    for (const warning of routing.warnings)
      expect(formatIssue(warning)).toMatch(/alertmanager\.yml:\d+:\d+: .*is a placeholder/);
    const integrations = new Map(
      routing.config.receivers.map((one) => [one.name, one.integrations.map(({ kind }) => kind.name)]),
    );
    expect(integrations.get('oncall-all')).toEqual(['email', 'webhook']);
    expect(integrations.get('tech-lead')).toEqual(['email']);
    expect(integrations.get('dev-team')).toEqual([]);
  });

  it('pages of a service that is down within 10 s, to all, again after an hour, and hold back what follows from it', async () => {
    const { advance, told, store } = bind(
      await start(
        MONDAY_10,
        // Down after five minutes; its errors are high all the time, so are those of another instance.
        `up{${ORDERS}, instance="a"} 1x19 0x200 1x100`,
        `http_requests_total{${ORDERS}, instance="a"} 0+100x400`,
        `http_errors_total{${ORDERS}, instance="a"} 0+50x400`,
        `http_requests_total{job="pay", service="pay", instance="p"} 0+100x400`,
        `http_errors_total{job="pay", service="pay", instance="p"} 0+50x400`,
      ),
    );
    // The error rates need their five minutes and come to P1, the other service as well.
    await advance(2 * HOUR);
    const first = told().filter(({ to }) => to.startsWith('oncall-all/'));
    const downSeconds = (19 * 30_000 - 300_000) / 1000 + 60;
    // For 1m, the evaluation every 30 s, group_wait 10 s.
    expect(new Set(first.slice(0, 3).map(({ to }) => to))).toEqual(
      new Set(['oncall-all/pagerduty', 'oncall-all/webhook', 'oncall-all/email']),
    );
    for (const { s, alerts } of first.slice(0, 3)) {
      expect(alerts).toEqual(['ServiceDown a firing']);
      expect(s).toBeGreaterThan(downSeconds);
      expect(s).toBeLessThanOrEqual(downSeconds + 30 + 30 + 10.5);
    }
    const again = first.slice(3, 6);
    expect(again.map(({ s }) => s - (first[0]?.s ?? 0))).toEqual([3600, 3600, 3600]);
    // The end: mail says nothing of it by default, the webhook is told not to.
    expect(first.slice(6).map(({ to, alerts }) => [to, ...alerts])).toEqual([
      ['oncall-all/pagerduty', 'ServiceDown a resolved'],
    ]);

    const rates = told().filter(({ alerts }) => alerts.some((one) => one.startsWith('HighErrorRate')));
    const downAt = first[0]?.s ?? 0;
    const upAt = first.at(-1)?.s ?? 0;
    // While it is down nobody hears of its error rate; of the other service's they do.
    expect(rates.filter(({ s, alerts }) => s >= downAt && s < upAt && alerts.join().includes(' a '))).toEqual([]);
    expect(rates.some(({ alerts }) => alerts.includes('HighErrorRate p firing'))).toBe(true);
    const reasons = store.ledger.filter(
      ({ kind, labels }) => kind === 'suppressed' && labels.get('alertname') === 'HighErrorRate',
    );
    expect(reasons.map(({ reason }) => reason)).toEqual(['inhibited']);
  });

  it('let P0 hold back P1 to P3 of the service, other instances included', async () => {
    const { advance, told, store } = bind(
      await start(
        MONDAY_10,
        `up{${ORDERS}, instance="a"} 0x300`,
        `http_requests_total{${ORDERS}, instance="b"} 0+100x300`,
        `http_errors_total{${ORDERS}, instance="b"} 0+50x300`,
        `process_resident_memory_bytes{${ORDERS}, instance="b"} 9x300`,
        `node_memory_MemTotal_bytes{${ORDERS}, instance="b"} 10x300`,
      ),
    );
    await advance(40 * MINUTE);
    expect(new Set(told().map(({ alerts }) => alerts.join()))).toEqual(new Set(['ServiceDown a firing']));
    const held = store.ledger.filter(({ kind }) => kind === 'suppressed');
    expect(
      new Set(held.map(({ labels, reason }) => `${labels.get('alertname')} ${labels.get('priority')} ${reason}`)),
    ).toEqual(new Set(['HighErrorRate P1 inhibited', 'HighMemoryUsage P3 inhibited']));
  });

  const MEMORY = [
    `process_resident_memory_bytes{${ORDERS}, instance="b"} 9x500`,
    `node_memory_MemTotal_bytes{${ORDERS}, instance="b"} 10x500`,
  ];

  it.each([
    ['a weekday evening', Date.UTC(2026, 10, 25, 18, 5)],
    ['a Saturday at noon', Date.UTC(2026, 10, 28, 12)],
    ['a Sunday night', Date.UTC(2026, 10, 29, 23)],
  ])('mute P3 on %s', async (_when, startMs) => {
    const { advance, told, store } = bind(await start(startMs, ...MEMORY));
    await advance(40 * MINUTE);
    expect(told()).toEqual([]);
    const held = store.ledger.filter(({ kind }) => kind === 'suppressed');
    expect(held.map(({ reason, detail }) => [reason, detail.intervals])).toEqual([['muted_by_interval', ['offhours']]]);
  });

  it('tell of P3 in the morning, when work begins', async () => {
    const { advance, told } = bind(await start(Date.UTC(2026, 10, 24, 8, 30), ...MEMORY));
    await advance(45 * MINUTE);
    const [one, ...more] = told();
    expect(more).toEqual([]);
    expect(one).toMatchObject({ to: 'dev-team/slack', alerts: ['HighMemoryUsage b firing'] });
    expect(one?.s).toBeGreaterThanOrEqual(30 * 60);
    expect(one?.s).toBeLessThan(36 * 60);
  });
});

function bind(world: SeedWorld) {
  return { advance: (ms: number) => world.advance(ms), told: () => world.told(), store: world.store };
}
