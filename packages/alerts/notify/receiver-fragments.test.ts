import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GlobalConfig } from '../config/global.ts';
import { email } from './email/email.ts';
import type { IntegrationConfig, IntegrationKind } from './integration.ts';
import { pagerduty } from './pagerduty/pagerduty.ts';
import { readBlock } from './rehearse.ts';
import { slack } from './slack/slack.ts';
import { webhook } from './webhook/webhook.ts';

interface Fragment {
  readonly kind: string;
  readonly yaml: string;
  readonly valid: boolean;
  readonly error?: string;
}

const file = resolve(import.meta.dirname, '../../../../shared/conformance/alertmanager/receiver_fragments.json');

const KINDS: Readonly<Record<string, IntegrationKind<IntegrationConfig>>> = {
  EmailConfig: email as unknown as IntegrationKind,
  PagerdutyConfig: pagerduty as unknown as IntegrationKind,
  SlackConfig: slack as unknown as IntegrationKind,
  WebhookConfig: webhook as unknown as IntegrationKind,
};

/** The fragments are blocks without a `global` around them: what they take from there is given. */
const GLOBAL: Partial<GlobalConfig> = {
  smtpSmarthost: 'mail.example.com:25',
  smtpFrom: 'petrel@example.com',
  slackApiUrl: 'https://hooks.slack.com/services/x',
};

if (!existsSync(file)) console.info(`${file} is not there: the blocks of receivers are not compared`);

describe.skipIf(!existsSync(file))('blocks of receivers', () => {
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { cases: Fragment[] }).cases : [];
  const cases = all.filter(({ kind }) => KINDS[kind] !== undefined);

  it('are among the cases', () => expect(cases.length).toBeGreaterThan(0));

  it.each(cases)('$kind $yaml', ({ kind, yaml, valid, error }) => {
    const { errors } = readBlock(KINDS[kind] as IntegrationKind, yaml, GLOBAL);
    if (valid) expect(errors).toEqual([]);
    else if (error === undefined) expect(errors.length).toBeGreaterThan(0);
    else expect(errors).toContain(error);
  });
});
