/**
 * Elasticsearch's protocol, as far as those who bring documents need it. HTTP requests from Beats, Logstash, Fluent Bit, Fluentd, Vector and the official clients enter;
 * batches of log lines leave through the `LogSink` of the model, and answers as Elasticsearch gives them go back. apps/server builds the handler and opens its doors.
 */
export type { ElasticsearchDoor } from './doors.ts';
export { elasticsearchDoors, isElasticsearchClient } from './doors.ts';
export type { ElasticsearchHandler, ElasticsearchOptions } from './handler.ts';
export { createElasticsearchHandler } from './handler.ts';
export type { ElasticsearchRequest } from './json-answer.ts';
