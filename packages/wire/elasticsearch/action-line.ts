import { BulkRequestError } from './bulk-request-error.ts';

export type BulkOp = 'index' | 'create' | 'update' | 'delete';

/** What an action line says. */
export interface BulkAction {
  /** `index` with `op_type` create is a create. */
  readonly op: BulkOp;
  /** '' where the line names none. */
  readonly index: string;
  /** Absent where the line names none; may be '', which is an error of that item. */
  readonly id?: string;
  /** What is asked to be an alias or a data stream; Petrel takes any name for either. */
  readonly requireAlias: boolean;
  readonly requireDataStream: boolean;
}

const OPS: ReadonlySet<string> = new Set(['index', 'create', 'update', 'delete']);

/** Parameters that mean nothing to a store that only appends: read, and let be. `_type` and `fields` are those of clients before version 8. */
const IGNORED: ReadonlySet<string> = new Set([
  '_type',
  'type',
  'routing',
  '_routing',
  'parent',
  '_parent',
  'version',
  '_version',
  'version_type',
  '_version_type',
  'if_seq_no',
  'if_primary_term',
  'retry_on_conflict',
  '_retry_on_conflict',
  'pipeline',
  'fields',
  '_source',
  'list_executed_pipelines',
  'dynamic_templates',
  'dynamic_template_params',
  '_now',
  'timestamp',
  '_timestamp',
  'ttl',
  '_ttl',
]);

/** Parameters that are not simple values. */
const STRUCTURED: ReadonlySet<string> = new Set(['dynamic_templates', 'dynamic_template_params', '_source', 'fields']);

/**
 * Reads one action line of a bulk request; `line` counts from 1 and stands in the errors, which read as Elasticsearch's.
 * @throws BulkRequestError
 */
export function parseAction(text: string, line: number): BulkAction {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw malformed(line, `not valid JSON: ${(error as Error).message}`);
  }
  if (tokenOf(parsed) !== 'START_OBJECT') throw malformed(line, `expected START_OBJECT but found [${tokenOf(parsed)}]`);
  const [entry, second] = Object.entries(parsed as object);
  if (entry === undefined) throw malformed(line, 'expected FIELD_NAME but found [END_OBJECT]');
  const [name, parameters] = entry as [string, unknown];
  if (!OPS.has(name)) {
    throw malformed(line, `expected field [create], [delete], [index] or [update] but found [${name}]`);
  }
  if (tokenOf(parameters) !== 'START_OBJECT') {
    throw malformed(line, `expected START_OBJECT or END_OBJECT but found [${tokenOf(parameters)}]`);
  }
  if (second !== undefined) throw malformed(line, 'expected END_OBJECT but found [FIELD_NAME]');
  return readParameters(name as BulkOp, parameters as Readonly<Record<string, unknown>>, line);
}

function readParameters(op: BulkOp, parameters: Readonly<Record<string, unknown>>, line: number): BulkAction {
  let opType: string = op;
  const action: { index: string; id?: string; requireAlias: boolean; requireDataStream: boolean } = {
    index: '',
    requireAlias: false,
    requireDataStream: false,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'object' && value !== null && !STRUCTURED.has(name)) {
      throw malformed(line, `expected a simple value for field [${name}] but found [${tokenOf(value)}]`);
    }
    if (value === null) continue;
    const text = String(value);
    if (name === '_index') action.index = text;
    else if (name === '_id') action.id = text;
    else if (name === 'op_type' || name === '_op_type') opType = text;
    else if (name === 'require_alias') action.requireAlias = text === 'true';
    else if (name === 'require_data_stream') action.requireDataStream = text === 'true';
    else if (!IGNORED.has(name)) {
      throw new BulkRequestError(`Action/metadata line [${line}] contains an unknown parameter [${name}]`);
    }
  }
  if (op === 'index' && opType !== 'index') {
    if (opType !== 'create') throw new BulkRequestError(`opType must be 'create' or 'index', found: [${opType}]`);
    return { op: 'create', ...action };
  }
  return { op, ...action };
}

function malformed(line: number, what: string): BulkRequestError {
  return new BulkRequestError(`Malformed action/metadata line [${line}], ${what}`);
}

/** The names that Elasticsearch's parser gives to what it finds. */
function tokenOf(value: unknown): string {
  if (value === null) return 'VALUE_NULL';
  if (Array.isArray(value)) return 'START_ARRAY';
  switch (typeof value) {
    case 'object':
      return 'START_OBJECT';
    case 'string':
      return 'VALUE_STRING';
    case 'number':
      return 'VALUE_NUMBER';
    default:
      return 'VALUE_BOOLEAN';
  }
}
