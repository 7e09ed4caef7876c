import { timeText } from './entry-facts.ts';
import type { HeldBy } from './sentences.ts';

/** `被……抑制`: a clause that goes on from the alert or the receiver. */
export function chineseHeldBy(by: HeldBy): string {
  switch (by.reason) {
    case 'inhibited': {
      const since = by.sourceSinceMs === undefined ? '' : `(自 ${timeText(by.sourceSinceMs)} 起触发)`;
      const rule = by.rule ? `抑制规则“${by.rule}”` : '抑制规则';
      return `被 ${by.source ?? '另一条告警'}${since}抑制(${rule}${by.line === undefined ? '' : `,第 ${by.line} 行`})`;
    }
    case 'silenced':
      return `被静默:${(by.silences ?? [])
        .map(({ id, comment, by: who, endsAtMs }) => {
          const until = endsAtMs === undefined ? '' : `,至 ${timeText(endsAtMs)}`;
          return `${who}${comment === '' ? '' : `(“${comment}”)`}${until},静默 ${id}`;
        })
        .join(';')}`;
    case 'muted_by_interval':
      return `处于静音时段 ${(by.intervals ?? []).join('、')}`;
    case 'outside_active_interval':
      return `不在路由的生效时段内(${(by.intervals ?? []).join('、')})`;
    case 'aggregated':
      return `已并入 ${by.into ?? '聚合告警'}${by.intoToldMs === undefined ? '' : `(已于 ${timeText(by.intoToldMs)} 通知)`}`;
    default:
      return by.reason;
  }
}
