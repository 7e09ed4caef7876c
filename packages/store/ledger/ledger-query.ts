import { Labels, type LedgerEntry, type LedgerKind, type LedgerQuery } from '@petrel/model';
import type { ClickHouse } from '../clickhouse/connection.ts';
import { joinSql, literal, type Sql, sql, textList, timeMs, uint64List } from '../clickhouse/sql.ts';
import type { LedgerOutbox, OutboxEntry } from '../control/ledger-outbox.ts';
import { type Placement, tableName } from '../schema/tables.ts';

const DEFAULT_LIMIT = 10_000;
// What DateTime64(3) can say; queries without bounds come with far larger ones.
const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(2299, 11, 31);
const PAGE_ROWS = 10_000;

/**
 * The newest entries that the query asks for, ascending by time and then in the order of the decisions, from both places where they may be. The outbox is
 * read first: what has left it by then is in the table, and what is in both counts once.
 */
export async function readLedger(
  query: LedgerQuery,
  { clickhouse, placement, outbox }: { clickhouse: ClickHouse; placement: Placement; outbox: LedgerOutbox },
): Promise<readonly LedgerEntry[]> {
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, Number.MAX_SAFE_INTEGER);
  const startMs = Math.max(FIRST_MS, Math.ceil(query.startMs));
  const endMs = Math.min(LAST_MS, Math.floor(query.endMs));
  if (limit <= 0 || !(startMs <= endMs) || query.kinds?.length === 0) return [];
  const bounded = { ...query, startMs, endMs, limit };
  const waiting = await readOutbox(bounded, outbox);
  const stored = await readTable(bounded, clickhouse, placement);
  const byId = new Map<string, OutboxEntry>();
  for (const entry of [...stored, ...waiting]) byId.set(entry.id, entry);
  const merged = [...byId.values()].sort((a, b) => a.entry.tMs - b.entry.tMs || compareIds(a.id, b.id));
  return withoutRepeats(merged.slice(-limit));
}

type BoundedQuery = LedgerQuery & { readonly limit: number };

async function readOutbox(query: BoundedQuery, outbox: LedgerOutbox): Promise<OutboxEntry[]> {
  const { startMs, endMs, limit } = query;
  const found: OutboxEntry[] = [];
  let beforeId: string | undefined;
  for (;;) {
    const page = await outbox.readLedger({
      startMs,
      endMs,
      limit: PAGE_ROWS,
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    for (const one of page) if (isAskedFor(query, one.entry)) found.push(one);
    // By id is nearly by time: with the limit reached, older pages could hold a newer entry only after a clock went back.
    if (page.length === 0 || found.length >= limit) return found;
    beforeId = page.at(-1)?.id;
  }
}

function isAskedFor(query: LedgerQuery, entry: LedgerEntry): boolean {
  return (
    (query.fingerprint === undefined || entry.fingerprints.includes(query.fingerprint)) &&
    (query.alertname === undefined || entry.alertname === query.alertname) &&
    (query.groupKey === undefined || entry.groupKey === query.groupKey) &&
    (query.receiver === undefined || entry.receiver === query.receiver) &&
    (query.kinds === undefined || query.kinds.includes(entry.kind))
  );
}

interface StoredRow {
  readonly tMs: string;
  readonly seq: string;
  readonly kind: LedgerKind;
  readonly fingerprints: readonly string[];
  readonly alertname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly group_key: string;
  readonly receiver: string;
  readonly integration: string;
  readonly reason: string;
  readonly detail: string;
}

async function readTable(query: BoundedQuery, clickhouse: ClickHouse, placement: Placement): Promise<OutboxEntry[]> {
  const conditions = conditionsOf(query);
  if (conditions === undefined) return [];
  // A batch that was sent twice stands twice until parts are merged. Time and place: after the control store was made anew, places begin again.
  const rows = await clickhouse.rows<StoredRow>(
    sql`SELECT toUnixTimestamp64Milli(ts) AS tMs, seq, kind, fingerprints, alertname, labels, group_key, receiver, integration, reason, detail
      FROM ${tableName(placement, 'ledger')} WHERE ${joinSql(conditions, ' AND ')}
      ORDER BY ts DESC, seq DESC LIMIT 1 BY ts, seq LIMIT ${query.limit}`,
  );
  return rows.map((row) => ({
    id: row.seq,
    entry: {
      tMs: Number(row.tMs),
      kind: row.kind,
      fingerprints: row.fingerprints.map((id) => BigInt(id).toString(16).padStart(16, '0')),
      alertname: row.alertname,
      labels: Labels.of(row.labels),
      groupKey: row.group_key,
      receiver: row.receiver,
      integration: row.integration,
      reason: row.reason,
      detail: JSON.parse(row.detail) as LedgerEntry['detail'],
    },
  }));
}

/** Undefined: nothing can match. */
function conditionsOf(query: LedgerQuery): Sql[] | undefined {
  const { fingerprint, alertname, groupKey, receiver, kinds } = query;
  const conditions = [sql`ts >= ${timeMs(query.startMs)}`, sql`ts <= ${timeMs(query.endMs)}`];
  if (fingerprint !== undefined) {
    if (!/^[0-9a-f]{16}$/.test(fingerprint)) return undefined;
    conditions.push(sql`has(fingerprints, ${uint64List([BigInt(`0x${fingerprint}`)])})`);
  }
  for (const [column, text] of [
    ['alertname', alertname],
    ['group_key', groupKey],
    ['receiver', receiver],
  ] as const) {
    if (text !== undefined) conditions.push(sql`${literal(column)} = ${text}`);
  }
  if (kinds !== undefined) conditions.push(sql`kind IN (${textList(kinds)})`);
  return conditions;
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * A commit whose acknowledgement was lost is made again, and its decisions stand twice with different ids. Two decisions of one millisecond that agree in
 * everything say no more than one.
 */
function withoutRepeats(sorted: readonly OutboxEntry[]): LedgerEntry[] {
  const result: LedgerEntry[] = [];
  let seen = new Set<string>();
  let tMs = Number.NaN;
  for (const { entry } of sorted) {
    if (entry.tMs !== tMs) seen = new Set();
    tMs = entry.tMs;
    const { kind, fingerprints, labels, groupKey, receiver, integration, reason, detail } = entry;
    const content = JSON.stringify([kind, fingerprints, labels.pairs, groupKey, receiver, integration, reason, detail]);
    if (seen.has(content)) continue;
    seen.add(content);
    result.push(entry);
  }
  return result;
}
