import { createHttpNotifier, requireSuccess } from '../http-notifier.ts';
import type { IntegrationKind } from '../integration.ts';
import { jsonAnswer, maybeJson, requireCodeZero } from '../json-answer.ts';
import type { FeishuConfig } from './feishu-config.ts';
import { feishuTable } from './feishu-config.ts';
import { feishuPayload } from './feishu-payload.ts';

/** Internal errors and the limits on frequency (100 a minute, 5 a second). */
const RETRY_CODES = [2200, 11232, 11233, 11247, 99991400];

/** The custom bot of a Feishu or Lark group; https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. */
export const feishu: IntegrationKind<FeishuConfig> = {
  name: 'feishu',
  key: 'feishu_configs',
  table: feishuTable,
  create: (config, tools) =>
    createHttpNotifier({
      tools,
      http: config.http,
      timeoutMs: config.timeoutMs,
      async deliver({ message, send, secret, secretUrl, redaction }) {
        const url = await secretUrl(config.url, config.urlFile);
        const signingSecret = await secret(config.secret, config.secretFile);
        const json = feishuPayload(config, message, {
          externalUrl: tools.externalUrl,
          secret: signingSecret,
          nowMs: tools.clock.nowMs(),
        });
        redaction.add(json.sign);
        const answer = await send({ url, json });
        // Refusals come with a 200 or a 4xx, and a code in either; the older form of the answer says StatusCode.
        const refusal = maybeJson(answer);
        const code = refusal?.code ?? refusal?.StatusCode;
        if (code === undefined) {
          requireSuccess(answer, { retryStatuses: [429] });
          jsonAnswer(answer);
        }
        const text = refusal?.msg ?? refusal?.StatusMessage;
        requireCodeZero({ service: 'Feishu', code: code ?? 'none', text, retryCodes: RETRY_CODES });
        requireSuccess(answer, { retryStatuses: [429] });
        return `code 0: status ${answer.status}`;
      },
    }),
};
