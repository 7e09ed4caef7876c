import type { QuerySample } from '../functions/query-sample.ts';
import { FunctionError } from '../template-error.ts';

/** Runs an expression at the evaluation time. Rejects where the query fails; the message goes into the template's error. */
export type TemplateQuery = (expression: string) => Promise<readonly QuerySample[]>;

/** Stops a run whose query is not answered yet. Not a FunctionError, so that it passes through the executor. */
export class QueryPending extends Error {
  override readonly name = 'QueryPending';

  constructor(readonly expression: string) {
    super(`query not answered yet: ${expression}`);
  }
}

/** Different queries that one text may ask. Each costs another run of the template. */
const MAX_QUERIES = 1000;

/** The answers of one expansion, by expression. */
export class QueryCache {
  private readonly answers = new Map<string, readonly QuerySample[] | FunctionError>();

  constructor(private readonly query: TemplateQuery | undefined) {}

  /** The answer if it is there. Throws QueryPending where it is not, FunctionError where the query failed. */
  readonly get = (expression: string): readonly QuerySample[] => {
    if (this.query === undefined) throw new FunctionError('queries are not available here');
    const answer = this.answers.get(expression);
    if (answer === undefined) throw new QueryPending(expression);
    if (answer instanceof FunctionError) throw answer;
    return answer;
  };

  /** Asks for an expression and keeps the answer. Never rejects. */
  async fetch(expression: string): Promise<void> {
    this.answers.set(expression, await this.ask(expression));
  }

  private async ask(expression: string): Promise<readonly QuerySample[] | FunctionError> {
    if (this.query === undefined || this.answers.size >= MAX_QUERIES) {
      return new FunctionError(`more than ${MAX_QUERIES} different queries in one template`);
    }
    try {
      return await this.query(expression);
    } catch (error) {
      return new FunctionError(error instanceof Error ? error.message : String(error));
    }
  }
}
