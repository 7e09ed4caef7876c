/** An address; those of the two families never equal or lie among each other, mapped ones belong to IPv6. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
  /** Of IPv6 addresses with a zone: they lie in no range. */
  readonly zone: string;
}

/** `192.168.0.1`, `2001:db8::1`, `fe80::1%eth0`; undefined for what is none. */
export function parseIp(text: string): IpAddress | undefined {
  if (text.includes(':')) return parseIpv6(text);
  const value = parseIpv4(text);
  return value === undefined ? undefined : { bits: 32, value: BigInt(value), zone: '' };
}

/** Four numbers up to 255 without leading zeros. */
function parseIpv4(text: string): number | undefined {
  const fields = text.split('.');
  if (fields.length !== 4) return undefined;
  let value = 0;
  for (const field of fields) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(field) || Number(field) > 255) return undefined;
    value = value * 256 + Number(field);
  }
  return value;
}

function parseIpv6(text: string): IpAddress | undefined {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') return undefined;
  const address = percent < 0 ? text : text.slice(0, percent);
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] as string, halves.length === 1);
  const tail = halves.length === 1 ? [] : groupsOf(halves[1] as string, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n), zone };
}

/** Numbers of 16 bits; the last two may be written as an IPv4 address where the address ends. */
function groupsOf(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const fields = text.split(':');
  for (const [i, field] of fields.entries()) {
    if (isEnd && i === fields.length - 1 && field.includes('.')) {
      const v4 = parseIpv4(field);
      if (v4 === undefined) return undefined;
      groups.push(v4 >>> 16, v4 & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(field)) groups.push(Number.parseInt(field, 16));
    else return undefined;
  }
  return groups;
}
