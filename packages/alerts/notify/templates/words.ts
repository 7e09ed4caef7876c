/** Languages that the default templates speak. */
export type TemplateLanguage = 'en' | 'zh';

interface Words {
  readonly firing: string;
  readonly resolved: string;
  readonly value: string;
  readonly impact: string;
  readonly action: string;
  readonly runbook: string;
  readonly graph: string;
  readonly logs: string;
  readonly trace: string;
  readonly silence: string;
  readonly labels: string;
  readonly since: string;
  readonly until: string;
  readonly more: string;
  readonly all: string;
  readonly sentBy: string;
  /** Between a word and what it names. */
  readonly colon: string;
}

const WORDS: Readonly<Record<TemplateLanguage, Words>> = {
  en: {
    firing: 'Firing',
    resolved: 'Resolved',
    value: 'Value',
    impact: 'Impact',
    action: 'Do',
    runbook: 'Runbook',
    graph: 'Graph',
    logs: 'Logs',
    trace: 'Trace',
    silence: 'Silence',
    labels: 'Labels',
    since: 'Since',
    until: 'Until',
    more: 'more',
    all: 'All alerts',
    sentBy: 'Sent by Petrel to',
    colon: ': ',
  },
  zh: {
    firing: '告警中',
    resolved: '已恢复',
    value: '当前值',
    impact: '影响',
    action: '处理建议',
    runbook: '处理手册',
    graph: '图表',
    logs: '日志',
    trace: '链路',
    silence: '静默',
    labels: '标签',
    since: '开始时间',
    until: '恢复时间',
    more: '条未显示',
    all: '全部告警',
    sentBy: '由 Petrel 发送至',
    colon: '：',
  },
};

/** `petrel.word.<name>` for every word, and `petrel.status`, which subjects begin with. */
export function wordTemplates(language: TemplateLanguage): string {
  const words = WORDS[language];
  const defines = Object.entries(words).map(([name, word]) => `{{ define "petrel.word.${name}" }}${word}{{ end }}`);
  const [firing, resolved] = language === 'en' ? ['FIRING', 'RESOLVED'] : [words.firing, words.resolved];
  const status = `{{ if eq .Status "firing" }}${firing}:{{ .Alerts.Firing | len }}{{ else }}${resolved}{{ end }}`;
  return [...defines, `{{ define "petrel.status" }}${status}{{ end }}`].join('\n');
}
