import type { OAuth2Config } from './http-client-config.ts';
import type { SecretFiles } from './secret.ts';

/** Posts a form and answers status and body; what HttpClient lends to the token source. */
export type PostForm = (
  url: string,
  headers: Record<string, string>,
  body: string,
) => Promise<{ status: number; body: Uint8Array }>;

// A token is replaced this long before it ends, so that it does not end on its way.
const EARLY_MS = 10_000;

/** Fetches and keeps the access token of the client credentials grant. */
export class OAuth2TokenSource {
  #token: { readonly value: string; readonly untilMs: number } | undefined;
  #fetching: Promise<string> | undefined;

  constructor(
    private readonly config: OAuth2Config,
    private readonly secrets: SecretFiles,
    private readonly post: PostForm,
    private readonly nowMs: () => number,
  ) {}

  async token(): Promise<string> {
    if (this.#token !== undefined && this.#token.untilMs > this.nowMs()) return this.#token.value;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  forget(): void {
    this.#token = undefined;
  }

  async #fetch(): Promise<string> {
    const { clientId, clientSecret, clientSecretFile, scopes = [], tokenUrl, endpointParams = {} } = this.config;
    const secret = (await this.secrets.either(clientSecret, clientSecretFile)) ?? '';
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...endpointParams });
    if (scopes.length > 0) form.set('scope', scopes.join(' '));
    const user = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
    const answer = await this.post(
      tokenUrl,
      {
        'Content-Type': 'application/x-www-form-urlencoded',
        Accept: 'application/json',
        Authorization: `Basic ${Buffer.from(user).toString('base64')}`,
      },
      form.toString(),
    );
    const text = Buffer.from(answer.body).toString('utf8');
    if (answer.status !== 200)
      throw new Error(`oauth2: token endpoint answered HTTP status ${answer.status}: ${text.slice(0, 200)}`);
    const parsed = JSON.parse(text) as { access_token?: unknown; expires_in?: unknown };
    if (typeof parsed.access_token !== 'string') throw new Error('oauth2: token endpoint sent no access_token');
    const seconds = Number(parsed.expires_in);
    const lifeMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 - EARLY_MS : Number.POSITIVE_INFINITY;
    this.#token = { value: parsed.access_token, untilMs: this.nowMs() + lifeMs };
    return parsed.access_token;
  }
}
