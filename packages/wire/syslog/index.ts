/**
 * Syslog on the wire: the bytes of connections and datagrams enter, messages of RFC 5424 and RFC 3164 leave, taken apart, with their text left where it stands.
 * Nothing is ever refused: what is no message is text. Called by the syslog servers.
 */
export type { FrameHandler } from './frames.ts';
export { SyslogFrames } from './frames.ts';
export type { SyslogMessage, WallTime } from './message.ts';
export { FACILITIES, SEVERITIES } from './message.ts';
export { parseSyslog } from './parse-syslog.ts';
export { ZoneGuess } from './zone-guess.ts';
