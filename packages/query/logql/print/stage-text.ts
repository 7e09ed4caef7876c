import type { Matcher } from '@petrel/model';
import { durationText } from '@petrel/template/time/duration.ts';
import { formatNumber } from '../../promql/parse/numbers.ts';
import { quoteGo } from '../../promql/parse/strings.ts';
import type {
  ExtractedField,
  LabelChoice,
  LabelFilter,
  LineFilter,
  LogfmtParser,
  Stage,
  Unwrap,
} from '../parse/ast.ts';

import { parseBytes } from '../parse/units.ts';
/** A stage with its pipe or operator, as Loki prints it. */
export function stageText(stage: Stage): string {
  switch (stage.kind) {
    case 'lineFilter':
      return lineFilterTexts(stage).join(' ');
    case 'labelFilter':
      return `| ${labelFilterText(stage.filter)}`;
    case 'json':
      return `| json${fieldsText(stage.fields)}`;
    case 'logfmt':
      return logfmtText(stage);
    case 'pattern':
    case 'regexp':
      return `| ${stage.kind} ${quoteGo(stage.pattern)}`;
    case 'unpack':
    case 'decolorize':
      return `| ${stage.kind}`;
    case 'lineFormat':
      return `| line_format ${quoteGo(stage.template)}`;
    case 'labelFormat':
      return `| label_format ${stage.assignments
        .map(({ name, source }) => `${name}=${source.kind === 'label' ? source.name : quoteGo(source.text)}`)
        .join(',')}`;
    case 'drop':
    case 'keep':
      return `| ${stage.kind} ${stage.labels.map(choiceText).join(',')}`;
    case 'distinct':
      return `| distinct ${stage.labels.join(',')}`;
  }
}

/** Alternatives that none may match are filters of their own; those of which one must match are one text. */
export function lineFilterTexts({ op, alternatives }: LineFilter): readonly string[] {
  const operands = alternatives.map(({ kind, value }) => (kind === 'ip' ? `ip(${quoteGo(value)})` : quoteGo(value)));
  return op.startsWith('!') ? operands.map((operand) => `${op} ${operand}`) : [`${op} ${operands.join(' or ')}`];
}

export function matcherText({ name, type, value }: Matcher): string {
  return `${name}${type}${quoteGo(value)}`;
}

function choiceText({ name, matcher }: LabelChoice): string {
  return matcher === undefined ? name : matcherText(matcher);
}

function fieldsText(fields: readonly ExtractedField[]): string {
  return fields.length === 0 ? '' : ` ${fields.map(({ name, path }) => `${name}=${quoteGo(path)}`).join(',')}`;
}

function logfmtText({ strict, keepEmpty, fields }: LogfmtParser): string {
  return `| logfmt${strict ? ' --strict' : ''}${keepEmpty ? ' --keep-empty' : ''}${fieldsText(fields)}`;
}

export function labelFilterText(filter: LabelFilter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `( ${labelFilterText(filter.left)} ${filter.kind === 'and' ? ',' : 'or'} ${labelFilterText(filter.right)} )`;
    case 'string':
      return matcherText(filter.matcher);
    case 'ip':
      return `${filter.name}${filter.op}ip(${quoteGo(filter.value)})`;
    case 'number':
      return `${filter.name}${filter.op}${numberText(filter.value)}`;
    case 'duration':
      return `${filter.name}${filter.op}${durationNsText(filter.value)}`;
    case 'bytes':
      return `${filter.name}${filter.op}${bytesText(filter.value)}`;
  }
}

/** Without an exponent; `-0` would be read as a duration. */
export function numberText(value: number): string {
  return formatNumber(value === 0 ? 0 : value);
}

/** As Go prints a time.Duration. */
export function durationNsText(ns: number): string {
  return durationText(BigInt(Math.round(ns)));
}

/** `EB` is printed by Loki but not read. */
const SCALES = ['', 'k', 'M', 'G', 'T', 'P'];

/** The short form that Loki prints (`10GB`, `2.5kB`) where it says as much as the figure, else the figure. */
export function bytesText(bytes: number): string {
  let scale = 0;
  while (scale < SCALES.length - 1 && bytes >= 1000 ** (scale + 1)) scale++;
  const scaled = bytes / 1000 ** scale;
  const short = `${scaled.toFixed(scale > 0 && scaled < 9.95 ? 1 : 0)}${SCALES[scale]}B`;
  return parseBytes(short) === bytes ? short : `${formatNumber(bytes)}B`;
}

/** ` | unwrap bytes(x) | x>1` in its parts. */
export function unwrapTexts({ label, conversion, filters }: Unwrap): readonly string[] {
  const what = conversion === undefined ? label : `${conversion}(${label})`;
  return [`| unwrap ${what}`, ...filters.map((filter) => `| ${labelFilterText(filter)}`)];
}
