import { noInstruments, silentLogger } from '@petrel/model';
import { FakeTime } from '@petrel/testkit/fake-time.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRoutingConfig } from '../config/index.ts';
import { toldAlert } from '../engine/virtual-world.test-support.ts';
import { WEBHOOKS } from '../engine/webhook-kind.test-support.ts';
import type { IntegrationKind } from '../notify/integration.ts';
import type { DeliveryOutcome, Notification, NotifierTools } from '../notify/notifier.ts';
import { AlertRunner } from './alert-runner.ts';
import { MemoryStateStore } from './memory-state-store.test-support.ts';

const ROUTING = `
route: { receiver: w, group_by: [alertname], group_wait: 2s, group_interval: 30s, repeat_interval: 4h }
receivers: [{ name: w, webhook_configs: [{ url: 'http://w' }] }]
`;

/** A receiver that answers when it is told to; the world around a runner that may die at any time. */
class Bench {
  readonly time = new FakeTime();
  readonly store = new MemoryStateStore();
  readonly sent: { readonly tMs: number; readonly notification: Notification }[] = [];
  answer: (notification: Notification) => Promise<DeliveryOutcome> = async () => ({ ok: true, detail: '200' });
  /** Runners that have died: what they would still do does not happen. */
  epoch = 0;

  async start(): Promise<AlertRunner> {
    const epoch = ++this.epoch;
    const kind: IntegrationKind = {
      ...(WEBHOOKS[0] as IntegrationKind),
      create: () => ({
        notify: async (notification) => {
          if (epoch !== this.epoch) return new Promise<DeliveryOutcome>(() => {});
          this.sent.push({ tMs: this.time.nowMs(), notification });
          return this.answer(notification);
        },
        close() {},
      }),
    };
    const { config } = loadRoutingConfig({ text: ROUTING, cwd: '/', integrations: [kind] });
    const { store } = this;
    return AlertRunner.start({
      store: {
        load: () => store.load(),
        commit: async (changes) => {
          if (epoch !== this.epoch) return new Promise<void>(() => {});
          await store.commit(changes);
        },
      },
      clock: this.time,
      timers: this.time,
      logger: silentLogger,
      instruments: noInstruments,
      config: { routing: config, aggregation: [], language: 'en' },
      tools: {} as NotifierTools,
      newId: () => `silence-${epoch}-${this.time.nowMs()}`,
    });
  }

  alert(name: string, endsAtMs?: number) {
    const nowMs = this.time.nowMs();
    return toldAlert({ alertname: name }, nowMs, endsAtMs === undefined ? {} : { endsAtMs });
  }
}

describe('AlertRunner', () => {
  it('answers when an alert is durable, and tells of it after group_wait', async () => {
    const bench = new Bench();
    const runner = await bench.start();
    let durable = false;
    void runner.post([bench.alert('A')]).then(() => {
      durable = true;
    });
    await bench.time.advance(150);
    expect(durable).toBe(false);
    await bench.time.advance(100);
    expect(durable).toBe(true);
    expect(bench.store.ledger.map(({ kind }) => kind)).toEqual(['config', 'received', 'routed']);
    await bench.time.advance(1_900);
    expect(bench.sent).toEqual([]);
    await bench.time.advance(100);
    expect(bench.sent).toHaveLength(1);
    expect(bench.store.ledger.at(-1)?.kind).toBe('notified');
    await runner.stop();
  });

  it('takes evaluations of one instant before what is due in it, whichever comes first', async () => {
    const bench = new Bench();
    const runner = await bench.start();
    const t0 = bench.time.nowMs();
    void runner.send({ atMs: t0, alerts: [bench.alert('A')], decisions: [] });
    await bench.time.advance(32_000);
    // The group's second look is due at t0 + 32 s; the evaluation of that instant arrives 100 ms late.
    await bench.time.advance(100);
    const labels = { alertname: 'A', instance: 'late' };
    void runner.send({ atMs: t0 + 32_000, alerts: [toldAlert(labels, t0 + 32_000)], decisions: [] });
    await bench.time.advance(300);
    expect(bench.sent.map(({ notification }) => notification.alerts.length)).toEqual([1, 2]);
    expect(bench.sent[1]?.notification.tMs).toBe(t0 + 32_000);
    await runner.stop();
  });

  it('pages while its store is away, refuses what it cannot keep, and catches up', async () => {
    const bench = new Bench();
    const runner = await bench.start();
    await bench.time.advance(500);
    bench.store.failing = true;
    const posted = expect(runner.post([bench.alert('A')])).rejects.toThrow('the store is away');
    await bench.time.advance(10_000);
    await posted;
    expect(bench.sent).toHaveLength(1);
    bench.store.failing = false;
    await bench.time.advance(2_000);
    expect(bench.store.ledger.map(({ kind }) => kind)).toEqual(['config', 'received', 'routed', 'notified']);
    expect((await bench.store.load()).notifications).toHaveLength(1);
    await runner.stop();
  });

  it('says again that it cannot keep an alert, to who repeats it while the store is away', async () => {
    const bench = new Bench();
    const runner = await bench.start();
    await bench.time.advance(500);
    bench.store.failing = true;
    const alert = bench.alert('A');
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = expect(runner.post([alert])).rejects.toThrow('the store is away');
      await bench.time.advance(2_000);
      await refused;
    }
    bench.store.failing = false;
    let isKept = false;
    void runner.post([alert]).then(() => {
      isKept = true;
    });
    await bench.time.advance(2_000);
    expect(isKept).toBe(true);
    expect((await bench.store.load()).alerts).toHaveLength(1);
    await runner.stop();
  });

  it('makes, changes and ends silences', async () => {
    const bench = new Bench();
    const runner = await bench.start();
    const nowMs = bench.time.nowMs();
    const matchers = [{ name: 'alertname', type: '=' as const, value: 'A' }];
    const said = { matchers, startsAtMs: nowMs, endsAtMs: nowMs + 60_000, createdBy: 'me', comment: 'work' };
    const { id } = await runner.putSilence(said);
    void runner.post([bench.alert('A')]);
    await bench.time.advance(3_000);
    expect(bench.sent).toEqual([]);
    expect(bench.store.ledger.find(({ kind }) => kind === 'suppressed')).toMatchObject({
      reason: 'silenced',
      detail: { silences: [{ id, comment: 'work', by: 'me' }] },
    });
    const changed = await runner.putSilence({
      ...said,
      id,
      startsAtMs: runner.silence(id)?.startsAtMs ?? 0,
      endsAtMs: nowMs + 90_000,
    });
    expect(changed.id).toBe(id);
    await runner.expireSilence(id);
    await expect(runner.expireSilence('unknown')).rejects.toThrow('not found');
    await bench.time.advance(31_000);
    expect(bench.sent).toHaveLength(1);
    await runner.stop();
  });

  it('loses no alert and repeats at most one page a death and group, wherever it dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 6 }), async (lives) => {
        const bench = new Bench();
        // A receiver that takes its time, so that a death may come between its answer and the memory of it.
        bench.answer = () => new Promise((resolve) => bench.time.after(700, () => resolve({ ok: true, detail: '' })));
        const acknowledged = new Set<string>();
        let runner = await bench.start();
        let count = 0;
        for (const lifeMs of lives) {
          for (let t = 0; t < lifeMs; t += 400) {
            const name = `A${count++ % 5}`;
            runner.post([bench.alert(name)]).then(
              () => acknowledged.add(name),
              () => {},
            );
            await bench.time.advance(Math.min(400, lifeMs - t));
          }
          // Dies: nothing that it began comes to an end.
          runner = await bench.start();
        }
        await bench.time.advance(60_000);
        const firsts = new Map<string, number>();
        for (const { notification } of bench.sent) {
          if (notification.reason !== 'first_notification') continue;
          const name = notification.groupLabels.get('alertname');
          firsts.set(name, (firsts.get(name) ?? 0) + 1);
        }
        for (const name of acknowledged) expect(firsts.get(name) ?? 0).toBeGreaterThanOrEqual(1);
        for (const [name, times] of firsts) expect(times, name).toBeLessThanOrEqual(1 + lives.length);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});
