import { literalAlternatives, PetrelError } from '@petrel/model';
import { RE2JS } from 're2js';
import type { TemplatePart } from './template.ts';

/** The captures of one match: by number (0 is the whole text) or by name; '' when the group took no part. */
export interface Captures {
  number(index: number): string;
  named(name: string): string;
}

/** A fully anchored RE2 pattern with dot matching newlines. */
export interface Pattern {
  matches(text: string): boolean;
  captures(text: string): Captures | undefined;
}

// `literal(.*)literal`, with or without the parentheses: most of the patterns in the wild, answered without an automaton.
const AFFIXED = /^([^\\.+*?()|[\]{}^$]*)(\(\.[*+]\)|\.[*+])([^\\.+*?()|[\]{}^$]*)$/;

/** Throws CONFIG_INVALID with RE2's words when the pattern does not parse. */
export function compilePattern(source: string): Pattern {
  const literals = literalAlternatives(source);
  if (literals !== undefined) {
    const set = new Set(literals);
    return {
      matches: (text) => set.has(text),
      captures: (text) => (set.has(text) ? new WholeOnly(text) : undefined),
    };
  }
  const affixed = AFFIXED.exec(source);
  if (affixed !== null) return affixPattern(affixed[1] as string, affixed[2] as string, affixed[3] as string);
  return automaton(source);
}

function affixPattern(prefix: string, middle: string, suffix: string): Pattern {
  const least = prefix.length + suffix.length + (middle.includes('+') ? 1 : 0);
  const captured = middle.startsWith('(');
  const matches = (text: string): boolean => text.length >= least && text.startsWith(prefix) && text.endsWith(suffix);
  return {
    matches,
    captures(text) {
      if (!matches(text)) return undefined;
      return captured ? new OneGroup(text, prefix.length, text.length - suffix.length) : new WholeOnly(text);
    },
  };
}

function automaton(source: string): Pattern {
  let re: RE2JS;
  try {
    re = RE2JS.compile(source, RE2JS.DOTALL);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PetrelError('CONFIG_INVALID', `invalid regular expression "${source}": ${reason}`, { cause });
  }
  const groups = re.groupCount();
  const names = re.namedGroups();
  return {
    matches: (text) => re.matches(text),
    captures(text) {
      const matcher = re.matcher(text);
      if (!matcher.matches()) return undefined;
      return {
        number: (index) => (index <= groups ? (matcher.group(index) ?? '') : ''),
        named: (name) => (name in names ? (matcher.group(name) ?? '') : ''),
      };
    },
  };
}

class WholeOnly implements Captures {
  constructor(private readonly text: string) {}
  number(index: number): string {
    return index === 0 ? this.text : '';
  }
  named(): string {
    return '';
  }
}

class OneGroup implements Captures {
  constructor(
    private readonly text: string,
    private readonly from: number,
    private readonly to: number,
  ) {}
  number(index: number): string {
    if (index === 0) return this.text;
    return index === 1 ? this.text.slice(this.from, this.to) : '';
  }
  named(): string {
    return '';
  }
}

/** Fills a parsed template with the captures of a match. */
export function expand(parts: readonly TemplatePart[], captures: Captures): string {
  let out = '';
  for (const part of parts) {
    if (typeof part === 'string') out += part;
    else if (typeof part === 'number') out += captures.number(part);
    else out += captures.named(part.name);
  }
  return out;
}
