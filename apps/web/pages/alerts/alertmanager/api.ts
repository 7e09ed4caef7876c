import { ApiError, jsonInit, send } from '../../../shell/prometheus-api.ts';
import type { LabelMap } from '../labels/labels-text.ts';

/** Alertmanager's API v2, the parts that the page reads. Source: its OpenAPI document. Times are RFC 3339. */
export interface GettableAlert {
  readonly labels: LabelMap;
  readonly annotations: LabelMap;
  readonly receivers: readonly { readonly name: string }[];
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly updatedAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
  readonly status: {
    readonly state: 'unprocessed' | 'active' | 'suppressed';
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy?: readonly string[];
  };
}

export interface GettableGroup {
  readonly labels: LabelMap;
  readonly receiver: { readonly name: string };
  readonly alerts: readonly GettableAlert[];
}

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  /** Absent: true. */
  readonly isEqual?: boolean;
}

export interface PostableSilence {
  /** Absent: a new one. */
  readonly id?: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

export interface GettableSilence extends PostableSilence {
  readonly id: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
  readonly updatedAt: string;
}

export async function askAlertmanager<T>(path: string, signal?: AbortSignal): Promise<T> {
  return read<T>(await send(`/api/v2/${path}`, {}, signal));
}

/** Creates a silence, or changes the one with its id. Answers the id in force, which is another one when the matchers changed. */
export async function postSilence(silence: PostableSilence): Promise<string> {
  return (await read<{ readonly silenceID: string }>(await send('/api/v2/silences', jsonInit(silence)))).silenceID;
}

export async function expireSilence(id: string): Promise<void> {
  await read(await send(`/api/v2/silence/${encodeURIComponent(id)}`, { method: 'DELETE' }));
}

/** Errors are a JSON text, an object with a message, or nothing. */
async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = text === '' ? undefined : JSON.parse(text);
  } catch {
    parsed = text;
  }
  if (response.ok) return parsed as T;
  const message =
    typeof parsed === 'string'
      ? parsed
      : typeof parsed === 'object' && parsed !== null && 'message' in parsed
        ? String(parsed.message)
        : `HTTP ${response.status}`;
  throw new ApiError(message, 'bad_data', response.status);
}
