import { compileMatcher, compileMatchers } from '@petrel/alerts/matcher/compile-matcher.ts';
import { Labels, type Matcher, PetrelError } from '@petrel/model';
import type { AlertmanagerPort, AlertView, ReceiverView } from './port.ts';
import type { QueryParams } from './query-params.ts';

/** What a request for alerts or groups asks to see. */
export interface AlertFilter {
  readonly showsAlert: (view: AlertView) => boolean;
  /** Absent: whatever the receivers, and where there are none. */
  readonly showsReceiver?: (name: string) => boolean;
}

/** The parameters `filter`, `active`, `silenced`, `inhibited`, `unprocessed`, `receiver` and `receiver_matchers`. Throws PetrelError BAD_REQUEST. */
export function alertFilter(params: QueryParams, port: AlertmanagerPort): AlertFilter {
  const matches = matchesAll(readMatchers(params.list('filter'), port));
  const showsReceiver = receiverFilter(params, port);
  const nowMs = port.nowMs();
  const [active, silenced, inhibited, unprocessed] = ['active', 'silenced', 'inhibited', 'unprocessed'].map((name) =>
    params.flag(name),
  );
  return {
    ...(showsReceiver === undefined ? {} : { showsReceiver }),
    showsAlert: ({ alert, state, silencedBy, inhibitedBy }) =>
      alert.endsAtMs >= nowMs &&
      (active === true || state !== 'active') &&
      (unprocessed === true || state !== 'unprocessed') &&
      (silenced === true || silencedBy.length === 0) &&
      (inhibited === true || inhibitedBy.length === 0) &&
      matches(alert.labels),
  };
}

/** `receiver_matchers` alone. */
export function receiversOf(params: QueryParams, port: AlertmanagerPort): readonly ReceiverView[] {
  const matches = matchesAll(readMatchers(params.list('receiver_matchers'), port));
  return port.receivers().filter(({ labels }) => matches(labels ?? Labels.EMPTY));
}

export function readMatchers(texts: readonly string[], port: AlertmanagerPort): readonly Matcher[] {
  return texts.flatMap((text) => port.parseMatchers(text));
}

function receiverFilter(params: QueryParams, port: AlertmanagerPort): ((name: string) => boolean) | undefined {
  const pattern = params.text('receiver');
  const byName = pattern === undefined ? undefined : receiverPattern(pattern);
  if (params.list('receiver_matchers').length === 0) return byName;
  const names = new Set(receiversOf(params, port).map(({ name }) => name));
  return (name) => names.has(name) && byName?.(name) !== false;
}

function receiverPattern(value: string): (name: string) => boolean {
  try {
    return compileMatcher({ type: '=~', name: 'receiver', value });
  } catch (error) {
    throw new PetrelError('BAD_REQUEST', `failed to parse receiver param: ${(error as Error).message}`);
  }
}

function matchesAll(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  try {
    return compileMatchers(matchers);
  } catch (error) {
    throw new PetrelError('BAD_REQUEST', (error as Error).message);
  }
}
