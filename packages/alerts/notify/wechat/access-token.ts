import type { Clock } from '@petrel/model';
import { DeliveryError } from '../delivery-error.ts';
import { endpoint } from '../endpoint.ts';
import type { HttpExchange } from '../http-notifier.ts';
import { requireSuccess } from '../http-notifier.ts';
import { jsonAnswer } from '../json-answer.ts';
import { RETRY_CODES } from './retry-codes.ts';

/** What WeCom promises, where the answer does not say. */
const DEFAULT_LIFETIME_MS = 7_200_000;
/** So long before its end a token is replaced. */
const MARGIN_MS = 60_000;

export interface TokenRequest {
  readonly apiUrl: string;
  readonly corpId: string;
  readonly secret: string;
}

/** The access token of an application, asked for when it is needed and kept until it expires. */
export class AccessToken {
  #token = '';
  /** Of what it was given for: another secret needs another token. */
  #key = '';
  #expiresAtMs = 0;

  constructor(private readonly clock: Clock) {}

  /** Rejects with a DeliveryError when the secret is refused. */
  async get(exchange: HttpExchange, { apiUrl, corpId, secret }: TokenRequest): Promise<string> {
    const key = `${corpId}\n${secret}`;
    if (this.#token !== '' && this.#key === key && this.clock.nowMs() < this.#expiresAtMs) {
      exchange.redaction.add(this.#token);
      return this.#token;
    }
    const url = endpoint(apiUrl, 'gettoken', { corpid: corpId, corpsecret: secret });
    const answer = await exchange.send({ method: 'GET', url });
    requireSuccess(answer, { retryStatuses: [429] });
    const { access_token: token, expires_in: seconds, errcode, errmsg } = jsonAnswer(answer);
    if (typeof token !== 'string' || token === '') {
      const reason = `code ${String(errcode ?? 'none')}: ${String(errmsg ?? '')}`;
      throw new DeliveryError(
        `invalid APISecret for CorpID: ${corpId} (${reason})`,
        RETRY_CODES.includes(Number(errcode)),
      );
    }
    exchange.redaction.add(token);
    this.#token = token;
    this.#key = key;
    const lifetimeMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : DEFAULT_LIFETIME_MS;
    this.#expiresAtMs = this.clock.nowMs() + Math.max(0, lifetimeMs - MARGIN_MS);
    return token;
  }

  /** The server does not take it any more. */
  forget(): void {
    this.#token = '';
  }
}
