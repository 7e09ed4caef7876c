import type { AlertingChanges, AlertingState, AlertingStateStore } from '@petrel/model';
import {
  alertToRow,
  flapToRow,
  groupId,
  groupToRow,
  notificationId,
  notificationToRow,
  rowToAlert,
  rowToFlap,
  rowToGroup,
  rowToNotification,
  rowToSilence,
  type StoredAlert,
  type StoredFlap,
  type StoredGroup,
  type StoredNotification,
  type StoredSilence,
  silenceToRow,
} from './alerting-rows.ts';
import type { PgDatabase, PgQueries } from './database.ts';
import { insertLedger } from './ledger-outbox.ts';
import { type PgStatement, sqlPg } from './pg-sql.ts';
import { encodeJson, encodeText } from './stored-text.ts';

/**
 * The alert engine's state in PostgreSQL. A commit is one statement whatever it holds, so one round trip and one transaction, and none when there is
 * nothing in it. Commits reach the database in the order of the calls, one after the other. Of two rows of one key the later stays; a key that is
 * put and dropped in one commit is put. Times are kept in whole ms. About text: stored-text.ts. `load` gives each list by key, ascending.
 */
export function alertingStateStore(database: PgDatabase): AlertingStateStore {
  let last: Promise<void> = Promise.resolve();
  return {
    load: () => database.transaction(load),
    async commit(changes) {
      const statement = commitStatement(changes);
      if (statement === undefined) return;
      const run = async (): Promise<void> => {
        await database.rows(statement);
      };
      const done = last.then(run, run);
      last = done;
      // Whoever called hears of a failure; the chain goes on.
      last.catch(() => {});
      await done;
    },
  };
}

async function load(queries: PgQueries): Promise<AlertingState> {
  // One snapshot for all five.
  await queries.rows(sqlPg`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`);
  const alerts = await queries.rows<StoredAlert>(
    sqlPg`SELECT fingerprint, labels::text, annotations::text, starts_at_ms, ends_at_ms, timeout, updated_at_ms, generator_url, source
      FROM alerts ORDER BY fingerprint COLLATE "C"`,
  );
  const silences = await queries.rows<StoredSilence>(
    sqlPg`SELECT id, matchers::text, starts_at_ms, ends_at_ms, updated_at_ms, created_by, comment, annotations::text
      FROM silences ORDER BY id COLLATE "C"`,
  );
  const groups = await queries.rows<StoredGroup>(
    sqlPg`SELECT key, route_key, labels::text, next_flush_ms, flushed, delivering
      FROM alert_groups ORDER BY key COLLATE "C"`,
  );
  const notifications = await queries.rows<StoredNotification>(
    sqlPg`SELECT group_key, integration_key, firing, resolved, t_ms, expires_at_ms
      FROM notifications ORDER BY group_key COLLATE "C", integration_key COLLATE "C"`,
  );
  const flaps = await queries.rows<StoredFlap>(
    sqlPg`SELECT fingerprint, changes_ms, flapping FROM alert_flaps ORDER BY fingerprint COLLATE "C"`,
  );
  return {
    alerts: alerts.map(rowToAlert),
    silences: silences.map(rowToSilence),
    groups: groups.map(rowToGroup),
    notifications: notifications.map(rowToNotification),
    flaps: flaps.map(rowToFlap),
  };
}

/** Every list that is not empty becomes a part of one WITH; undefined when all are. */
function commitStatement(changes: AlertingChanges): PgStatement | undefined {
  const alerts = byKey(changes.putAlerts, ({ fingerprint }) => fingerprint);
  const silences = byKey(changes.putSilences, ({ id }) => encodeText(id));
  const groups = byKey(changes.putGroups, ({ key }) => groupId(key));
  const notifications = byKey(changes.putNotifications, notificationId);
  const flaps = byKey(changes.putFlaps, ({ fingerprint }) => fingerprint);
  const parts = [
    when([...alerts.values()].map(alertToRow), putAlerts),
    when(
      without(changes.dropAlerts, alerts),
      (keys) => sqlPg`DELETE FROM alerts WHERE fingerprint = ANY(${keys}::text[])`,
    ),
    when([...silences.values()].map(silenceToRow), putSilences),
    when(
      without(changes.dropSilences.map(encodeText), silences),
      (keys) => sqlPg`DELETE FROM silences WHERE id = ANY(${keys}::text[])`,
    ),
    when([...groups.values()].map(groupToRow), putGroups),
    when(
      without(changes.dropGroups.map(groupId), groups),
      (keys) => sqlPg`DELETE FROM alert_groups WHERE id = ANY(${keys}::text[])`,
    ),
    when([...notifications.values()].map(notificationToRow), putNotifications),
    when(
      without(changes.dropNotifications.map(notificationId), notifications),
      (keys) => sqlPg`DELETE FROM notifications WHERE id = ANY(${keys}::text[])`,
    ),
    when([...flaps.values()].map(flapToRow), putFlaps),
    when(
      without(changes.dropFlaps, flaps),
      (keys) => sqlPg`DELETE FROM alert_flaps WHERE fingerprint = ANY(${keys}::text[])`,
    ),
    when(changes.ledger, insertLedger),
  ].filter((part) => part !== undefined);
  const [first, ...rest] = parts;
  if (first === undefined) return undefined;
  if (rest.length === 0) return first;
  let all = sqlPg`WITH part AS (${first})`;
  for (const [i, part] of rest.entries()) all = sqlPg`${all}, ${PART_NAMES[i] as PgStatement} AS (${part})`;
  return sqlPg`${all} SELECT 1`;
}

const PART_NAMES = [
  sqlPg`part1`,
  sqlPg`part2`,
  sqlPg`part3`,
  sqlPg`part4`,
  sqlPg`part5`,
  sqlPg`part6`,
  sqlPg`part7`,
  sqlPg`part8`,
  sqlPg`part9`,
  sqlPg`part10`,
];

function when<T>(list: readonly T[], build: (list: readonly T[]) => PgStatement): PgStatement | undefined {
  return list.length === 0 ? undefined : build(list);
}

function byKey<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function without(keys: readonly string[], put: ReadonlyMap<string, unknown>): readonly string[] {
  return keys.filter((key) => !put.has(key));
}

type Rows = readonly Parameters<typeof encodeJson>[0][];

function putAlerts(rows: Rows): PgStatement {
  return sqlPg`INSERT INTO alerts AS t
      (fingerprint, labels, annotations, starts_at_ms, ends_at_ms, timeout, updated_at_ms, generator_url, source)
    SELECT fingerprint, labels, annotations, starts_at_ms, ends_at_ms, timeout, updated_at_ms, generator_url, source
    FROM jsonb_to_recordset(${encodeJson(rows)}::jsonb) AS r(fingerprint text, labels jsonb, annotations jsonb, starts_at_ms bigint,
      ends_at_ms bigint, timeout boolean, updated_at_ms bigint, generator_url text, source text)
    ON CONFLICT (fingerprint) DO UPDATE SET labels = excluded.labels, annotations = excluded.annotations,
      starts_at_ms = excluded.starts_at_ms, ends_at_ms = excluded.ends_at_ms, timeout = excluded.timeout,
      updated_at_ms = excluded.updated_at_ms, generator_url = excluded.generator_url, source = excluded.source`;
}

function putSilences(rows: Rows): PgStatement {
  return sqlPg`INSERT INTO silences
      (id, matchers, starts_at_ms, ends_at_ms, updated_at_ms, created_by, comment, annotations)
    SELECT id, matchers, starts_at_ms, ends_at_ms, updated_at_ms, created_by, comment, annotations
    FROM jsonb_to_recordset(${encodeJson(rows)}::jsonb) AS r(id text, matchers jsonb, starts_at_ms bigint, ends_at_ms bigint,
      updated_at_ms bigint, created_by text, comment text, annotations jsonb)
    ON CONFLICT (id) DO UPDATE SET matchers = excluded.matchers, starts_at_ms = excluded.starts_at_ms,
      ends_at_ms = excluded.ends_at_ms, updated_at_ms = excluded.updated_at_ms, created_by = excluded.created_by,
      comment = excluded.comment, annotations = excluded.annotations`;
}

function putGroups(rows: Rows): PgStatement {
  return sqlPg`INSERT INTO alert_groups (id, key, route_key, labels, next_flush_ms, flushed, delivering)
    SELECT id, key, route_key, labels, next_flush_ms, flushed, delivering
    FROM jsonb_to_recordset(${encodeJson(rows)}::jsonb) AS r(id text, key text, route_key text, labels jsonb, next_flush_ms bigint,
      flushed boolean, delivering boolean)
    ON CONFLICT (id) DO UPDATE SET route_key = excluded.route_key, labels = excluded.labels,
      next_flush_ms = excluded.next_flush_ms, flushed = excluded.flushed, delivering = excluded.delivering`;
}

function putNotifications(rows: Rows): PgStatement {
  return sqlPg`INSERT INTO notifications (id, group_key, integration_key, firing, resolved, t_ms, expires_at_ms)
    SELECT id, group_key, integration_key, firing, resolved, t_ms, expires_at_ms
    FROM jsonb_to_recordset(${encodeJson(rows)}::jsonb) AS r(id text, group_key text, integration_key text, firing text[],
      resolved text[], t_ms bigint, expires_at_ms bigint)
    ON CONFLICT (id) DO UPDATE SET firing = excluded.firing, resolved = excluded.resolved, t_ms = excluded.t_ms,
      expires_at_ms = excluded.expires_at_ms`;
}

function putFlaps(rows: Rows): PgStatement {
  return sqlPg`INSERT INTO alert_flaps (fingerprint, changes_ms, flapping)
    SELECT fingerprint, changes_ms, flapping
    FROM jsonb_to_recordset(${encodeJson(rows)}::jsonb) AS r(fingerprint text, changes_ms bigint[], flapping boolean)
    ON CONFLICT (fingerprint) DO UPDATE SET changes_ms = excluded.changes_ms, flapping = excluded.flapping`;
}
