import { createHash } from 'node:crypto';
import {
  type Alert,
  type AlertSource,
  type FlapRow,
  type GroupRow,
  Labels,
  type Matcher,
  type NotificationRow,
  type Silence,
} from '@petrel/model';
import { decodeJson, decodeText, type StoredValue } from './stored-text.ts';

// What is written carries the names of the columns, for jsonb_to_recordset; what is read comes as `pg` gives it: bigint as text.

export function alertToRow(alert: Alert): StoredValue {
  return {
    fingerprint: alert.fingerprint,
    labels: alert.labels.toObject(),
    annotations: alert.annotations.toObject(),
    starts_at_ms: Math.round(alert.startsAtMs),
    ends_at_ms: Math.round(alert.endsAtMs),
    timeout: alert.timeout,
    updated_at_ms: Math.round(alert.updatedAtMs),
    generator_url: alert.generatorUrl,
    source: alert.source,
  };
}

export interface StoredAlert {
  readonly fingerprint: string;
  readonly labels: string;
  readonly annotations: string;
  readonly starts_at_ms: string;
  readonly ends_at_ms: string;
  readonly timeout: boolean;
  readonly updated_at_ms: string;
  readonly generator_url: string;
  readonly source: AlertSource;
}

export function rowToAlert(row: StoredAlert): Alert {
  return {
    fingerprint: row.fingerprint,
    labels: readLabels(row.labels),
    annotations: readLabels(row.annotations),
    startsAtMs: Number(row.starts_at_ms),
    endsAtMs: Number(row.ends_at_ms),
    timeout: row.timeout,
    updatedAtMs: Number(row.updated_at_ms),
    generatorUrl: decodeText(row.generator_url),
    source: row.source,
  };
}

export function silenceToRow(silence: Silence): StoredValue {
  return {
    id: silence.id,
    matchers: silence.matchers.map(({ type, name, value }) => ({ type, name, value })),
    starts_at_ms: Math.round(silence.startsAtMs),
    ends_at_ms: Math.round(silence.endsAtMs),
    updated_at_ms: Math.round(silence.updatedAtMs),
    created_by: silence.createdBy,
    comment: silence.comment,
    ...(silence.annotations === undefined ? {} : { annotations: silence.annotations }),
  };
}

export interface StoredSilence {
  readonly id: string;
  readonly matchers: string;
  readonly starts_at_ms: string;
  readonly ends_at_ms: string;
  readonly updated_at_ms: string;
  readonly created_by: string;
  readonly comment: string;
  readonly annotations: string | null;
}

export function rowToSilence(row: StoredSilence): Silence {
  return {
    id: decodeText(row.id),
    matchers: decodeJson(row.matchers) as unknown as readonly Matcher[],
    startsAtMs: Number(row.starts_at_ms),
    endsAtMs: Number(row.ends_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
    createdBy: decodeText(row.created_by),
    comment: decodeText(row.comment),
    ...(row.annotations === null
      ? {}
      : { annotations: decodeJson(row.annotations) as Readonly<Record<string, string>> }),
  };
}

export function groupToRow(group: GroupRow): StoredValue {
  return {
    id: groupId(group.key),
    key: group.key,
    route_key: group.routeKey,
    labels: group.labels.toObject(),
    next_flush_ms: Math.round(group.nextFlushMs),
    flushed: group.flushed,
    delivering: group.delivering,
  };
}

export interface StoredGroup {
  readonly key: string;
  readonly route_key: string;
  readonly labels: string;
  readonly next_flush_ms: string;
  readonly flushed: boolean;
  readonly delivering: boolean;
}

export function rowToGroup(row: StoredGroup): GroupRow {
  return {
    key: decodeText(row.key),
    routeKey: decodeText(row.route_key),
    labels: readLabels(row.labels),
    nextFlushMs: Number(row.next_flush_ms),
    flushed: row.flushed,
    delivering: row.delivering,
  };
}

export function notificationToRow(row: NotificationRow): StoredValue {
  return {
    id: notificationId(row),
    group_key: row.groupKey,
    integration_key: row.integrationKey,
    firing: row.firing,
    resolved: row.resolved,
    t_ms: Math.round(row.tMs),
    expires_at_ms: Math.round(row.expiresAtMs),
  };
}

export interface StoredNotification {
  readonly group_key: string;
  readonly integration_key: string;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly t_ms: string;
  readonly expires_at_ms: string;
}

export function rowToNotification(row: StoredNotification): NotificationRow {
  return {
    groupKey: decodeText(row.group_key),
    integrationKey: decodeText(row.integration_key),
    firing: row.firing,
    resolved: row.resolved,
    tMs: Number(row.t_ms),
    expiresAtMs: Number(row.expires_at_ms),
  };
}

export function flapToRow(row: FlapRow): StoredValue {
  return { fingerprint: row.fingerprint, changes_ms: row.changesMs.map(Math.round), flapping: row.flapping };
}

export interface StoredFlap {
  readonly fingerprint: string;
  readonly changes_ms: readonly string[];
  readonly flapping: boolean;
}

export function rowToFlap(row: StoredFlap): FlapRow {
  return { fingerprint: row.fingerprint, changesMs: row.changes_ms.map(Number), flapping: row.flapping };
}

/** A group's key holds label values of any length, an entry of an index at most 2.7 kB: so rows are found by a digest. */
export function groupId(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

export function notificationId(row: { readonly groupKey: string; readonly integrationKey: string }): string {
  return groupId(JSON.stringify([row.groupKey, row.integrationKey]));
}

function readLabels(json: string): Labels {
  return Labels.of(decodeJson(json) as Readonly<Record<string, string>>);
}
