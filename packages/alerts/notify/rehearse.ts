import { ConfigReading } from '@petrel/config';
import { isUsable } from '@petrel/config/schema/schema.ts';
import { HttpClient } from '@petrel/http';
import { fingerprintOf, Labels, silentLogger } from '@petrel/model';
import type { GlobalConfig } from '../config/global.ts';
import { DEFAULT_GLOBAL } from '../config/global-section.ts';
import type { IntegrationConfig, IntegrationKind } from './integration.ts';
import type { DeliveryOutcome, Notification, NotifiedAlert, NotifierTools } from './notifier.ts';
import { createTemplates } from './templates/create-templates.ts';
import type { TemplateLanguage } from './templates/words.ts';

/** The time at which tests send: 2026-08-22 09:30:00 UTC. */
export const NOW_MS = Date.UTC(2026, 7, 22, 9, 30);
/** Where links lead in tests. */
export const EXTERNAL_URL = 'https://petrel.example.com';

/** What matters of an alert in a test; it fires unless it says otherwise. */
export interface AlertSketch {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: 'firing' | 'resolved';
  readonly generatorUrl?: string;
}

/** For tests: a notification of alerts that began ten minutes ago and, where they are resolved, ended one minute ago. */
export function notificationOf(alerts: readonly AlertSketch[], change: Partial<Notification> = {}): Notification {
  return {
    groupKey: '{}:{alertname="HighErrorRate"}',
    receiver: 'team-x',
    groupLabels: Labels.of({ alertname: 'HighErrorRate' }),
    alerts: alerts.map(notifiedAlert),
    tMs: NOW_MS,
    reason: 'first_notification',
    ...change,
  };
}

function notifiedAlert({ labels, annotations = {}, status = 'firing', generatorUrl = '' }: AlertSketch): NotifiedAlert {
  const set = Labels.of(labels);
  return {
    status,
    fingerprint: fingerprintOf(set),
    labels: set,
    annotations: Labels.of(annotations),
    startsAtMs: NOW_MS - 600_000,
    endsAtMs: status === 'resolved' ? NOW_MS - 60_000 : NOW_MS + 300_000,
    timeout: status === 'firing',
    updatedAtMs: NOW_MS,
    generatorUrl,
    source: 'rule',
  };
}

/** What came of reading a block. */
export interface ReadBlock<C> {
  /** Undefined: the block is wrong or off. */
  readonly config: C | undefined;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** For tests: reads one block of a receiver from YAML. */
export function readBlock<C extends IntegrationConfig>(
  kind: IntegrationKind<C>,
  yaml: string,
  global: Partial<GlobalConfig> = {},
): ReadBlock<C> {
  const reading = new ConfigReading('/etc/petrel', {});
  const source = reading.open(undefined, yaml);
  const table = kind.table({ ...DEFAULT_GLOBAL, ...global });
  const value = source === undefined ? undefined : table.decode(source.tree, { reading: source.reading, path: '' });
  const errors = reading.errors.map(({ message }) => message);
  const usable = value !== undefined && isUsable(value) && errors.length === 0;
  return { config: usable ? value : undefined, errors, warnings: reading.warnings.map(({ message }) => message) };
}

/** What differs from the usual in a test. */
export interface RehearsalOptions {
  readonly global?: Partial<GlobalConfig>;
  readonly language?: TemplateLanguage;
  readonly nowMs?: () => number;
  /** Requests to this origin go to that one: for services whose address is fixed. */
  readonly reroute?: { readonly from: string; readonly to: string };
}

/** For tests: the tools of a notifier with the default templates, a still clock and a client without egress rules. */
export function rehearsalTools({
  language = 'en',
  nowMs = () => NOW_MS,
  reroute,
}: RehearsalOptions = {}): NotifierTools {
  return {
    http: (config) => (reroute === undefined ? new HttpClient(config) : new ReroutedClient(config, reroute)),
    templates: createTemplates({ language, files: [], externalUrl: EXTERNAL_URL }),
    externalUrl: EXTERNAL_URL,
    clock: { nowMs },
    logger: silentLogger,
  };
}

class ReroutedClient extends HttpClient {
  constructor(
    config: ConstructorParameters<typeof HttpClient>[0],
    private readonly reroute: { readonly from: string; readonly to: string },
  ) {
    super(config);
  }

  override send(request: Parameters<HttpClient['send']>[0]): ReturnType<HttpClient['send']> {
    return super.send({ ...request, url: request.url.replace(this.reroute.from, this.reroute.to) });
  }
}

/** For tests: reads the block, sends the notifications one after the other and gives the outcomes. Throws when the block is wrong. */
export async function rehearse<C extends IntegrationConfig>(
  kind: IntegrationKind<C>,
  yaml: string,
  notifications: Notification | readonly Notification[],
  options: RehearsalOptions = {},
): Promise<DeliveryOutcome[]> {
  const { config, errors } = readBlock(kind, yaml, options.global);
  if (config === undefined) throw new Error(`the block does not load: ${errors.join('; ')}`);
  const notifier = kind.create(config, rehearsalTools(options));
  const outcomes: DeliveryOutcome[] = [];
  for (const notification of [notifications].flat() as readonly Notification[]) {
    outcomes.push(await notifier.notify(notification, new AbortController().signal));
  }
  notifier.close();
  return outcomes;
}
