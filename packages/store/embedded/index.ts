/**
 * The stores of a server that was given no database: a data directory enters, two URLs leave, behind which the children run that this
 * package supervises (chDB with ClickHouse's HTTP interface, and PostgreSQL). apps/server calls it once; everybody else sees URLs.
 */
export type { StoreOptions, Stores } from './stores.ts';
export { defaultClickHouseMemoryBytes, openStores } from './stores.ts';
export type { StoreStatus } from './supervisor.ts';
