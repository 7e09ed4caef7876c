import { LOG_LEVELS } from '@petrel/model';

interface Shade {
  readonly light: string;
  readonly dark: string;
}

/**
 * Blue, amber, red and purple stay apart for people who confuse red and green, and neighbours differ in lightness too. Wherever a level is shown its name stands beside the
 * colour.
 */
const SHADES: Readonly<Record<string, Shade>> = {
  unknown: { light: '#adb5bd', dark: '#5c636a' },
  trace: { light: '#c5cdd5', dark: '#7b858f' },
  debug: { light: '#99c5ee', dark: '#3f6f9f' },
  info: { light: '#1c7ed6', dark: '#4dabf7' },
  warn: { light: '#f59f00', dark: '#fcc419' },
  error: { light: '#e03131', dark: '#ff6b6b' },
  critical: { light: '#8f1239', dark: '#faa2c1' },
  fatal: { light: '#5f1a8a', dark: '#c77dff' },
};

const UNKNOWN: Shade = { light: '#adb5bd', dark: '#5c636a' };

/** For canvases, which need one colour. */
export function levelColor(level: string, scheme: 'light' | 'dark'): string {
  return (SHADES[level] ?? UNKNOWN)[scheme];
}

/** For style sheets. */
export function levelCssColor(level: string): string {
  const { light, dark } = SHADES[level] ?? UNKNOWN;
  return `light-dark(${light}, ${dark})`;
}

/** Higher is worse. */
export function severityOf(level: string): number {
  return (LOG_LEVELS as readonly string[]).indexOf(level);
}

/** Four letters at most, so that marks stand below each other; `····` for what is not known. */
export function shortLevel(level: string): string {
  return SHORT[level] ?? level.slice(0, 4).toUpperCase();
}

const SHORT: Readonly<Record<string, string>> = {
  unknown: '–',
  trace: 'TRCE',
  debug: 'DBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERR',
  critical: 'CRIT',
  fatal: 'FATL',
};
