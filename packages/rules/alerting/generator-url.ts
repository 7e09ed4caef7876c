import type { RuleLanguage } from '../rule-file/rule-expr.ts';

/** The link to the table of an expression, as Prometheus puts it into alerts; to the lines where it asks logs. */
export function generatorUrl(externalUrl: string, expr: string, language: RuleLanguage): string {
  if (language === 'logql') return `${externalUrl}/explore/logs?query=${queryEscape(expr)}`;
  return `${externalUrl}/graph?g0.expr=${queryEscape(expr)}&g0.tab=1`;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Go's url.QueryEscape. */
function queryEscape(text: string): string {
  // A lone surrogate (a byte that was no UTF-8) cannot be encoded.
  return encodeURIComponent(text.replaceAll(LONE_SURROGATE, '\ufffd'))
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}
