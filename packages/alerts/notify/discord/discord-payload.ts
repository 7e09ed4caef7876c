import { omitEmpty } from '../go-json.ts';
import type { Message } from '../message-data.ts';
import { truncateRunes } from '../truncate.ts';
import type { DiscordConfig } from './discord-config.ts';

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits, in characters. */
const MAX_TITLE_RUNES = 256;
const MAX_DESCRIPTION_RUNES = 4096;
const MAX_CONTENT_RUNES = 2000;
const COLORS = { firing: 0x992d22, resolved: 0x2ecc71 } as const;

/** The body of a webhook's message: one embed, red while something fires. */
export function discordPayload(config: DiscordConfig, { render, status }: Message): object {
  return {
    content: truncateRunes(render(config.content), MAX_CONTENT_RUNES).text,
    embeds: [
      {
        title: truncateRunes(render(config.title), MAX_TITLE_RUNES).text,
        description: truncateRunes(render(config.message), MAX_DESCRIPTION_RUNES).text,
        color: COLORS[status],
      },
    ],
    ...omitEmpty({
      username: config.username,
      avatar_url: URL.canParse(config.avatarUrl) ? config.avatarUrl : '',
    }),
  };
}
