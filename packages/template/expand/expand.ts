import { type CompiledTemplate, compileTemplate } from '../compiled-template.ts';
import { Budget, type ExecutionLimits } from '../exec/budget.ts';
import type { MissingKey } from '../exec/scope.ts';
import { prometheusFunctions } from '../functions/prometheus.ts';
import { FunctionError, TemplateError } from '../template-error.ts';
import { safeHtml } from '../values/content-types.ts';
import { ANY, STRING } from '../values/go-type.ts';
import { type FunctionTable, type GoFunction, goFunction } from '../values/go-value.ts';
import { QueryCache, QueryPending, type TemplateQuery } from './query-cache.ts';

export interface ExpandOptions {
  /** The dot. */
  readonly data: unknown;
  /** The evaluation time, milliseconds since 1970. */
  readonly nowMs: number;
  /** Default ''. */
  readonly externalUrl?: string;
  /** Absent: templates that query fail. */
  readonly query?: TemplateQuery;
  /** Default `zero`, as Prometheus has it. */
  readonly missingKey?: MissingKey;
  /** More functions; they win over Prometheus's. */
  readonly functions?: FunctionTable;
  readonly variables?: ReadonlyMap<string, unknown>;
  readonly limits?: Partial<ExecutionLimits>;
}

export interface ExpandTextOptions extends ExpandOptions {
  /** Shown in errors. Default `''`. */
  readonly name?: string;
  /** html/template, with `tmpl`: consoles. */
  readonly html?: boolean;
}

/** Prometheus's functions for parsing, when only their names count. */
const NAMES = prometheusFunctions({ nowMs: 0, externalUrl: '', query: () => [] });

const TMPL: readonly [string, GoFunction] = ['tmpl', goFunction([STRING, ANY], () => '')];

export interface ExpandableOptions {
  readonly html?: boolean;
  /** Variables that expansion will set, dollar sign included. */
  readonly variables?: readonly string[];
  readonly functions?: FunctionTable;
}

/** A text for Prometheus's expander: parsed once, or no template at all. */
export class Expandable {
  constructor(
    readonly name: string,
    /** The text itself where it holds no action. */
    private readonly content: string | CompiledTemplate,
  ) {}

  /**
   * The output. Where the template queries, it runs again once the answer is there, so each different query costs a
   * run; where it does not, it runs once, before the first await. Rejects with TemplateError.
   */
  async expand(options: ExpandOptions): Promise<string> {
    if (typeof this.content === 'string') return this.content;
    const queries = new QueryCache(options.query);
    // One budget for all runs: queries buy no more steps.
    const budget = new Budget(options.limits);
    for (;;) {
      try {
        return this.run(this.content, options, { queries, budget });
      } catch (error) {
        if (error instanceof TemplateError) throw error.prefixed(`error executing template ${this.name}: `);
        if (!(error instanceof QueryPending)) throw error;
        await queries.fetch(error.expression);
      }
    }
  }

  private run(
    template: CompiledTemplate,
    options: ExpandOptions,
    { queries, budget }: { readonly queries: QueryCache; readonly budget: Budget },
  ): string {
    const { data, nowMs, externalUrl = '', missingKey = 'zero', variables } = options;
    const functions = new Map([
      ...prometheusFunctions({ nowMs, externalUrl, query: queries.get }),
      ...(options.functions ?? []),
    ]);
    const execution = { functions, missingKey, budget, ...(variables === undefined ? {} : { variables }) };
    if (template.isHtml) {
      functions.set(
        'tmpl',
        goFunction([STRING, ANY], ([name, argument]) => {
          const text = template.executeNamed(name as string, argument, { functions, missingKey, budget });
          if (text !== undefined) return safeHtml(text);
          throw new FunctionError(`html/template: ${JSON.stringify(name)} is undefined`);
        }),
      );
    }
    return template.execute(data, execution);
  }
}

/** Parses a text for expansion. Throws TemplateError with `error parsing template NAME: ` in front. */
export function compileExpandable(name: string, text: string, options: ExpandableOptions = {}): Expandable {
  const { html = false, variables = [] } = options;
  if (!text.includes('{{') && !html) return new Expandable(name, text);
  const functions = new Map([...NAMES, ...(html ? [TMPL] : []), ...(options.functions ?? [])]);
  try {
    return new Expandable(name, compileTemplate(name, text, { functions, html, variables }));
  } catch (error) {
    if (error instanceof TemplateError) throw error.prefixed(`error parsing template ${name}: `);
    throw error;
  }
}

/** Parses and expands a text with Prometheus's functions. Rejects with TemplateError. */
export async function expand(text: string, options: ExpandTextOptions): Promise<string> {
  const { name = '', html = false, functions, variables } = options;
  const compiled = compileExpandable(name, text, {
    html,
    ...(functions === undefined ? {} : { functions }),
    ...(variables === undefined ? {} : { variables: [...variables.keys()] }),
  });
  return compiled.expand(options);
}
