import { PetrelError } from '@petrel/model';
import { type BulkAction, parseAction } from './action-line.ts';
import { BulkRequestError } from './bulk-request-error.ts';

/** One action with its document: bytes `[from, to)` of the body, without the line's end; `from === to` for a delete. */
export interface BulkItem {
  readonly action: BulkAction;
  readonly from: number;
  readonly to: number;
}

export interface DecodeBulkOptions {
  /** The index of the path; used where a line names none. */
  readonly index?: string;
  /** Of actions; beyond it the whole request is refused. */
  readonly maxItems?: number;
}

/** Clients send some thousands at most; a body of the largest size holds no more than this when each has a document. */
const DEFAULT_MAX_ITEMS = 1_000_000;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Takes the body of a `_bulk` request apart: an action line, then (but for delete) a line with the document, and so on; empty lines between them do not count.
 * Documents are not looked at. An empty body is an empty list.
 * @throws BulkRequestError where Elasticsearch refuses the request as a whole, with its words
 */
export function decodeBulk(body: Uint8Array, options: DecodeBulkOptions = {}): BulkItem[] {
  const { index = '', maxItems = DEFAULT_MAX_ITEMS } = options;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE) {
    throw new BulkRequestError('The bulk request must be terminated by a newline [\\n]');
  }
  const items: BulkItem[] = [];
  const actions = new ActionReader(bytes, index);
  for (let at = 0, line = 1; at < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, at);
    const from = at;
    at = end + 1;
    if (isBlank(bytes, from, end)) continue;
    if (items.length >= maxItems) {
      throw new PetrelError('BODY_TOO_LARGE', `a bulk request may hold at most ${maxItems} actions`);
    }
    const action = actions.read(from, end, line);
    if (action.op === 'delete') {
      items.push({ action, from: at, to: at });
      continue;
    }
    if (at >= bytes.length) {
      throw new BulkRequestError(`Action/metadata line [${line}] is not followed by its document`);
    }
    const documentEnd = bytes.indexOf(NEWLINE, at);
    line++;
    items.push({
      action,
      from: at,
      to: bytes[documentEnd - 1] === CARRIAGE_RETURN ? Math.max(at, documentEnd - 1) : documentEnd,
    });
    at = documentEnd + 1;
  }
  return items;
}

/** Reads action lines; senders mostly repeat one of them, which is then read once. */
class ActionReader {
  #from = 0;
  #to = 0;
  #last: BulkAction | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly index: string,
  ) {}

  read(from: number, to: number, line: number): BulkAction {
    const { bytes } = this;
    if (this.#last !== undefined && to - from === this.#to - this.#from) {
      if (bytes.compare(bytes, this.#from, this.#to, from, to) === 0) return this.#last;
    }
    let action = parseAction(bytes.toString('utf8', from, to), line);
    if (action.index === '') {
      if (this.index === '') {
        throw new BulkRequestError('Validation Failed: 1: index is missing;', 'action_request_validation_exception');
      }
      action = { ...action, index: this.index };
    }
    this.#from = from;
    this.#to = to;
    this.#last = action;
    return action;
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if ((bytes[i] as number) > 0x20) return false;
  return true;
}
