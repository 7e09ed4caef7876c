import { compileMatcher } from '@petrel/alerts/matcher/compile-matcher.ts';
import { isValidLabelName } from '@petrel/alerts/matcher/label-name.ts';
import { type Matcher, type MatchType, PetrelError, quote } from '@petrel/model';
import type { PostedSilence } from './port.ts';
import { missing, tooFew } from './refusal.ts';
import { BodyReader, member } from './request-body.ts';

/** The silence of a POST. Throws Refusal when it does not have the schema's shape, PetrelError BAD_REQUEST when it makes no sense. */
export function readSilence(json: unknown, nowMs: number): PostedSilence {
  const read = new BodyReader('silence');
  const silence = read.object(json);
  const id = read.text(member(silence, 'id')) ?? '';
  const annotations = read.texts(member(silence, 'annotations'));
  const comment = read.text(member(silence, 'comment'));
  const createdBy = read.text(member(silence, 'createdBy'));
  const endsAtMs = read.time(member(silence, 'endsAt'));
  const startsAt = member(silence, 'startsAt') ?? undefined;
  // A start that is given as the zero time means now.
  const startsAtMs = read.time(startsAt) ?? nowMs;
  const matchers = read.list(member(silence, 'matchers'))?.map((one) => decodeMatcher(read, one));
  // In the order in which the schema's members are checked.
  if (comment === undefined) throw missing('comment');
  if (createdBy === undefined) throw missing('createdBy');
  if (endsAtMs === undefined) throw missing('endsAt');
  if (matchers === undefined) throw missing('matchers');
  if (matchers.length === 0) throw tooFew('matchers', 1);
  const complete = matchers.map(requireMatcher);
  if (startsAt === undefined) throw missing('startsAt');
  if (startsAtMs >= endsAtMs) throw invalid('Failed to create silence: start time must be before end time');
  if (endsAtMs < nowMs) throw invalid("Failed to create silence: end time can't be in the past");
  checkMatchers(complete);
  return {
    ...(id === '' ? {} : { id }),
    matchers: complete,
    startsAtMs,
    endsAtMs,
    createdBy,
    comment,
    ...(annotations === undefined ? {} : { annotations: Object.fromEntries(annotations) }),
  };
}

interface DecodedMatcher {
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly isRegex: boolean | undefined;
  readonly isEqual: boolean;
}

function decodeMatcher(read: BodyReader, json: unknown): DecodedMatcher {
  const matcher = read.object(json);
  return {
    name: read.text(member(matcher, 'name')),
    value: read.text(member(matcher, 'value')),
    isRegex: read.flag(member(matcher, 'isRegex')),
    isEqual: read.flag(member(matcher, 'isEqual')) ?? true,
  };
}

function requireMatcher({ name, value, isRegex, isEqual }: DecodedMatcher, i: number): Matcher {
  if (isRegex === undefined) throw missing(`matchers.${i}.isRegex`);
  if (name === undefined) throw missing(`matchers.${i}.name`);
  if (value === undefined) throw missing(`matchers.${i}.value`);
  const type: MatchType = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  return { type, name, value };
}

function checkMatchers(matchers: readonly Matcher[]): void {
  let allMatchEmpty = true;
  for (const [i, matcher] of matchers.entries()) {
    const where = `invalid silence: invalid label matcher ${i}`;
    if (!isValidLabelName(matcher.name)) throw invalid(`${where}: invalid label name ${quote(matcher.name)}`);
    try {
      if (!compileMatcher(matcher)('')) allMatchEmpty = false;
    } catch (error) {
      throw invalid(`${where}: invalid regular expression ${quote(matcher.value)}: ${(error as Error).message}`);
    }
  }
  if (allMatchEmpty) throw invalid('invalid silence: at least one matcher must not match the empty string');
}

function invalid(message: string): PetrelError {
  return new PetrelError('BAD_REQUEST', message);
}
