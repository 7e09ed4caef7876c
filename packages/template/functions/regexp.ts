import { RE2JS } from 're2js';
import { MAX_TEXT_LENGTH } from '../print/sprint.ts';
import { FunctionError } from '../template-error.ts';

/** Patterns come from templates, which are few: enough for every rule of a large server. */
const MAX_PATTERNS = 2000;

const patterns = new Map<string, RE2JS>();

/** A pattern with RE2's syntax. Throws FunctionError: ``error parsing regexp: missing closing ): `(` ``. */
export function compilePattern(pattern: string): RE2JS {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('error parsing regexp')) {
      throw new FunctionError(error.message);
    }
    throw error;
  }
  if (patterns.size >= MAX_PATTERNS) patterns.clear();
  patterns.set(pattern, compiled);
  return compiled;
}

/** Go's regexp.MatchString: anywhere in the text. */
export function matchPattern(pattern: string, text: string): boolean {
  return compilePattern(pattern).matcher(text).find();
}

/** Go's Regexp.ReplaceAllString: `$1`, `${1}`, `$name`, `$$` in the replacement. */
export function replacePattern(pattern: string, replacement: string, text: string): string {
  let compiled: RE2JS;
  try {
    compiled = compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    throw new FunctionError(`regexp: Compile(\`${pattern}\`): ${error.message}`);
  }
  const parts = replacementParts(replacement, compiled);
  const matcher = compiled.matcher(text);
  let result = '';
  let last = 0;
  let isFirst = true;
  while (matcher.find()) {
    // Nothing right behind a match is no match of its own.
    if (!isFirst && matcher.end() === matcher.start() && matcher.start() === last) continue;
    isFirst = false;
    result += text.slice(last, matcher.start());
    for (const part of parts) result += typeof part === 'string' ? part : (matcher.group(part) ?? '');
    last = matcher.end();
    if (result.length > MAX_TEXT_LENGTH) throw new FunctionError(`text exceeds ${MAX_TEXT_LENGTH} characters`);
  }
  return result + text.slice(last);
}

/** Text and numbers of groups. A name that no group has stands for nothing. */
function replacementParts(replacement: string, pattern: RE2JS): readonly (string | number)[] {
  const parts: (string | number)[] = [];
  let last = 0;
  for (const match of replacement.matchAll(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
    parts.push(replacement.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[1] !== undefined) parts.push('$');
    else parts.push(groupNumber(match[2] ?? (match[3] as string), pattern));
  }
  parts.push(replacement.slice(last));
  return parts;
}

function groupNumber(name: string, pattern: RE2JS): string | number {
  const number = /^\d+$/.test(name) ? Number(name) : pattern.namedGroups()[name];
  return number === undefined || number > pattern.groupCount() ? '' : number;
}
