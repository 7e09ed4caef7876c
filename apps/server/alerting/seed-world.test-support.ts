import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AlertRunner, INTEGRATIONS, loadRoutingConfig, type NotifierTools } from '@petrel/alerts';
import type { Notification } from '@petrel/alerts/notify/notifier.ts';
import { MemoryStateStore } from '@petrel/alerts/runner/memory-state-store.test-support.ts';
import { noInstruments, silentLogger } from '@petrel/model';
import { RuleManager } from '@petrel/rules';
import { FakeWorld, groupsOf } from '@petrel/testkit/rules/fake-world.ts';

const seed = resolve(import.meta.dirname, '../../../../shared/seed');

export function hasSeed(): boolean {
  return existsSync(resolve(seed, 'alerts.yml'));
}

export function seedPath(name: string): string {
  return resolve(seed, name);
}

export function seedText(name: string): string {
  return readFileSync(seedPath(name), 'utf8');
}

/** One notification as it left: to which integration of which receiver, and when. */
export interface SentNotification {
  readonly tMs: number;
  readonly integration: string;
  readonly notification: Notification;
}

/** The seed's alerts and routing, its placeholders filled in, on a clock that passes only here; nothing leaves the process. */
export class SeedWorld {
  readonly world: FakeWorld;
  readonly store = new MemoryStateStore();
  readonly sent: SentNotification[] = [];
  readonly #startMs: number;
  #rules: RuleManager | undefined;
  #runner: AlertRunner | undefined;

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.world = new FakeWorld(startMs);
  }

  /** `series`: PromQL test notation, a sample every 30 s from five minutes before the start. */
  async start(...series: string[]): Promise<void> {
    this.world.load(this.#startMs - 300_000, 30_000, ...series);
    const text = seedText('alertmanager.yml')
      .replaceAll('<slack-webhook>', 'https://hooks.slack.example/T/B/X')
      .replaceAll('<pagerduty-key>', '0123456789abcdef0123456789abcdef');
    const integrations = INTEGRATIONS.map((kind) => ({
      ...kind,
      create: () => ({
        notify: async (notification: Notification) => {
          this.sent.push({ tMs: this.world.time.nowMs(), integration: kind.name, notification });
          return { ok: true as const, detail: 'taken' };
        },
        close() {},
      }),
    }));
    const { config } = loadRoutingConfig({ text, cwd: '/', integrations });
    const { time } = this.world;
    const runner = await AlertRunner.start({
      store: this.store,
      clock: time,
      timers: time,
      logger: silentLogger,
      instruments: noInstruments,
      config: { routing: config, aggregation: [], language: 'zh' },
      tools: {} as NotifierTools,
      newId: () => 'silence',
    });
    this.#runner = runner;
    this.#rules = new RuleManager({ ...this.world.ports, alerts: { send: (update) => runner.send(update) } });
    await this.#rules.apply({
      groups: groupsOf(seedText('alerts.yml'), 'alerts.yml'),
      evaluationIntervalMs: 30_000,
      externalUrl: 'http://petrel',
    });
  }

  advance(ms: number): Promise<void> {
    return this.world.time.advance(ms);
  }

  async stop(): Promise<void> {
    await this.#rules?.stop();
    await this.#runner?.stop();
  }

  /** Seconds since the start, receiver, integration, and each alert with its state. */
  told(): readonly { readonly s: number; readonly to: string; readonly alerts: readonly string[] }[] {
    return this.sent.map(({ tMs, integration, notification }) => ({
      s: (tMs - this.#startMs) / 1000,
      to: `${notification.receiver}/${integration}`,
      alerts: notification.alerts.map(
        ({ labels, status }) => `${labels.get('alertname')} ${labels.get('instance')} ${status}`,
      ),
    }));
  }
}
