import type { LedgerEntry, LedgerKind } from '@petrel/model';
import { chineseHeldBy } from './chinese-held-by.ts';
import { alertText, heldByOf, labelsOfJson, numberOf, routesOf, stringOf, stringsOf, timeText } from './entry-facts.ts';

type Sentence = (entry: LedgerEntry) => string;

const EVALUATION: Readonly<Record<string, Sentence>> = {
  pending: ({ detail }) => `表达式成立(值 ${stringOf(detail.value)}),等待 ${stringOf(detail.for)}`,
  firing: ({ detail }) => `开始触发:表达式已持续成立 ${stringOf(detail.for)}(值 ${stringOf(detail.value)})`,
  resolved: () => '表达式不再成立,告警恢复',
  inactive: () => '表达式在等待期满之前不再成立',
  kept_missing_data: () => '数据缺失,保持原状',
  data_returned: () => '数据恢复',
  limit_exceeded: () => '规则产生的告警超过分组的上限,重新开始',
};

const REASONS: Readonly<Record<string, string>> = {
  first_notification: '首次通知',
  new_alerts: '有新告警',
  all_resolved: '全部恢复',
  some_resolved: '部分恢复',
  repeat_interval: '重复通知',
  inhibited: '抑制',
  silenced: '静默',
  aggregated: '聚合',
  muted_by_interval: '静音时段',
  outside_active_interval: '非生效时段',
};

/** A decision as a Chinese sentence. */
export function chineseEntry(entry: LedgerEntry): string {
  return KINDS[entry.kind](entry);
}

const KINDS: Readonly<Record<LedgerKind, Sentence>> = {
  evaluation: (entry) => `${alertText(entry.labels)}:${EVALUATION[entry.reason]?.(entry) ?? entry.reason}。`,
  received: ({ labels, reason, detail }) => {
    const whose = { rule: '(来自规则)', api: '(来自 API)', aggregation: '(来自聚合)' }[stringOf(detail.source)];
    return `${alertText(labels)} ${reason === 'fires_again' ? '再次触发' : '开始触发'}${whose ?? ''}。`;
  },
  resolved: ({ labels, reason }) => `${alertText(labels)} 恢复${reason === 'told' ? '' : '(不再有人报告它)'}。`,
  routed: (entry) => {
    const to = routesOf(entry).map(
      ({ receiver, groupKey, nextLookMs, newGroup }) =>
        `${receiver}(${newGroup ? '新分组' : '分组'} ${groupKey},下一次检查 ${timeText(nextLookMs)})`,
    );
    return `${alertText(entry.labels)} 发往 ${to.join('、')}。`;
  },
  suppressed: (entry) => `${alertText(entry.labels)} 不通知 ${entry.receiver}:${chineseHeldBy(heldByOf(entry))}。`,
  unsuppressed: ({ labels, receiver, reason }) =>
    `${alertText(labels)} 对 ${receiver} 的限制解除(${REASONS[reason] ?? reason})。`,
  notified: ({ receiver, integration, detail, reason, labels }) =>
    `${receiver} 经 ${integration} 收到分组 ${labels} 的通知(${counts(detail)}):${REASONS[reason] ?? reason}${quoted(detail.answer)}。`,
  failed: ({ receiver, integration, detail, reason }) => {
    const retryAtMs = numberOf(detail.retryAtMs);
    const next =
      retryAtMs !== undefined ? `${timeText(retryAtMs)} 重试` : reason === 'out_of_time' ? '超时放弃' : '放弃';
    return `第 ${stringOf(detail.attempt)} 次经 ${integration} 通知 ${receiver} 失败${quoted(detail.answer)};${next}。`;
  },
  aggregated: ({ labels, reason, detail }) => {
    const aggregate = labelsOfJson(detail.aggregate);
    const into = aggregate === undefined ? '聚合告警' : alertText(aggregate);
    return `${alertText(labels)} ${reason === 'began' ? '并入新的' : '加入'} ${into}(${stringOf(detail.alerts)} 条告警)。`;
  },
  flapping: ({ labels, reason, detail }) =>
    reason === 'began'
      ? `${alertText(labels)} 抖动(${stringOf(detail.changes)} 次变化):平静之前一直视为触发。`
      : `${alertText(labels)} 已平静。`,
  silence: ({ reason, detail }) => {
    const matchers = stringsOf(detail.matchers).join(', ');
    const comment = quoted(detail.comment);
    if (reason === 'expired') return `对 {${matchers}} 的静默结束${comment}。`;
    const [startMs, endMs] = [numberOf(detail.startsAtMs) ?? 0, numberOf(detail.endsAtMs) ?? 0];
    return `${stringOf(detail.createdBy)} 静默 {${matchers}},从 ${timeText(startMs)} 到 ${timeText(endMs)}${comment}。`;
  },
  config: ({ reason }) => (reason === 'started' ? '告警引擎启动。' : '新的路由配置生效。'),
};

function counts(detail: LedgerEntry['detail']): string {
  const firing = stringsOf(detail.firing).length;
  const ended = stringsOf(detail.resolved).length;
  return [...(firing > 0 ? [`${firing} 条触发`] : []), ...(ended > 0 ? [`${ended} 条恢复`] : [])].join('、');
}

function quoted(text: LedgerEntry['detail'][string] | undefined): string {
  return stringOf(text) === '' ? '' : `(“${stringOf(text)}”)`;
}
