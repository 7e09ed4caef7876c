import { identifier, joinSql, literal, type Sql, sql } from '../clickhouse/sql.ts';

/** Where the tables live: on one server, or (with `cluster`) replicated and distributed over a cluster's shards. */
export interface Placement {
  readonly database: string;
  readonly cluster?: string;
}

export interface TableDefinition {
  readonly name: string;
  /** Column declarations. */
  readonly columns: Sql;
  /** When rows go by themselves, as an expression of TTL. */
  readonly ttl?: Sql;
  readonly orderBy: Sql;
  readonly partitionBy?: Sql;
  /** With it, later inserts of an equal sorting key replace earlier ones at merges and under FINAL. */
  readonly replacing?: boolean;
  /** What rows of one shard have in common; on one server unused. */
  readonly shardBy: Sql;
  readonly settings?: Sql;
}

/** The table that readers and writers name. */
export function tableName(placement: Placement, name: string): Sql {
  return sql`${identifier(placement.database)}.${identifier(name)}`;
}

/** The table that holds the rows of this server: for partitions, sizes and deletes. */
export function localTableName(placement: Placement, name: string): Sql {
  return tableName(placement, placement.cluster === undefined ? name : `${name}_local`);
}

export function onCluster(placement: Placement): Sql {
  return placement.cluster === undefined ? literal('') : sql` ON CLUSTER ${identifier(placement.cluster)}`;
}

export function createDatabase(placement: Placement): Sql {
  return sql`CREATE DATABASE IF NOT EXISTS ${identifier(placement.database)}${onCluster(placement)}`;
}

/** The statements that create a table; on a cluster the local one first, then the Distributed one in front of it. */
export function createTable(placement: Placement, table: TableDefinition): Sql[] {
  const local = localTableName(placement, table.name);
  const parts = [
    sql`CREATE TABLE IF NOT EXISTS ${local}${onCluster(placement)} (${table.columns}) ENGINE = ${engine(placement, table)}`,
  ];
  if (table.partitionBy !== undefined) parts.push(sql`PARTITION BY ${table.partitionBy}`);
  parts.push(sql`ORDER BY ${table.orderBy}`);
  if (table.ttl !== undefined) parts.push(sql`TTL ${table.ttl}`);
  if (table.settings !== undefined) parts.push(sql`SETTINGS ${table.settings}`);
  const create = joinSql(parts, ' ');
  if (placement.cluster === undefined) return [create];
  const distributed = sql`CREATE TABLE IF NOT EXISTS ${tableName(placement, table.name)}${onCluster(placement)} AS ${local} ENGINE = Distributed(${identifier(placement.cluster)}, ${identifier(placement.database)}, ${identifier(`${table.name}_local`)}, ${table.shardBy})`;
  return [create, distributed];
}

/** Changes settings of the table that holds the rows; again and again to the same effect. */
export function alterSettings(placement: Placement, name: string, settings: Sql): Sql {
  return sql`ALTER TABLE ${localTableName(placement, name)}${onCluster(placement)} MODIFY SETTING ${settings}`;
}

function engine(placement: Placement, table: TableDefinition): Sql {
  const family = table.replacing === true ? 'ReplacingMergeTree' : 'MergeTree';
  if (placement.cluster === undefined) return literal(`${family}()`);
  return literal(`Replicated${family}('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')`);
}
