import { ACTIVE_STATES, type ActiveState } from './data.ts';
import type { GroupBy } from './layout.ts';

/** What a link to the list carries. */
export interface ActiveAddress {
  readonly filter: string;
  /** Undefined: every state. */
  readonly state: ActiveState | undefined;
  /** '' for every receiver. */
  readonly receiver: string;
  readonly groupBy: GroupBy;
  /** The alert whose details are open, '' for none. */
  readonly alert: string;
}

/** Several `filter` parameters are one filter, as in Alertmanager's own links. */
export function readAddress(search: URLSearchParams): ActiveAddress {
  const group = search.get('group') ?? 'route';
  return {
    filter: search.getAll('filter').join(' '),
    state: ACTIVE_STATES.find((state) => state === search.get('state')),
    receiver: search.get('receiver') ?? '',
    groupBy: group === 'route' || group === 'none' ? group : `label:${group}`,
    alert: search.get('alert') ?? '',
  };
}

export function groupParameter(groupBy: GroupBy): string | undefined {
  return groupBy === 'route' ? undefined : groupBy.replace(/^label:/, '');
}
