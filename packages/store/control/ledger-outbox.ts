import { Labels, type LedgerEntry } from '@petrel/model';
import type { PgDatabase } from './database.ts';
import { type PgStatement, sqlPg } from './pg-sql.ts';
import { plainJson, type StoredValue } from './stored-text.ts';

/** A decision that waits for its way to ClickHouse. */
export interface OutboxEntry {
  /** A whole number; ascending in the order of the decisions. */
  readonly id: string;
  readonly entry: LedgerEntry;
}

export interface OutboxRange {
  readonly startMs: number;
  /** Included. */
  readonly endMs: number;
  /** Only entries with a smaller id. */
  readonly beforeId?: string;
  readonly limit: number;
}

/** The ledger's entries between their commit, with the state that they explain, and their storage in ClickHouse. Everything rejects with STORE_UNAVAILABLE. */
export interface LedgerOutbox {
  /** The oldest first; fewer than `limit` where they are large (16 MiB together), none only when there are none. */
  takeLedger(limit: number): Promise<readonly OutboxEntry[]>;
  /** Ids that are not there are no mistake. */
  dropLedger(ids: readonly string[]): Promise<void>;
  /** Those of a time, the newest (by id) first; fewer than `limit` as in `takeLedger`. */
  readLedger(range: OutboxRange): Promise<readonly OutboxEntry[]>;
  countLedger(): Promise<number>;
}

/** A page of entries is held in memory several times over while it is shipped. */
const PAGE_BYTES = 16 * 1024 * 1024;

interface StoredEntry {
  readonly id: string;
  readonly entry: string;
}

export function ledgerOutbox(database: PgDatabase): LedgerOutbox {
  return {
    async takeLedger(limit) {
      const rows = await database.rows<StoredEntry>(
        sqlPg`SELECT id, entry FROM (
            SELECT id, entry, sum(octet_length(entry)) OVER w AS bytes, row_number() OVER w AS place
            FROM (SELECT id, entry FROM ledger_outbox ORDER BY id LIMIT ${limit}) AS page WINDOW w AS (ORDER BY id)) AS sized
          WHERE bytes <= ${PAGE_BYTES} OR place = 1 ORDER BY id`,
      );
      return rows.map(toOutboxEntry);
    },
    async dropLedger(ids) {
      if (ids.length > 0) await database.rows(sqlPg`DELETE FROM ledger_outbox WHERE id = ANY(${ids}::bigint[])`);
    },
    async readLedger({ startMs, endMs, beforeId, limit }) {
      const rows = await database.rows<StoredEntry>(
        sqlPg`SELECT id, entry FROM (
            SELECT id, entry, sum(octet_length(entry)) OVER w AS bytes, row_number() OVER w AS place
            FROM (SELECT id, entry FROM ledger_outbox
                WHERE t_ms BETWEEN ${Math.ceil(startMs)} AND ${Math.floor(endMs)}
                  AND (${beforeId ?? null}::bigint IS NULL OR id < ${beforeId ?? null}::bigint)
                ORDER BY id DESC LIMIT ${limit}) AS page WINDOW w AS (ORDER BY id DESC)) AS sized
          WHERE bytes <= ${PAGE_BYTES} OR place = 1 ORDER BY id DESC`,
      );
      return rows.map(toOutboxEntry);
    },
    async countLedger() {
      const [row] = await database.rows<{ n: string }>(sqlPg`SELECT count(*) AS n FROM ledger_outbox`);
      return Number(row?.n ?? 0);
    },
  };
}

/** Takes the entries into the outbox; ids follow their order. Throws RangeError where a fingerprint is none, which is a mistake of the caller. */
export function insertLedger(entries: readonly LedgerEntry[]): PgStatement {
  // As text, not as jsonb: it is read by nobody but `toOutboxEntry`, and comes back exactly.
  const texts = entries.map((entry) => {
    for (const fingerprint of entry.fingerprints) {
      if (!/^[0-9a-f]{16}$/.test(fingerprint))
        throw new RangeError(`not a fingerprint: ${JSON.stringify(fingerprint)}`);
    }
    return plainJson({
      ...entry,
      tMs: Math.round(entry.tMs),
      labels: entry.labels.toObject(),
    } as unknown as StoredValue);
  });
  return sqlPg`INSERT INTO ledger_outbox (t_ms, entry)
    SELECT t_ms, entry FROM unnest(${entries.map(({ tMs }) => Math.round(tMs))}::bigint[], ${texts}::text[])
      WITH ORDINALITY AS r(t_ms, entry, place) ORDER BY place`;
}

function toOutboxEntry({ id, entry }: StoredEntry): OutboxEntry {
  const parsed = JSON.parse(entry) as Omit<LedgerEntry, 'labels'> & {
    readonly labels: Readonly<Record<string, string>>;
  };
  return { id, entry: { ...parsed, labels: Labels.of(parsed.labels) } };
}
