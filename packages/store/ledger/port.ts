import type { Instruments, LedgerReader, Logger } from '@petrel/model';
import type { LedgerOutbox } from '../control/ledger-outbox.ts';

export interface LedgerStoreOptions {
  readonly clickhouseUrl: string;
  /** Name of the ClickHouse cluster on which tables are Replicated and Distributed. */
  readonly cluster?: string;
  /** Default `petrel`. */
  readonly database?: string;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Where entries wait; the control store. It has to outlive this store. */
  readonly outbox: LedgerOutbox;
  /** Entries older than `timeMs` go, whole months at a time; default 400 days. */
  readonly retention?: { readonly timeMs: number };
  /** Entries of one insert; default 5,000: a part of some hundred kilobytes. */
  readonly batchRows?: number;
  /** How often the outbox is looked at unasked; default 1 s. */
  readonly intervalMs?: number;
}

/** The decision ledger: what waits in the outbox is moved to ClickHouse, and both are read as one. */
export interface LedgerStore extends LedgerReader {
  /** To be called after a commit: entries are on their way soon. Never waits, never fails. */
  wake(): void;
  /** Moves what is in the outbox now; resolves when ClickHouse has it. Rejects with STORE_UNAVAILABLE or STORE_DISK_FULL; what has not arrived stays in the outbox. */
  ship(): Promise<void>;
  /** Ends the work in the background; what has not been moved is moved after the next start. */
  stop(): Promise<void>;
}
