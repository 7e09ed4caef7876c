import { dingtalk } from './dingtalk/dingtalk.ts';
import { discord } from './discord/discord.ts';
import { email } from './email/email.ts';
import { feishu } from './feishu/feishu.ts';
import type { IntegrationConfig, IntegrationKind } from './integration.ts';
import { jira } from './jira/jira.ts';
import { mattermost } from './mattermost/mattermost.ts';
import { msteams } from './msteams/msteams.ts';
import { msteamsV2 } from './msteamsv2/msteamsv2.ts';
import { opsgenie } from './opsgenie/opsgenie.ts';
import { pagerduty } from './pagerduty/pagerduty.ts';
import { phone } from './phone/phone.ts';
import { pushover } from './pushover/pushover.ts';
import { rocketchat } from './rocketchat/rocketchat.ts';
import { slack } from './slack/slack.ts';
import { sns } from './sns/sns.ts';
import { telegram } from './telegram/telegram.ts';
import { victorops } from './victorops/victorops.ts';
import { webex } from './webex/webex.ts';
import { webhook } from './webhook/webhook.ts';
import { wechat } from './wechat/wechat.ts';

/** Every kind of integration, by name. A receiver's `<name>_configs` are read and sent by them. */
export const INTEGRATIONS: readonly IntegrationKind[] = [
  integration(dingtalk),
  integration(discord),
  integration(email),
  integration(feishu),
  integration(jira),
  integration(mattermost),
  integration(msteams),
  integration(msteamsV2),
  integration(opsgenie),
  integration(pagerduty),
  integration(phone),
  integration(pushover),
  integration(rocketchat),
  integration(slack),
  integration(sns),
  integration(telegram),
  integration(victorops),
  integration(webex),
  integration(webhook),
  integration(wechat),
];

/** The kind whose key a receiver uses: `slack_configs`. */
export function integrationByKey(key: string): IntegrationKind | undefined {
  return INTEGRATIONS.find((kind) => kind.key === key);
}

/** Registers a kind: from here on its configuration is opaque, and only its own table makes what its own `create` takes. */
function integration<C extends IntegrationConfig>(kind: IntegrationKind<C>): IntegrationKind {
  return kind as unknown as IntegrationKind;
}
