import { AlertForwarder, type ForwardTarget } from '@petrel/alerts';
import { HttpClient } from '@petrel/http';
import { type Alert, type Instruments, Labels, type Logger, type Timers } from '@petrel/model';
import { compileRelabel } from '@petrel/receive';
import { type DiscoveredGroup, DiscoveryManager } from '@petrel/receive/discovery/index.ts';
import type { AlertmanagerConfig } from '../config/config.ts';

/** The Alertmanagers that petrel.yml names under `alerting.alertmanagers`: found by discovery, told of every alert of our rules. */
export class OtherAlertmanagers {
  readonly #forwarder: AlertForwarder;
  readonly #discovery: DiscoveryManager;
  #configs = new Map<string, { readonly config: AlertmanagerConfig; readonly client: HttpClient }>();
  readonly #targets = new Map<string, readonly ForwardTarget[]>();
  readonly #dropped = new Map<string, readonly string[]>();

  constructor(options: { readonly logger: Logger; readonly instruments: Instruments; readonly timers: Timers }) {
    this.#forwarder = new AlertForwarder(options);
    this.#discovery = new DiscoveryManager({ ...options, onTargets: (job, groups) => this.#found(job, groups) });
  }

  apply(configs: readonly AlertmanagerConfig[]): void {
    const before = this.#configs;
    this.#configs = new Map(
      configs.map((config, i) => {
        const name = `alertmanagers[${i}]`;
        const known = before.get(name);
        const same = known !== undefined && JSON.stringify(known.config) === JSON.stringify(config);
        return [name, same ? known : { config, client: new HttpClient(config.http, process.env) }];
      }),
    );
    for (const name of before.keys()) {
      if (this.#configs.has(name)) continue;
      this.#targets.delete(name);
      this.#dropped.delete(name);
    }
    this.#discovery.apply([...this.#configs].map(([jobName, { config }]) => ({ ...config, jobName })));
    this.#forwarder.setTargets([...this.#targets.values()].flat());
  }

  send(alerts: readonly Alert[]): void {
    this.#forwarder.send(alerts);
  }

  /** URLs, passwords hidden. */
  view(): { readonly active: readonly string[]; readonly dropped: readonly string[] } {
    return { active: this.#forwarder.targets, dropped: [...this.#dropped.values()].flat() };
  }

  async stop(): Promise<void> {
    this.#discovery.stop();
    await this.#forwarder.stop();
  }

  #found(job: string, groups: readonly DiscoveredGroup[]): void {
    const known = this.#configs.get(job);
    if (known === undefined) return;
    const { config, client } = known;
    const relabelTarget = compileRelabel(config.relabelConfigs);
    const relabel = compileRelabel(config.alertRelabelConfigs);
    const targets: ForwardTarget[] = [];
    const dropped: string[] = [];
    for (const group of groups) {
      for (const own of group.targets) {
        const defaults = {
          __scheme__: config.scheme,
          __alerts_path__: `${config.pathPrefix.replace(/\/+$/, '')}/api/v2/alerts`,
        };
        const discovered = Labels.of({ ...defaults, ...group.labels, ...own });
        const labels = relabelTarget(discovered);
        if (labels === undefined) dropped.push(urlOf(discovered));
        else targets.push({ url: urlOf(labels), client, timeoutMs: config.timeoutMs, relabel });
      }
    }
    this.#targets.set(job, targets);
    this.#dropped.set(job, dropped);
    this.#forwarder.setTargets([...this.#targets.values()].flat());
  }
}

function urlOf(labels: Labels): string {
  const path = labels.get('__alerts_path__');
  return `${labels.get('__scheme__')}://${labels.get('__address__')}${path.startsWith('/') ? '' : '/'}${path}`;
}
