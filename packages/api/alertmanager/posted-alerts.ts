import { Labels } from '@petrel/model';
import type { PostedAlert } from './port.ts';
import { misformed, missing } from './refusal.ts';
import { BodyReader, member } from './request-body.ts';

export interface ReadAlerts {
  readonly valid: readonly PostedAlert[];
  /** What is wrong with the others, in Alertmanager's words. */
  readonly errors: readonly string[];
}

/** The alerts of a POST; those that are sound are taken whatever the others are. Throws Refusal when the body does not have the schema's shape. */
export function readAlerts(json: unknown): ReadAlerts {
  const read = new BodyReader('alerts');
  const decoded = (read.list(json) ?? []).map((one) => {
    const alert = read.object(one);
    return {
      labels: read.texts(member(alert, 'labels')),
      annotations: read.texts(member(alert, 'annotations')) ?? new Map<string, string>(),
      startsAtMs: read.time(member(alert, 'startsAt')),
      endsAtMs: read.time(member(alert, 'endsAt')),
      generatorUrl: read.text(member(alert, 'generatorURL')) ?? '',
    };
  });
  for (const [i, { labels, generatorUrl }] of decoded.entries()) {
    if (generatorUrl !== '' && !isUri(generatorUrl)) throw misformed(`${i}.generatorURL`, 'body', 'uri', generatorUrl);
    if (labels === undefined) throw missing(`${i}.labels`);
  }
  const valid: PostedAlert[] = [];
  const errors: string[] = [];
  for (const { labels, annotations, startsAtMs, endsAtMs, generatorUrl } of decoded) {
    const full = Labels.from(labels ?? []);
    const error = errorOf(full, annotations, startsAtMs, endsAtMs);
    if (error !== undefined) errors.push(error);
    else {
      valid.push({
        labels: full,
        annotations: Labels.from(annotations),
        ...(startsAtMs === undefined ? {} : { startsAtMs }),
        ...(endsAtMs === undefined ? {} : { endsAtMs }),
        generatorUrl,
      });
    }
  }
  return { valid, errors };
}

function errorOf(
  labels: Labels,
  annotations: ReadonlyMap<string, string>,
  startsAtMs: number | undefined,
  endsAtMs: number | undefined,
): string | undefined {
  if (startsAtMs !== undefined && endsAtMs !== undefined && endsAtMs < startsAtMs) {
    return 'start time must be before end time';
  }
  if (labels.size === 0) return 'at least one label pair required';
  // Every name that is not empty is one, since names are UTF-8.
  if (labels.has('')) return 'invalid label set: invalid name ""';
  if (annotations.has('')) return 'invalid annotations: invalid name ""';
  return undefined;
}

/** An absolute path, or anything with a scheme. */
function isUri(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no URL holds them.
  return /^(\/|[a-zA-Z][a-zA-Z0-9+.-]*:)/.test(text) && !/[\u0000-\u001f\u007f]|%(?![0-9a-fA-F]{2})/.test(text);
}
