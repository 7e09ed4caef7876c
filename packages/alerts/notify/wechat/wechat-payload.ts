import { omitEmpty } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import { truncateBytes } from '../truncate.ts';
import type { WechatConfig } from './wechat-config.ts';

/** https://developer.work.weixin.qq.com/document/path/90236 and 91770, in bytes of UTF-8. */
const MAX_TEXT_BYTES = 2048;
const MAX_ROBOT_MARKDOWN_BYTES = 4096;

/** A message of the application. */
export function wechatPayload(config: WechatConfig, { render }: Message): object {
  const content = truncateBytes(render(config.message), MAX_TEXT_BYTES).text;
  return {
    [config.messageType]: { content },
    ...omitEmpty({
      touser: render(config.toUser),
      toparty: render(config.toParty),
      totag: render(config.toTag),
      agentid: render(config.agentId),
    }),
    safe: '0',
    msgtype: config.messageType,
  };
}

/** A message of a group's robot. Markdown mentions people by their ids in the text, and cannot mention everybody. */
export function wechatRobotPayload(config: WechatConfig, { render }: Message): object {
  const content = render(config.message);
  const people = (templates: readonly string[]): string[] => templates.map(render).filter((name) => name !== '');
  if (config.messageType === 'markdown') {
    const ids = people(config.mentionedList).filter((id) => id !== '@all');
    const mentions = ids.length === 0 ? '' : `\n${ids.map((id) => `<@${id}>`).join(' ')}`;
    const room = Math.max(0, MAX_ROBOT_MARKDOWN_BYTES - Buffer.byteLength(mentions));
    return { msgtype: 'markdown', markdown: { content: `${truncateBytes(content, room).text}${mentions}` } };
  }
  return {
    msgtype: 'text',
    text: {
      content: truncateBytes(content, MAX_TEXT_BYTES).text,
      ...omitEmpty({
        mentioned_list: people(config.mentionedList),
        mentioned_mobile_list: people(config.mentionedMobileList),
      }),
    },
  };
}
