import { Labels, LOG_LEVELS, type LogBatch, type LogLevel } from '@petrel/model';
import { levelOfSyslog } from '@petrel/wire/logs/level.ts';
import { LogBatchBuilder } from '@petrel/wire/logs/log-batch-builder.ts';
import { type LogLimits, TimeWindow } from '@petrel/wire/logs/log-limits.ts';
import { LineRecogniser, WANT_LEVEL } from '@petrel/wire/logs/recognise.ts';
import { recogniseRecord } from '@petrel/wire/logs/recognise-record.ts';
import { FACILITIES, parseSyslog, SEVERITIES, type SyslogMessage, type ZoneGuess } from '@petrel/wire/syslog/index.ts';

/** By which transport a message came; TLS counts as TCP. */
export type SyslogTransport = 'tcp' | 'udp';

/** Where messages came from. */
export interface SyslogPeer {
  readonly transport: SyslogTransport;
  /** The address; it stands for a host that does not name itself. */
  readonly address: string;
}

export interface SyslogLinesOptions {
  readonly zones: ZoneGuess;
  readonly limits: LogLimits;
}

const OPEN_BRACE = 0x7b;
/** A level that is named; a word that sounds like one counts less than the severity that the sender gave. */
const NAMES_LEVEL = /(?:^|[\s,{"'])@?(?:level|lvl|severity|loglevel|log_level|log\.level)["']?[=:]/i;

/**
 * Messages become lines. Stream labels: `service` (from a JSON text, else the app's name or tag), `host` and `facility`. Structured metadata: `severity`, `procid`, `msgid`,
 * `app_name` where it is not the service, and each parameter of structured data as `sd_<id>_<name>`. The body is the text without its header; the level is the one that a
 * JSON or logfmt text names, else the severity's.
 */
export class SyslogLines {
  readonly #builder: LogBatchBuilder;
  readonly #streams = new Map<string, number>();
  readonly #recogniser = new LineRecogniser();
  readonly #counts: Record<SyslogTransport, number> = { tcp: 0, udp: 0 };

  constructor(private readonly options: SyslogLinesOptions) {
    this.#builder = new LogBatchBuilder({ maxLineBytes: options.limits.maxLineBytes });
  }

  get length(): number {
    return this.#builder.length;
  }

  get sizeBytes(): number {
    return this.#builder.sizeBytes;
  }

  /** How many lines came by each transport. */
  get counts(): Readonly<Record<SyslogTransport, number>> {
    return this.#counts;
  }

  get truncated(): number {
    return this.#builder.truncated;
  }

  /** Takes the message in bytes `[from, to)`, which may be overwritten afterwards. An empty one is none. */
  add(bytes: Uint8Array, from: number, to: number, peer: SyslogPeer, nowMs: number): void {
    const message = parseSyslog(bytes, from, to);
    if (message.from >= message.to && message.severity === undefined) return;
    const record = bytes[message.from] === OPEN_BRACE ? recogniseRecord(bytes, message.from, message.to) : undefined;
    const service = record?.service || message.appName;
    const metadata = metadataOf(message, service, this.options.limits.maxStructuredMetadataBytes);
    const level = this.#levelOf(message, bytes);
    this.#builder.add({
      stream: this.#stream(service, message.hostname || peer.address, FACILITIES[message.facility ?? -1] ?? ''),
      tsNs: this.#timeOf(message, peer, nowMs),
      bytes,
      from: message.from,
      to: message.to,
      metadata,
      ...(level === undefined ? {} : { level }),
    });
    this.#counts[peer.transport]++;
  }

  build(): LogBatch {
    return this.#builder.build();
  }

  #timeOf({ time, hostname }: SyslogMessage, { address }: SyslogPeer, nowMs: number): bigint {
    const { limits, zones } = this.options;
    const ns = typeof time === 'object' ? zones.resolve(time, `${address} ${hostname}`, nowMs) : time;
    // There is nobody to refuse a line to: one whose clock is beyond the limits has the time of its arrival.
    const isPlausible = ns !== undefined && new TimeWindow(limits, nowMs).contains(Number(ns / 1_000_000_000n));
    return isPlausible ? ns : BigInt(nowMs) * 1_000_000n;
  }

  /** Undefined leaves it to the builder. */
  #levelOf({ severity, from, to }: SyslogMessage, bytes: Uint8Array): LogLevel | undefined {
    if (severity === undefined) return undefined;
    const isNamed = bytes[from] === OPEN_BRACE || NAMES_LEVEL.test(latin1(bytes, from, Math.min(to, from + 1024)));
    if (isNamed) {
      this.#recogniser.recognise(bytes, from, to, WANT_LEVEL);
      if (this.#recogniser.level !== 0) return LOG_LEVELS[this.#recogniser.level];
    }
    return LOG_LEVELS[levelOfSyslog(severity)];
  }

  #stream(service: string, host: string, facility: string): number {
    const key = `${service}\n${host}\n${facility}`;
    let place = this.#streams.get(key);
    if (place === undefined) {
      place = this.#builder.stream(Labels.of({ service: service || 'unknown_service', host, facility }));
      this.#streams.set(key, place);
    }
    return place;
  }
}

function metadataOf(message: SyslogMessage, service: string, maxBytes: number): string[] {
  const { severity, procId, msgId, appName, parameters } = message;
  const out = ['severity', SEVERITIES[severity ?? -1] ?? '', 'procid', procId, 'msgid', msgId];
  if (appName !== service) out.push('app_name', appName);
  let sizeBytes = 0;
  for (let i = 0; i < parameters.length; i += 3) {
    const name = parameterName(parameters[i] as string, parameters[i + 1] as string);
    const value = parameters[i + 2] as string;
    sizeBytes += name.length + Buffer.byteLength(value);
    if (sizeBytes > maxBytes) {
      out.push('sd_truncated', 'true');
      break;
    }
    out.push(name, value);
  }
  return out;
}

/** `exampleSDID@32473` and `iut` → `sd_exampleSDID_32473_iut`. */
function parameterName(id: string, name: string): string {
  return `sd_${id}_${name}`.replace(/[^A-Za-z0-9_]/g, '_');
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}
