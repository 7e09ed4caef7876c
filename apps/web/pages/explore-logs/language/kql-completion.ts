import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { KqlCompletionContext, KqlCompletionKind } from '@petrel/query/kql/parse/index.ts';
import { kqlCompletionContext } from '@petrel/query/kql/parse/index.ts';
import { quotePhrase } from '../query-edit/kql-edit.ts';
import { fieldValues } from './logql-completion.ts';
import type { Lookups } from './lookups.ts';

type Dialect = 'kql' | 'lucene';

/** What may come at the cursor of a KQL or Lucene query. */
export async function completeKql(
  context: CompletionContext,
  { lookups, dialect }: { readonly lookups: Lookups; readonly dialect: Dialect },
): Promise<CompletionResult | null> {
  const place = kqlCompletionContext(context.state.doc.toString(), context.pos);
  // Enter runs a query that is complete, and must not take an offer instead.
  if (!context.explicit && place.from === context.pos && !place.kinds.includes('value')) return null;
  const offers = await Promise.all(place.kinds.map((kind) => offersOf(kind, place, { lookups, dialect })));
  const options = offers.flat();
  if (options.length === 0 || context.aborted) return null;
  return { from: place.from, to: place.to, options, validFor: /^("[^"]*|[\w.@-]+)$/ };
}

async function offersOf(
  kind: KqlCompletionKind,
  place: KqlCompletionContext,
  { lookups, dialect }: { readonly lookups: Lookups; readonly dialect: Dialect },
): Promise<readonly Completion[]> {
  switch (kind) {
    case 'field': {
      const [names, fields] = await Promise.all([lookups.labelNames(), lookups.fields()]);
      const types = new Map<string, string>(names.map((name) => [name, 'stream']));
      for (const field of fields) types.set(field.name, field.from === 'line' ? field.type : field.from);
      const colon = dialect === 'kql' ? ': ' : ':';
      return [...types].map(([label, detail]) => ({ label, detail, type: 'property', apply: `${label}${colon}` }));
    }
    case 'value':
      return (await fieldValues(place.field ?? '', lookups)).map((value) => ({
        label: /^[\w.-]+$/.test(value) ? value : quotePhrase(value),
        type: 'text',
      }));
    case 'operator':
      return (dialect === 'kql' ? [':', '>', '>=', '<', '<='] : [':']).map((label) => ({ label, type: 'operator' }));
    case 'conjunction':
      return (dialect === 'kql' ? ['and', 'or', 'and not'] : ['AND', 'OR', 'AND NOT']).map((label) => ({
        label,
        apply: `${label} `,
        type: 'keyword',
      }));
  }
}
