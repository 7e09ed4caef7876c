import { placeholder } from '@petrel/config/schema/composite.ts';
import { scalar } from '@petrel/config/schema/scalars.ts';
import type { Type } from '@petrel/config/schema/schema.ts';

/** `host:port`, an IPv6 address in brackets; a service name may stand for the port. A placeholder turns the block that holds it off. */
export const hostPort: Type<string> = scalar('host:port', (text, node, place) => {
  const off = placeholder(node, place);
  if (off !== undefined || text === '') return off ?? '';
  const match = /^(\[[^\]]*\]|[^:[\]]*):([^:[\]]*)$/.exec(text);
  if (match?.[2] === '') return new Error(`address ${JSON.stringify(text)}: port cannot be empty`);
  if (match !== null) return text;
  const isBare = !text.includes(':') || /^\[[^\]]*\]$/.test(text);
  return new Error(`address ${text}: ${isBare ? 'missing port in address' : 'too many colons in address'}`);
});
