import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { INTEGRATIONS } from './integrations.ts';
import { readBlock } from './rehearse.ts';

interface Fragment {
  /** `OpsGenieConfig`, `WebexConfig`. */
  readonly kind: string;
  readonly yaml: string;
  readonly valid: boolean;
  readonly error?: string;
}

const FILE = resolve(import.meta.dirname, '../../../../shared/conformance/alertmanager/receiver_fragments.json');
const KINDS = ['OpsGenie', 'VictorOps', 'Pushover', 'Telegram', 'Discord', 'MSTeams', 'MSTeamsV2', 'Wechat', 'Webex']
  .concat(['Rocketchat', 'Mattermost', 'Jira', 'SNS'])
  .map((name) => [`${name}Config`, name.toLowerCase()] as const);

describe.skipIf(!existsSync(FILE))("Alertmanager's blocks of chats and pagers", () => {
  const all = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as { cases: Fragment[] }).cases : [];
  const cases = all.flatMap((fragment) => {
    const name = KINDS.find(([kind]) => kind === fragment.kind)?.[1];
    const kind = INTEGRATIONS.find((candidate) => candidate.name === name);
    return kind === undefined ? [] : [{ kind, fragment }];
  });

  it('concern kinds that are here', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  it.each(cases)('$kind.name: $fragment.yaml', ({ kind, fragment }) => {
    // What a block takes from global is not the matter here.
    const global = {
      opsgenieApiKey: 'abcd',
      victoropsApiKey: 'abcd',
      telegramBotToken: 'abcd',
      wechatApiSecret: 'abcd',
    };
    const { config, errors } = readBlock(kind, fragment.yaml, global);
    expect(config !== undefined).toBe(fragment.valid);
    if (fragment.error !== undefined) expect(errors).toContain(fragment.error);
  });
});

if (!existsSync(FILE)) console.info(`skipped: ${FILE} is not there`);
