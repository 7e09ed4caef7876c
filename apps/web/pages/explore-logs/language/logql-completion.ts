import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { RANGE_FUNCTIONS, VECTOR_OPERATORS } from '@petrel/query/logql/parse/ast.ts';
import type { CompletionKind } from '@petrel/query/logql/parse/index.ts';
import { completionContext } from '@petrel/query/logql/parse/index.ts';
import { logqlName } from '../query-edit/logql-edit.ts';
import type { Lookups } from './lookups.ts';

type Offer = readonly Completion[];

const FUNCTIONS: Offer = [
  ...RANGE_FUNCTIONS.map((name) => ({ label: name, type: 'function', apply: `${name}(` })),
  ...VECTOR_OPERATORS.map((name) => ({ label: name, type: 'function', detail: 'aggregation' })),
  { label: 'label_replace', type: 'function', apply: 'label_replace(' },
  { label: '{', type: 'keyword', detail: 'stream selector' },
];

const STAGES: Offer = [
  ['json', 'fields of a JSON line'],
  ['logfmt', 'fields of key=value pairs'],
  ['pattern', 'fields by a pattern: "<ip> - <_>"'],
  ['regexp', 'fields by named groups'],
  ['unpack', "Promtail's pack stage undone"],
  ['line_format', 'another line, by a template'],
  ['label_format', 'rename or make labels'],
  ['drop', 'leave labels out'],
  ['keep', 'leave all other labels out'],
  ['distinct', 'one line for each value'],
  ['decolorize', 'take ANSI colours away'],
  ['unwrap', 'numbers out of a label'],
].map(([label = '', detail = '']) => ({ label, detail, type: 'keyword', boost: 1 }));

const OPERATORS: Offer = [
  ['|= ', 'line contains'],
  ['!= ', 'line does not contain'],
  ['|~ ', 'line matches'],
  ['!~ ', 'line does not match'],
  ['|> ', 'line has the pattern'],
  ['!> ', 'line has not the pattern'],
  ['| ', 'parser, filter or format'],
].map(([label = '', detail = '']) => ({ label, detail, type: 'operator' }));

const comparisons = (signs: string): Offer => signs.split(' ').map((label) => ({ label, type: 'operator' }));
const MATCH_OPERATORS = comparisons('= != =~ !~');
const FIELD_OPERATORS = comparisons('= != =~ !~ == > >= < <=');
const DURATIONS: Offer = ['1m', '5m', '15m', '1h', '6h', '1d'].map((label) => ({ label, type: 'constant' }));

/** Offered only when it is asked for: Enter runs a query that is complete, and must not take an offer instead. */
const ON_REQUEST: ReadonlySet<CompletionKind> = new Set(['operator', 'matchOperator', 'fieldOperator']);

/** What may come at the cursor of a LogQL query: from the grammar, and from this server's labels and fields. */
export async function completeLogql(context: CompletionContext, lookups: Lookups): Promise<CompletionResult | null> {
  const text = context.state.doc.toString();
  const place = completionContext(text, context.pos);
  if (place.kind === 'text' || (!context.explicit && ON_REQUEST.has(place.kind))) return null;
  if (!context.explicit && place.kind === 'function' && place.from === context.pos) return null;
  const options = await offersOf(place, text, lookups);
  if (options.length === 0 || context.aborted) return null;
  return {
    from: place.from,
    to: place.to,
    options: [...options],
    validFor: place.quoted === true ? /^[^"`]*$/ : /^\w*$/,
  };
}

async function offersOf(place: ReturnType<typeof completionContext>, text: string, lookups: Lookups): Promise<Offer> {
  switch (place.kind) {
    case 'labelName': {
      const bare = !/^\s*[=!]/.test(text.slice(place.to));
      const used = new Set(place.matchers.map((matcher) => matcher.name));
      return (await lookups.labelNames())
        .filter((name) => !used.has(name))
        .map((label) => ({ label, type: 'property', ...(bare ? { apply: `${label}=` } : {}) }));
    }
    case 'labelValue':
      return (await lookups.labelValues(place.label ?? '')).map((value) => valueOffer(value, place.quoted === true));
    case 'fieldValue':
      return (await fieldValues(place.label ?? '', lookups)).map((value) => valueOffer(value, place.quoted === true));
    case 'stage':
      return [
        ...STAGES,
        ...(await fieldOffers(lookups)),
        ...FUNCTIONS.filter(({ label }) => label.includes('_over_time')),
      ];
    case 'field':
      return fieldOffers(lookups);
    case 'function':
      return FUNCTIONS;
    case 'duration':
      return DURATIONS;
    case 'operator':
      return OPERATORS;
    case 'matchOperator':
      return MATCH_OPERATORS;
    case 'fieldOperator':
      return FIELD_OPERATORS;
    case 'text':
      return [];
  }
}

function valueOffer(value: string, quoted: boolean): Completion {
  const written = JSON.stringify(value);
  return { label: value, type: 'text', apply: quoted ? written.slice(1, -1) : written };
}

async function fieldOffers(lookups: Lookups): Promise<Offer> {
  const [names, fields] = await Promise.all([lookups.labelNames(), lookups.fields()]);
  const details = new Map<string, string>(names.map((name) => [name, 'stream']));
  for (const field of fields) {
    const name = logqlName(field.name);
    if (!details.has(name)) details.set(name, field.from === 'line' ? field.type : field.from);
  }
  details.set('detected_level', 'metadata');
  return [...details].map(([label, detail]) => ({ label, detail, type: 'property' }));
}

/** The most frequent values of a field, else the values of a label of that name. */
export async function fieldValues(name: string, lookups: Lookups): Promise<readonly string[]> {
  const fields = await lookups.fields();
  const field = fields.find((one) => one.name === name || logqlName(one.name) === name);
  const values = field?.top.map(({ value }) => value) ?? [];
  if (field !== undefined && field.from !== 'stream') return values;
  const names = await lookups.labelNames();
  return names.includes(name) ? lookups.labelValues(name) : values;
}
