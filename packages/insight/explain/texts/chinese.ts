import type { LedgerEntry } from '@petrel/model';
import { chineseEntry } from './chinese-entry.ts';
import { chineseHeldBy } from './chinese-held-by.ts';
import { timeText } from './entry-facts.ts';
import type { Sentences } from './sentences.ts';

const REASONS: Readonly<Record<string, string>> = {
  first_notification: '该分组的首次通知',
  new_alerts: '分组中有新告警',
  all_resolved: '分组中的告警已全部恢复',
  some_resolved: '分组中有告警恢复',
  repeat_interval: '重复通知',
};

/** Explanations in Chinese. */
export const CHINESE: Sentences = {
  entry: (entry: LedgerEntry) => chineseEntry(entry),
  time: timeText,

  notified({ receiver, tMs, integrations, reason, times }) {
    const more = times > 1 ? `,此后又通知 ${times - 1} 次` : '';
    return `${receiver} 于 ${timeText(tMs)} 经 ${integrations.join('、')} 收到通知(${REASONS[reason] ?? reason})${more}`;
  },
  heldBack: (receiver, by) => `未通知 ${receiver}:自 ${timeText(by.sinceMs)} 起${chineseHeldBy(by)}`,
  heldBackSince: (by) => `自 ${timeText(by.sinceMs)} 起${chineseHeldBy(by)}`,
  waitingUntil: (receiver, untilMs, isNewGroup) =>
    `${receiver} 需等到 ${timeText(untilMs)}(${isNewGroup ? '新分组的 group_wait' : '已通知分组的 group_interval'})`,
  waiting: (receiver) => `${receiver} 等待其分组的下一次检查`,
  endedFirst: (receiver) => `未通知 ${receiver}:告警在分组下一次检查之前已恢复`,
  toldLater: (receiver, tMs) => `${receiver} 于 ${timeText(tMs)} 收到通知`,
  failed({ receiver, attempts, integration, answer, retryAtMs }) {
    const next = retryAtMs === undefined ? '不再重试' : `下一次重试在 ${timeText(retryAtMs)}`;
    return `未送达 ${receiver}:${attempts} 次尝试失败,最后一次经 ${integration},应答“${answer}”;${next}`;
  },
  alsoFailed: (integration, answer) => `${integration} 失败,应答“${answer}”`,
  noIntegration: (receiver) => `${receiver} 没有启用的集成,无人可通知`,
  deduplicated: (receiver, toldMs) =>
    `${receiver} 已于 ${timeText(toldMs)} 得知它在触发,且未曾得知它恢复,因此不算新告警`,

  firing: ({ alert, sinceMs, reached, clauses }) =>
    `${alert} 自 ${timeText(sinceMs)} 起触发${reached ? '' : ',但没有通知任何人'}${listed(clauses)}。`,
  resolved({ alert, sinceMs, endMs, reached, clauses }) {
    const since = sinceMs === undefined ? '' : `(自 ${timeText(sinceMs)} 起触发)`;
    return `${alert} 已于 ${timeText(endMs)} 恢复${since}${reached ? '' : ',没有通知任何人'}${listed(clauses)}。`;
  },
  pending({ alert, activeAtMs, forText, dueMs, value }) {
    const since = activeAtMs === undefined ? '' : `自 ${timeText(activeAtMs)} 起`;
    const due = dueMs === undefined ? '' : `,到 ${timeText(dueMs)} 才满`;
    return `${alert} 处于等待状态,尚未触发:表达式${since}成立,规则要求持续 ${forText}${due}${value === undefined ? '' : `;当前值 ${value}`}。`;
  },
  inactive: ({ alert, tMs, value }) =>
    `${alert} 未激活:表达式在等待期满之前,于 ${timeText(tMs)} 不再成立${value === undefined ? '' : `(最后的值 ${value})`}。`,
  noRouting: (alert) => `${alert} 在触发,但没有配置路由,因此不会通知任何人。`,
  notRouted({ alert, receiver, receivers, failed }) {
    const to = receivers.length === 0 ? '不发给任何人' : `而是发给 ${receivers.join('、')}`;
    return `${alert} 不发给 ${receiver},${to}${failed === undefined ? '' : `:路由要求 ${failed}`}。`;
  },

  noRule: (name, similar) =>
    `没有名为 ${name} 的规则,账本中也没有这个名字的告警。${similar.length === 0 ? '' : `相近的名字:${similar.join('、')}。`}`,
  nothingMatches: (text) => `账本中没有匹配 ${text} 的告警,目前也没有触发中的。`,
  ruleFailed: (name, error) => `${name} 最近一次求值失败:${error}。`,
  ruleSilent(name, tMs, { nearest, series, threshold }) {
    if (nearest === undefined) return `${name} 在 ${timeText(tMs)} 未激活:表达式没有找到任何序列,无从比较。`;
    const needs = threshold === undefined ? '' : `,而触发需要 ${threshold}`;
    return `${name} 在 ${timeText(tMs)} 未激活:${series} 条序列中最接近的值是 ${nearest.value}(${nearest.labels})${needs}。`;
  },
  ruleNotAsked: (name) => `${name} 是一条规则,在所查的时间内没有关于它的决定。`,
  valueUnknown: (name, error) => `无法得知 ${name} 的表达式当时的值:${error}。`,
  liesAhead: (tMs) => `${timeText(tMs)} 尚未到来:以下是目前的情况,以及若无变化将会发生什么。`,
  onlyFirst: (count) => `有 ${count} 条告警符合,解释的是第一条。`,
  ledgerSilent: () => '账本中没有关于它的记录;以下是告警引擎目前所知。',
};

function listed(clauses: readonly string[]): string {
  return clauses.length === 0 ? '' : `:${clauses.join(';')}`;
}
