import { formatIssue } from '@petrel/config';
import type { Clock, Instruments, Logger } from '@petrel/model';
import type { PetrelConfig } from './config.ts';
import type { LoadedConfig } from './load.ts';

/** One part of the server that follows the configuration. */
export interface ConfigApplier {
  /** For the log. */
  readonly name: string;
  /** Refuses what only this part can judge (rule files that do not parse) by throwing; changes nothing. */
  check?(next: PetrelConfig): void | Promise<void>;
  /** Takes the configuration over. Called with the previous one again when a later part has failed. */
  apply(next: PetrelConfig, previous: PetrelConfig): void | Promise<void>;
}

export interface ReloaderOptions {
  /** Reads and checks the configuration; throws a ConfigError. */
  load(): LoadedConfig;
  /** What runs now: the configuration that the server has started with. */
  readonly current: PetrelConfig;
  /** In the order of application. */
  readonly appliers: readonly ConfigApplier[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: Instruments;
}

export interface Reloader {
  readonly current: PetrelConfig;
  /**
   * Takes the configuration anew, wholly or not at all: on an error everything runs on with what it had, and the error is
   * thrown. Reloads run one after the other; one that is asked for while others wait shares the last of them.
   */
  reload(): Promise<PetrelConfig>;
}

/** Made once the server has started; the start itself counts as the first successful reload. */
export function createReloader(options: ReloaderOptions): Reloader {
  const { clock, instruments } = options;
  const successful = instruments.gauge(
    'petrel_config_last_reload_successful',
    'Whether the last configuration reload attempt was successful.',
  );
  const successTime = instruments.gauge(
    'petrel_config_last_reload_success_timestamp_seconds',
    'Timestamp of the last successful configuration reload.',
  );
  let current = options.current;
  let running: Promise<unknown> = Promise.resolve();
  let waiting: Promise<PetrelConfig> | undefined;
  const succeeded = () => {
    successful.set(1);
    successTime.set(clock.nowMs() / 1000);
  };
  succeeded();

  async function run(): Promise<PetrelConfig> {
    waiting = undefined;
    try {
      current = await takeOver(options, current);
      succeeded();
      return current;
    } catch (error) {
      successful.set(0);
      options.logger.error('the configuration was not reloaded; the previous one stays', { error: messageOf(error) });
      throw error;
    }
  }

  return {
    get current() {
      return current;
    },
    reload() {
      if (waiting === undefined) {
        waiting = running.then(run);
        running = waiting.catch(() => undefined);
      }
      return waiting;
    },
  };
}

async function takeOver({ load, appliers, logger }: ReloaderOptions, previous: PetrelConfig): Promise<PetrelConfig> {
  const { config, warnings } = load();
  for (const applier of appliers) await applier.check?.(config);
  const begun: ConfigApplier[] = [];
  try {
    for (const applier of appliers) {
      begun.push(applier);
      await applier.apply(config, previous);
    }
  } catch (error) {
    // The one that failed may have done half of its work, so it goes back as well.
    for (const applier of begun.reverse()) await goBack(applier, previous, config, logger);
    throw error;
  }
  for (const warning of warnings) logger.warn(formatIssue(warning));
  logger.info('the configuration was reloaded', config.file === undefined ? {} : { file: config.file });
  return config;
}

async function goBack(
  applier: ConfigApplier,
  previous: PetrelConfig,
  failed: PetrelConfig,
  logger: Logger,
): Promise<void> {
  try {
    await applier.apply(previous, failed);
  } catch (error) {
    // Nothing is left to try for this part; the others must still go back.
    logger.error('a part did not return to the previous configuration', {
      part: applier.name,
      error: messageOf(error),
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
