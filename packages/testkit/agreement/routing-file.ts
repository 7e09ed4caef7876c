import { type AgreementCase, DEFAULT_TIMES } from './agreement-case.ts';
import { TIME_INTERVALS } from './suppression-cases.ts';

/**
 * An alertmanager.yml (in JSON, which is YAML too) with a route for each case. Its webhooks are `{hookUrl}/{case}/{receiver}/{index}`. What is global
 * and has no label `case` in it, inhibition rules, gets it.
 */
export function routingFile(cases: readonly AgreementCase[], hookUrl: string): string {
  const receivers = cases.flatMap(({ name, receivers: own = { [name]: [{}] } }) =>
    Object.entries(own).map(([receiver, webhooks]) => ({
      name: receiver,
      webhook_configs: webhooks.map((webhook, i) => ({ ...webhook, url: `${hookUrl}/${name}/${receiver}/${i}` })),
    })),
  );
  const isCase = (name: string) => `case="${name}"`;
  const config = {
    global: { resolve_timeout: '6s' },
    route: {
      receiver: 'nobody',
      ...DEFAULT_TIMES,
      routes: cases.map(({ name, route }) => ({ receiver: name, matchers: [isCase(name)], ...route })),
    },
    receivers: [{ name: 'nobody' }, ...receivers],
    inhibit_rules: cases.flatMap(({ name, inhibitRules = [] }) =>
      inhibitRules.map((rule) => ({
        ...rule,
        source_matchers: [isCase(name), ...((rule.source_matchers as readonly string[] | undefined) ?? [])],
        target_matchers: [isCase(name), ...((rule.target_matchers as readonly string[] | undefined) ?? [])],
      })),
    ),
    time_intervals: TIME_INTERVALS,
  };
  return JSON.stringify(config, null, 2);
}
