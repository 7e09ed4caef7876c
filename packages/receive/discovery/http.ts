import { HttpClient, withoutPassword } from '@petrel/http';
import type { HttpSdConfig } from '../config.ts';
import { type DiscoveredGroup, type DiscoveryContext, PollingDiscovery } from './group.ts';
import { parseTargetList, withAddress } from './target-list.ts';

/** Lists of hundreds of thousands of targets fit; an endless body does not. */
const BODY_LIMIT_BYTES = 64 << 20;
const TIMEOUT_MS = 30_000;

/** Asks an endpoint for the target list (JSON). Its last good answer stands while it fails. */
export class HttpDiscovery extends PollingDiscovery {
  readonly #client: HttpClient;
  #last: readonly DiscoveredGroup[] = [];

  constructor(
    private readonly config: HttpSdConfig,
    context: DiscoveryContext,
  ) {
    super(context, 'http', config.refreshIntervalMs);
    this.#client = new HttpClient(config.http);
  }

  protected async refresh(): Promise<{ groups: readonly DiscoveredGroup[]; problems: readonly string[] }> {
    try {
      this.#last = await this.#ask();
      return { groups: this.#last, problems: [] };
    } catch (error) {
      return { groups: this.#last, problems: [error instanceof Error ? error.message : String(error)] };
    }
  }

  override stop(): void {
    super.stop();
    this.#client.close();
  }

  async #ask(): Promise<readonly DiscoveredGroup[]> {
    const { url, refreshIntervalMs } = this.config;
    const response = await this.#client.send({
      url,
      headers: {
        Accept: 'application/json',
        'Accept-Encoding': 'gzip',
        'User-Agent': 'Petrel/0.1.0',
        'X-Prometheus-Refresh-Interval-Seconds': String(refreshIntervalMs / 1000),
      },
      timeoutMs: TIMEOUT_MS,
      bodyLimitBytes: BODY_LIMIT_BYTES,
    });
    const shown = withoutPassword(url);
    if (response.status !== 200) throw new Error(`${shown}: server returned HTTP status ${response.status}`);
    const type = String(response.headers['content-type'] ?? '');
    if (!/^application\/json\s*(;|$)/i.test(type.trim()))
      throw new Error(`${shown}: unsupported content type "${type}"`);
    return parseTargetList(JSON.parse(response.body.toString('utf8'))).map((group, index) => ({
      source: `${shown}:${index}`,
      targets: group.targets.map(withAddress),
      labels: { ...group.labels, __meta_url: shown },
    }));
  }
}
