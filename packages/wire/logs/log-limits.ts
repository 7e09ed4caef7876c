/** What a receiver of log lines takes. The names are Loki's (in `limits_config`) in this project's spelling; where a default differs, it says why. */
export interface LogLimits {
  /** `max_line_size`. Loki refuses longer lines (or cuts them without a word, by `max_line_size_truncate`); here they are cut and say so. */
  readonly maxLineBytes: number;
  /** `max_label_names_per_series`. Loki's 15 protects its index; here a stream's labels are stored once, and OpenTelemetry's resources need more. */
  readonly maxLabelNamesPerSeries: number;
  /** `max_label_name_length`. */
  readonly maxLabelNameLength: number;
  /** `max_label_value_length`. */
  readonly maxLabelValueLength: number;
  /** `max_structured_metadata_size`: names and values of one line together. Loki's 64 KiB. */
  readonly maxStructuredMetadataBytes: number;
  /** `max_structured_metadata_entries_count`. Loki's 128 is soon full of OpenTelemetry's attributes, which are columns here. */
  readonly maxStructuredMetadataEntries: number;
  /**
   * `reject_old_samples_max_age`. Loki refuses what is older than a week because its chunks want order; here old lines can be filled in, and what is older than
   * the retention goes by itself. Absent: no line is too old.
   */
  readonly rejectOldSamplesMaxAgeMs?: number;
  /** `creation_grace_period`: how far into the future a line may be. Loki's 10 minutes. */
  readonly creationGracePeriodMs: number;
}

export const DEFAULT_LOG_LIMITS: LogLimits = {
  maxLineBytes: 256 * 1024,
  maxLabelNamesPerSeries: 64,
  maxLabelNameLength: 1024,
  maxLabelValueLength: 2048,
  maxStructuredMetadataBytes: 64 * 1024,
  maxStructuredMetadataEntries: 512,
  creationGracePeriodMs: 10 * 60_000,
};

/** Why lines are refused; the names are those of Loki's `loki_discarded_samples_total`; `invalid_record` is of doors whose records may be no lines at all. */
export type LogRefusalReason =
  | 'missing_labels'
  | 'invalid_labels'
  | 'max_label_names_per_series'
  | 'label_name_too_long'
  | 'label_value_too_long'
  | 'duplicate_label_names'
  | 'greater_than_max_sample_age'
  | 'too_far_in_future'
  | 'structured_metadata_too_large'
  | 'structured_metadata_too_many'
  | 'invalid_record';

export interface LogRefusal {
  readonly reason: LogRefusalReason;
  readonly message: string;
}

/** Enough to see what is wrong; an answer must not grow with the request. */
const MAX_MESSAGES = 10;

/** Counts what is refused, by reason, and keeps the first messages. */
export class LogRefusals {
  lines = 0;
  readonly byReason = new Map<LogRefusalReason, number>();
  readonly #byMessage = new Map<string, number>();

  add({ reason, message }: LogRefusal, lines = 1): void {
    this.lines += lines;
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + lines);
    const known = this.#byMessage.get(message);
    if (known !== undefined || this.#byMessage.size < MAX_MESSAGES) this.#byMessage.set(message, (known ?? 0) + lines);
  }

  /** As Loki groups errors: `3 errors like: …; …`. */
  get message(): string {
    return [...this.#byMessage].map(([text, n]) => (n === 1 ? text : `${n} errors like: ${text}`)).join('; ');
  }
}

/** Lines without a time, before the epoch, or beyond what 64 bits of nanoseconds hold, are refused whatever the limits. */
const MAX_SECONDS = 9_223_372_035;

/** Tells whether a time is within the limits, at the moment of one request. */
export class TimeWindow {
  readonly #minSeconds: number;
  readonly #maxSeconds: number;

  constructor({ rejectOldSamplesMaxAgeMs, creationGracePeriodMs }: LogLimits, nowMs: number) {
    const age = rejectOldSamplesMaxAgeMs;
    this.#minSeconds = age === undefined ? 1 : Math.max(1, (nowMs - age) / 1000);
    this.#maxSeconds = Math.min(MAX_SECONDS, (nowMs + creationGracePeriodMs) / 1000);
  }

  contains(seconds: number): boolean {
    return seconds >= this.#minSeconds && seconds <= this.#maxSeconds;
  }

  /** For a time that it does not contain. */
  refusal(seconds: number, stream: string): LogRefusal {
    if (seconds > this.#maxSeconds) {
      const message = `entry for stream '${stream}' has timestamp too new: ${timeText(seconds)}`;
      return { reason: 'too_far_in_future', message };
    }
    const oldest = timeText(Math.ceil(this.#minSeconds));
    const message = `entry for stream '${stream}' has timestamp too old: ${timeText(seconds)}, oldest acceptable timestamp is: ${oldest}`;
    return { reason: 'greater_than_max_sample_age', message };
  }
}

function timeText(seconds: number): string {
  return Math.abs(seconds) <= 8.64e12 ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') : `${seconds} s`;
}
