interface HostPort {
  readonly host: string;
  readonly port: string;
}

/** `host:port` or `[host]:port`; undefined where it is neither. */
function splitHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^[\]:]*)$/.exec(text);
  if (match === null) return undefined;
  return { host: match[1] ?? (match[2] as string), port: match[3] as string };
}

/** The host of `host:port`; anything else stays as it is. */
export function stripPort(text: string): string {
  return splitHostPort(text)?.host ?? text;
}

/** The first label of a host name, its port kept; addresses stay as they are. */
export function stripDomain(text: string): string {
  const { host, port } = splitHostPort(text) ?? { host: text, port: '' };
  if (isIpAddress(host)) return text;
  const label = host.split('.')[0] as string;
  if (port === '') return label;
  return label.includes(':') || label.includes('%') ? `[${label}]:${port}` : `${label}:${port}`;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function isIpAddress(text: string): boolean {
  if (IPV4.test(text)) return true;
  const address = text.replace(/%.+$/, '');
  if (!address.includes(':') || address.includes(':::')) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const hasV4 = last !== undefined && IPV4.test(last);
  const hex = hasV4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (hasV4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
