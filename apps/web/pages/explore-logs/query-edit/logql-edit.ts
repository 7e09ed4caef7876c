import type { MatchType } from '@petrel/model';
import { compileMatcher } from '@petrel/model';
import type { FieldFilter } from './field-filter.ts';
import type { ScannedMatcher, ScannedPipeline, ScannedStage } from './logql-pipelines.ts';
import { isLineFilter, matchersOf, scanPipelines } from './logql-pipelines.ts';
import { quoteLogql } from './logql-scan.ts';

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** A selector that every line passes, as Loki demands one matcher that does not match the empty text. */
export const EVERY_STREAM = '{service_name=~".+"}';

/**
 * Adds a filter by a field's value to every selector of a query. Labels of streams go between the braces; all else becomes a stage at the end of those
 * that see lines, after the parser that it needs. What says the same is left alone, what says the opposite is turned.
 */
export function addLogqlFilter(query: string, filter: FieldFilter): string {
  const pipelines = scanPipelines(query);
  if (pipelines.length === 0) {
    if (query.trim() !== '') return query;
    return filter.from === 'stream' ? demandStreams(`{${matcherText(filter)}}`) : addLogqlFilter(EVERY_STREAM, filter);
  }
  const edits = pipelines.flatMap((pipeline) =>
    filter.from === 'stream' ? streamEdit(query, pipeline, filter) : stageEdit(pipeline, filter),
  );
  return demandStreams(apply(query, edits));
}

/** Adds `|> "pattern"` (or `!>`) behind the line filters that stand first, where it sees the line as it came. */
export function addLogqlPattern(query: string, pattern: string, negate: boolean): string {
  const base = query.trim() === '' ? EVERY_STREAM : query;
  const text = `${negate ? '!>' : '|>'} ${quoteLogql(pattern)}`;
  const edits = scanPipelines(base).flatMap((pipeline) => {
    if (pipeline.stages.some((stage) => sameText(stage, text))) return [];
    const firstOther = pipeline.stages.findIndex((stage) => !isLineFilter(stage));
    const last = firstOther < 0 ? pipeline.stages.at(-1) : pipeline.stages[firstOther - 1];
    const at = last?.to ?? pipeline.stagesFrom;
    return [{ from: at, to: at, insert: ` ${text}` }];
  });
  return apply(base, edits);
}

/** LogQL's names have letters, digits and underscores; parsers make one of everything else. */
export function logqlName(name: string): string {
  const clean = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^\d/.test(clean) ? `_${clean}` : clean;
}

function streamEdit(query: string, pipeline: ScannedPipeline, filter: FieldFilter): readonly Edit[] {
  const name = logqlName(filter.name);
  const same = pipeline.matchers.find((one) => one.name === name && one.value === filter.value && isPlain(one));
  if (same !== undefined) return turned(same, matcherText(filter), filter);
  // Another value of the same label: both together would find nothing.
  const other = filter.negate ? undefined : pipeline.matchers.find((one) => one.name === name && one.op === '=');
  if (other !== undefined) return [{ from: other.from, to: other.to, insert: matcherText(filter) }];
  const at = pipeline.braceTo - 1;
  const inside = query.slice(pipeline.from + 1, at);
  const from = at - (inside.length - inside.trimEnd().length);
  const comma = inside.trim() === '' ? '' : inside.trimEnd().endsWith(',') ? ' ' : ', ';
  return [{ from, to: at, insert: `${comma}${matcherText(filter)}` }];
}

/** A selector that only says what a stream must not have is refused; to it comes one that every stream satisfies. */
function demandStreams(query: string): string {
  const edits = scanPipelines(query)
    .filter(({ matchers }) => matchers.length > 0 && matchers.every(allowsAbsence))
    .map(({ from }) => ({ from: from + 1, to: from + 1, insert: `${EVERY_STREAM.slice(1, -1)}, ` }));
  return apply(query, edits);
}

function allowsAbsence({ name, op, value }: ScannedMatcher): boolean {
  if (value === undefined) return false;
  try {
    return compileMatcher({ name, type: op === '==' ? '=' : (op as MatchType), value })('');
  } catch {
    return false;
  }
}

function stageEdit(pipeline: ScannedPipeline, filter: FieldFilter): readonly Edit[] {
  const name = stageName(pipeline, filter);
  const text = matcherText({ ...filter, name });
  for (const stage of pipeline.stages) {
    const [only, ...others] = isLabelFilter(stage) ? matchersOf(stage.tokens) : [];
    if (only === undefined || others.length > 0 || stage.tokens.length !== 4) continue;
    if (only.name === name && only.value === filter.value && isPlain(only)) return turned(only, text, filter);
  }
  const parser = parserFor(pipeline, filter);
  return [{ from: pipeline.to, to: pipeline.to, insert: `${parser} | ${text}` }];
}

/** A parser calls a field `x_extracted` where the stream has a label x. */
function stageName(pipeline: ScannedPipeline, filter: FieldFilter): string {
  const name = logqlName(filter.name);
  const document = filter.from === 'json' || filter.from === 'logfmt';
  const taken = (filter.streamNames ?? pipeline.matchers.map((one) => one.name)).includes(name);
  return document && taken ? `${name}_extracted` : name;
}

/** The parser that makes the field, where no stage does so already. */
function parserFor(pipeline: ScannedPipeline, filter: FieldFilter): string {
  if (filter.from !== 'json' && filter.from !== 'logfmt') return '';
  const { from } = filter;
  return pipeline.stages.some((stage) => stage.head === from && extractsAll(stage)) ? '' : ` | ${from}`;
}

function extractsAll(stage: ScannedStage): boolean {
  return stage.tokens.slice(2).every((token, i, all) => token.text === '-' || all[i - 1]?.text === '-');
}

function isLabelFilter(stage: ScannedStage): boolean {
  return stage.tokens[0]?.text === '|' && stage.tokens[1]?.kind === 'word';
}

function isPlain(matcher: ScannedMatcher): boolean {
  return matcher.op === '=' || matcher.op === '==' || matcher.op === '!=';
}

function turned(matcher: ScannedMatcher, text: string, filter: FieldFilter): readonly Edit[] {
  return (matcher.op === '!=') === filter.negate ? [] : [{ from: matcher.from, to: matcher.to, insert: text }];
}

function matcherText({ name, value, negate }: FieldFilter): string {
  return `${logqlName(name)}${negate ? '!=' : '='}${quoteLogql(value)}`;
}

function sameText(stage: ScannedStage, text: string): boolean {
  return stage.tokens.map((token) => token.text).join(' ') === text;
}

function apply(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((changed, { from, to, insert }) => changed.slice(0, from) + insert + changed.slice(to), text);
}
