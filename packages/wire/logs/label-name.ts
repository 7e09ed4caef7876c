/**
 * A name as LogQL can write it, of any text, as Loki makes it: what is no letter, digit or underscore becomes an underscore; a digit in front gets `key_` before it,
 * and so does a single underscore (`key`). '' for ''.
 */
export function sanitiseLabelName(name: string): string {
  if (isPlain(name)) return name;
  const clean = name.replace(/[^a-zA-Z0-9_]/gu, '_');
  if (/^[0-9]/.test(clean)) return `key_${clean}`;
  return clean.startsWith('_') && !clean.startsWith('__') ? `key${clean}` : clean;
}

function isPlain(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a;
    if (!letter && (i === 0 || (c !== 0x5f && (c < 0x30 || c > 0x39)))) return false;
  }
  return true;
}
