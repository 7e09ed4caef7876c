import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DEFAULT_GLOBAL, type GlobalConfig, loadRoutingConfig } from '@petrel/alerts/config/index.ts';
import { INTEGRATIONS } from '@petrel/alerts/notify/integrations.ts';
import type { CaseReport } from '../exposition/report.ts';
import { decodeYaml, messagesOf } from './decode-yaml.ts';

interface ManifestCase {
  readonly file: string;
  readonly valid: boolean;
  readonly error?: string;
}

interface FragmentCase {
  readonly kind: string;
  readonly yaml: string;
  readonly valid: boolean;
  readonly error?: string;
}

/** Whole files: do they load, and does the error say what is expected (all of it, or a part). */
export function runManifest(path: string, report: CaseReport): void {
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as { files: readonly ManifestCase[] };
  for (const fact of files) check(fact.file, fact, messagesOfFile(join(dirname(path), fact.file)), report);
}

/** A file that stands alone, such as Alertmanager's own example: it loads. */
export function runValidFile(path: string, report: CaseReport): void {
  check(basename(path), { valid: true }, messagesOfFile(path), report);
}

/** Every default of `global`, so that a block by itself is held to its own rules only. */
const FULL_GLOBAL: GlobalConfig = {
  ...DEFAULT_GLOBAL,
  smtpFrom: 'petrel@example.org',
  smtpSmarthost: 'mail.example.org:25',
  slackApiUrl: 'https://slack.example.org/hook',
  opsgenieApiKey: 'key',
  wechatApiSecret: 'secret',
  wechatApiCorpId: 'corp',
  victoropsApiKey: 'key',
  telegramBotToken: 'token',
  rocketchatToken: 'token',
  rocketchatTokenId: 'id',
  mattermostWebhookUrl: 'https://mattermost.example.org/hook',
  jiraApiUrl: 'https://jira.example.org',
};

/** receiver_fragments.json: single blocks of receivers. */
export function runFragments(path: string, report: CaseReport): void {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: readonly FragmentCase[] };
  for (const [index, fact] of cases.entries()) {
    const name = `fragment ${index} ${fact.kind} ${JSON.stringify(fact.yaml)}`;
    const kind = INTEGRATIONS.find((one) => `${one.name}config` === fact.kind.toLowerCase());
    if (kind === undefined) {
      report.fail(name, 'there is no such integration');
      continue;
    }
    check(
      name,
      fact,
      outcome(() => decodeYaml(kind.table(FULL_GLOBAL), fact.yaml)),
      report,
    );
  }
}

function messagesOfFile(path: string): readonly string[] | undefined {
  return outcome(() => loadRoutingConfig({ path, cwd: process.cwd(), integrations: INTEGRATIONS }));
}

/** The messages of the errors, undefined when there are none. */
function outcome(load: () => unknown): readonly string[] | undefined {
  try {
    load();
    return undefined;
  } catch (error) {
    return messagesOf(error);
  }
}

function check(
  name: string,
  { valid, error }: Pick<ManifestCase, 'valid' | 'error'>,
  messages: readonly string[] | undefined,
  report: CaseReport,
): void {
  const note = messages?.join('; ');
  report.check(name, valid ? 'valid' : 'invalid', messages === undefined ? 'valid' : 'invalid', note);
  if (error === undefined || messages === undefined) return;
  report.check(
    `${name} error ${error}`,
    true,
    messages.some((message) => message.includes(error)),
    note,
  );
}
