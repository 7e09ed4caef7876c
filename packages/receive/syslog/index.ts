/**
 * Syslog over TCP (with TLS where wanted) and UDP. Connections and datagrams enter; batches of log lines leave through the `LogSink` of the model. Nothing is
 * acknowledged in syslog: a TCP sender is held up while the store takes nothing, datagrams are dropped and counted. apps/server starts and stops it.
 */
export type { SyslogLimits, SyslogListenerConfig, SyslogOptions, SyslogServer } from './server.ts';
export { startSyslog } from './server.ts';
export type { SyslogTlsConfig } from './tcp-listener.ts';
