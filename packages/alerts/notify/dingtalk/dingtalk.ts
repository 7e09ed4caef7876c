import type { HttpExchange } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { jsonAnswer, requireCodeZero } from '../json-answer.ts';
import type { DingtalkConfig } from './dingtalk-config.ts';
import { dingtalkTable } from './dingtalk-config.ts';
import { dingtalkPayload, signedDingtalkUrl } from './dingtalk-payload.ts';

/** The system is busy; more than 20 messages a minute. */
const RETRY_CODES = [-1, 130101, 302033, 410100];

/** The custom robot of a DingTalk group; https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages. */
export const dingtalk: IntegrationKind<DingtalkConfig> = {
  name: 'dingtalk',
  key: 'dingtalk_configs',
  table: dingtalkTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      timeoutMs: config.timeoutMs,
      async deliver(exchange) {
        const { message, send } = exchange;
        const url = await signedUrl(config, exchange, tools.clock.nowMs());
        const answer = await send({ url, json: dingtalkPayload(config, message, tools.externalUrl) });
        requireSuccess(answer, { retryStatuses: [429] });
        const { errcode: code, errmsg: text } = jsonAnswer(answer);
        requireCodeZero({ service: 'DingTalk', code, text, retryCodes: RETRY_CODES });
        return `errcode 0: status ${answer.status}`;
      },
    }),
};

async function signedUrl(config: DingtalkConfig, exchange: HttpExchange, nowMs: number): Promise<string> {
  const token = await exchange.secret(config.accessToken, config.accessTokenFile);
  const url =
    token === ''
      ? await exchange.secretUrl(config.url, config.urlFile)
      : `${config.apiUrl}?access_token=${encodeURIComponent(token)}`;
  const secret = await exchange.secret(config.secret, config.secretFile);
  if (secret === '') return url;
  const signed = signedDingtalkUrl(url, secret, nowMs);
  exchange.redaction.add(signed.sign);
  return signed.url;
}
