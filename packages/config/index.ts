/**
 * Configuration files: YAML text enters, typed values leave with the position of everything that is wrong in them. Each kind of file
 * describes its keys once, as a table of schema/; the loaders of petrel.yml, rule files and alertmanager.yml call.
 */
export { httpClient, plainHeaders, reservedHeader, tlsConfig } from './http-client.ts';
export type { ConfigIssue } from './issue.ts';
export { ConfigError, formatIssue } from './issue.ts';
export { expandPattern } from './pattern.ts';
export type { FileReference, Source } from './reading.ts';
export { ConfigReading } from './reading.ts';
