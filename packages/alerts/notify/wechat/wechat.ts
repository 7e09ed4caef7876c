import { DeliveryError } from '../delivery-error.ts';
import { endpoint } from '../endpoint.ts';
import type { HttpExchange } from '../http-notifier.ts';
import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { jsonAnswer, requireCodeZero } from '../json-answer.ts';
import { AccessToken } from './access-token.ts';
import { RETRY_CODES, TOKEN_CODES } from './retry-codes.ts';
import type { WechatConfig } from './wechat-config.ts';
import { wechatTable } from './wechat-config.ts';
import { wechatPayload, wechatRobotPayload } from './wechat-payload.ts';

/** WeCom: the application of a corporation, as in Alertmanager, or the robot of a group. */
export const wechat: IntegrationKind<WechatConfig> = {
  name: 'wechat',
  key: 'wechat_configs',
  table: wechatTable,
  create(config, tools) {
    const token = new AccessToken(tools.clock);
    const robot = config.url !== undefined || config.urlFile !== undefined;
    return createHttpNotifier({
      tools,
      http: config.http,
      deliver: (exchange) => (robot ? toRobot(config, exchange) : toApplication(config, exchange, token)),
    });
  },
};

async function toRobot(config: WechatConfig, { message, send, secretUrl }: HttpExchange): Promise<string> {
  const url = await secretUrl(config.url, config.urlFile);
  const answer = await send({ url, json: wechatRobotPayload(config, message) });
  requireSuccess(answer, { retryStatuses: [429] });
  const { errcode: code, errmsg: text } = jsonAnswer(answer);
  requireCodeZero({ service: 'WeCom', code, text, retryCodes: RETRY_CODES });
  return `errcode 0: status ${answer.status}`;
}

async function toApplication(config: WechatConfig, exchange: HttpExchange, token: AccessToken): Promise<string> {
  const { message, send, secret, redaction } = exchange;
  const apiSecret = message.render(await secret(config.apiSecret, config.apiSecretFile));
  redaction.add(apiSecret);
  const corpId = message.render(config.corpId ?? '');
  const access = await token.get(exchange, { apiUrl: config.apiUrl, corpId, secret: apiSecret });
  const url = endpoint(config.apiUrl, 'message/send', { access_token: access });
  const answer = await send({ url, json: wechatPayload(config, message) });
  if (answer.status !== 200) throw new DeliveryError(`unexpected status code ${answer.status}: ${answer.text}`, true);
  const { errcode: code, errmsg: text } = jsonAnswer(answer);
  if (TOKEN_CODES.includes(Number(code))) token.forget();
  requireCodeZero({ service: 'WeCom', code, text, retryCodes: [...RETRY_CODES, ...TOKEN_CODES] });
  return `errcode 0: status ${answer.status}`;
}
