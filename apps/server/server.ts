import { formatIssue } from '@petrel/config';
import { type Logger, systemClock } from '@petrel/model';
import { createPromqlEngine, type PromqlEngine } from '@petrel/query';
import type { MetricStore } from '@petrel/store';
import type { Stores } from '@petrel/store/embedded/index.ts';
import type { FastifyInstance } from 'fastify';
import { type Address, formatAddress, parseAddress, reachableAddress } from './address.ts';
import { type LoadedAlerting, loadAlerting } from './alerting/load-alerting.ts';
import { createReloader, type LoadedConfig, loadConfig, type PetrelConfig, type Reloader } from './config/index.ts';
import { engineOptions, retentionOf } from './config-options.ts';
import { type OwnInstruments, registerProcessMetrics } from './instruments/index.ts';
import { listenOn } from './listen.ts';
import { type PartStep, type Parts, startParts, stepsToStop } from './parts.ts';
import { Readiness } from './readiness.ts';
import { createServerApi } from './server-api.ts';
import { REVISION, VERSION } from './version.ts';

export interface ServerOptions {
  /** Absent: petrel.yml in `cwd` if it is there, else the defaults. */
  readonly configFile?: string;
  readonly cwd: string;
  readonly dataDir: string;
  /** `host:port`; wins over the configuration. */
  readonly listen?: string;
  /** `host:port` or `off`; wins over the configuration. */
  readonly otlpGrpc?: string;
  /** Where people reach the server; wins over the configuration. */
  readonly externalUrl?: string;
  readonly enableLifecycle: boolean;
  /** Being opened already: the databases take longer to start than this program takes to load. */
  readonly stores: Promise<Stores>;
  readonly clickhouseCluster?: string | undefined;
  /** The built web app. */
  readonly webDir: string;
  /** As given on the command line, for status/flags. */
  readonly flags: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly instruments: OwnInstruments;
  /** Somebody asked for the end by HTTP. */
  readonly onQuit: () => void;
}

export interface PetrelServer {
  /** `http://host:port`, reachable from this machine. */
  readonly url: string;
  readonly config: () => PetrelConfig;
  /** Resolves when the server is ready; rejects with a PetrelError when it cannot be (everything is then stopped). */
  readonly ready: Promise<void>;
  /** Rejects with CONFIG_INVALID and changes nothing when the file is bad. */
  reload(): Promise<void>;
  /** Stops scraping, stores what was received, ends the stores. */
  stop(): Promise<void>;
}

/**
 * Starts Petrel: reads the configuration and listens (health and readiness answer from here on); then the stores are opened, and receiving
 * and scraping begin. Throws a PetrelError when the configuration or the address is wrong; what goes wrong later rejects `ready`.
 */
export async function startServer(options: ServerOptions): Promise<PetrelServer> {
  const server = new Server(options);
  await server.listen();
  return server;
}

const HTTP_PATIENCE_MS = 3_000;

class Server implements PetrelServer {
  readonly #options: ServerOptions;
  readonly #logger: Logger;
  readonly #instruments: OwnInstruments;
  readonly #readiness = new Readiness();
  readonly #app: FastifyInstance;
  /** What the files say that a configuration names: a reload that has to go back needs the earlier ones. */
  readonly #alerting = new WeakMap<PetrelConfig, LoadedAlerting>();
  #loaded: LoadedConfig;
  #address: Address;
  #parts: Parts | undefined;
  #reloader: Reloader | undefined;
  #reload = { ok: true, timeMs: Date.now(), error: '' };
  #stopping: Promise<void> | undefined;
  #ready: Promise<void> = Promise.resolve();

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#instruments = options.instruments;
    this.#loaded = this.#load(options.listen);
    this.#address = parseAddress(options.listen ?? this.#loaded.config.listen.http);
    registerProcessMetrics(this.#instruments, { version: VERSION, revision: REVISION });
    this.#app = this.#createApp();
  }

  get url(): string {
    return `http://${formatAddress(reachableAddress(this.#address))}`;
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  config(): PetrelConfig {
    return this.#reloader?.current ?? this.#loaded.config;
  }

  async listen(): Promise<void> {
    this.#address = await listenOn(this.#app, this.#address);
    // With port 0 the default job learns only now where to scrape.
    if (this.#loaded.config.file === undefined)
      this.#loaded = this.#load(formatAddress(reachableAddress(this.#address)));
    for (const warning of this.#loaded.warnings) this.#logger.warn(formatIssue(warning));
    this.#ready = this.#start();
    // The caller looks at it when it is done with its own start.
    this.#ready.catch(() => undefined);
  }

  async reload(): Promise<void> {
    await this.#ready;
    try {
      await this.#reloader?.reload();
      this.#reload = { ok: true, timeMs: Date.now(), error: '' };
    } catch (error) {
      this.#reload = { ...this.#reload, ok: false, error: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  #load(listen: string | undefined): LoadedConfig {
    const { configFile, cwd } = this.#options;
    const loaded = loadConfig({
      cwd,
      ...(configFile === undefined ? {} : { path: configFile }),
      ...(listen === undefined ? {} : { listen }),
    });
    const alerting = loadAlerting(loaded.config, cwd);
    this.#alerting.set(loaded.config, alerting);
    return { ...loaded, warnings: [...loaded.warnings, ...alerting.warnings] };
  }

  #createApp(): FastifyInstance {
    return createServerApi({
      ...this.#options,
      readiness: this.#readiness,
      config: () => this.config(),
      configWarnings: () => this.#loaded.warnings.map(formatIssue),
      parts: () => this.#parts,
      listen: () => formatAddress(this.#address),
      lastReload: () => this.#reload,
      reload: () => this.reload(),
    });
  }

  async #start(): Promise<void> {
    const config = this.#loaded.config;
    try {
      const parts = await startParts({
        stores: this.#options.stores,
        clickhouseCluster: this.#options.clickhouseCluster,
        config,
        alerting: this.#alerting.get(config) as LoadedAlerting,
        otlpGrpc: this.#options.otlpGrpc ?? config.listen.otlpGrpc,
        externalUrl: () => this.#externalUrl(),
        logger: this.#logger,
        instruments: this.#instruments,
        waitFor: (reason) => this.#readiness.waitFor(reason),
      });
      this.#readiness.ready({ engine: this.#createEngine(config, parts.metrics), source: parts.metrics });
      this.#parts = parts;
      parts.scraper.apply(config.scrapeConfigs);
      this.#reloader = this.#createReloader(parts);
    } catch (error) {
      this.#readiness.waitFor(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #externalUrl(): string {
    const url = this.#options.externalUrl ?? this.config().listen.externalUrl ?? this.url;
    return url.replace(/\/+$/, '');
  }

  #createEngine(config: PetrelConfig, source: MetricStore): PromqlEngine {
    return createPromqlEngine({
      ...engineOptions(config),
      source,
      clock: systemClock,
      instruments: this.#instruments,
      logger: this.#logger,
    });
  }

  #createReloader({ scraper, receivers, metrics, logs, alerting }: Parts): Reloader {
    const fixed = this.#loaded.config.file === undefined ? formatAddress(reachableAddress(this.#address)) : undefined;
    return createReloader({
      load: () => {
        const loaded = this.#load(fixed ?? this.#options.listen);
        this.#loaded = { ...this.#loaded, warnings: loaded.warnings };
        return loaded;
      },
      current: this.#loaded.config,
      appliers: [
        { name: 'retention', apply: (next) => metrics.setRetention(retentionOf(next)) },
        { name: 'logs', apply: (next) => logs.apply(next) },
        { name: 'durability', apply: (next) => metrics.setFsyncAfterInsert(next.storage.fsyncAfterInsert) },
        { name: 'queries', apply: (next) => this.#readiness.replaceEngine(this.#createEngine(next, metrics)) },
        { name: 'receiving', apply: (next) => receivers.apply(next) },
        { name: 'scraping', apply: (next) => scraper.apply(next.scrapeConfigs) },
        { name: 'alerting', apply: (next) => alerting.apply(next, this.#alerting.get(next) as LoadedAlerting) },
      ],
      clock: systemClock,
      logger: this.#logger,
      instruments: this.#instruments,
    });
  }

  /** Requests under way may end, but not take for ever. */
  async #closeHttp(): Promise<void> {
    const late = setTimeout(() => this.#app.server.closeAllConnections(), HTTP_PATIENCE_MS);
    await this.#app.close();
    clearTimeout(late);
  }

  /** Nothing new comes in, what came is stored, then the stores end. */
  async #stop(): Promise<void> {
    // A start that failed has cleaned up by itself.
    const started = await this.#ready.then(
      () => true,
      () => false,
    );
    this.#readiness.waitFor('the server is stopping');
    const parts = this.#parts;
    const steps: PartStep[] = [['http', () => this.#closeHttp()]];
    if (started && parts !== undefined) {
      const { before, after } = stepsToStop(parts);
      steps.unshift(...before);
      steps.push(...after);
    }
    for (const [name, step] of steps) {
      await step().catch((error: unknown) => this.#logger.error('a part did not stop cleanly', { part: name, error }));
    }
  }
}
