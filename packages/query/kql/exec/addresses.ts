/** An IP address as one number; IPv4 as IPv6 maps it. */
export function addressOf(text: string): bigint | undefined {
  const four = ipv4(text);
  if (four !== undefined) return 0xffff_0000_0000n | BigInt(four);
  return text.includes(':') ? ipv6(text) : undefined;
}

function ipv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (let i = 1; i <= 4; i++) {
    const part = Number(match[i]);
    if (part > 255) return undefined;
    value = value * 256 + part;
  }
  return value;
}

function ipv6(text: string): bigint | undefined {
  if (!/^[0-9a-fA-F:.]{2,45}$/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')).flatMap(groupsOf));
  const [head = [], tail = []] = groups;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  if (all.some((group) => Number.isNaN(group))) return undefined;
  return all.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function groupsOf(part: string): number[] {
  const four = ipv4(part);
  if (four !== undefined) return [four >>> 16, four & 0xffff];
  return [/^[0-9a-fA-F]{1,4}$/.test(part) ? Number.parseInt(part, 16) : Number.NaN];
}

/** `10.0.0.0/8`, `2001:db8::/32`: tests addresses; undefined for what is no network. */
export function networkOf(text: string): ((address: string) => boolean) | undefined {
  const match = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(text);
  const base = match === null ? undefined : addressOf(match[1] as string);
  if (match === null || base === undefined) return undefined;
  const isFour = !(match[1] as string).includes(':');
  const bits = Number(match[2]) + (isFour ? 96 : 0);
  if (bits > 128) return undefined;
  const shift = BigInt(128 - bits);
  return (address) => {
    const value = addressOf(address);
    return value !== undefined && value >> shift === base >> shift;
  };
}
