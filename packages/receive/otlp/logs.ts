import { PetrelError } from '@petrel/model';
import { decodeOtlpLogsJson, decodeOtlpLogsProtobuf, type OtlpEncoding } from '@petrel/wire';
import { createLogIntake, type LogReceiverOptions, logLimitsOf } from '../logs/log-intake.ts';

export interface OtlpLogsOptions extends LogReceiverOptions {
  /** Resource attributes that become stream labels; default: Loki's without `service.instance.id`. */
  readonly streamAttributes?: readonly string[];
}

/** Decodes and stores an ExportLogsServiceRequest; resolves with what was refused, rejects with a PetrelError. */
export type LogsExport = (
  body: Uint8Array,
  encoding: OtlpEncoding,
  transport: 'http' | 'grpc',
) => Promise<{ readonly rejectedLogRecords: number; readonly errorMessage: string } | undefined>;

/** One for the process, for both transports. */
export function createOtlpLogs(options: OtlpLogsOptions): LogsExport {
  const { clock, streamAttributes } = options;
  const intakes = {
    http: createLogIntake(options, 'otlp_logs_http'),
    grpc: createLogIntake(options, 'otlp_logs_grpc'),
  };
  const decoding = { limits: logLimitsOf(options), ...(streamAttributes !== undefined && { streamAttributes }) };
  return async (body, encoding, transport) => {
    const intake = intakes[transport];
    const startedMs = performance.now();
    try {
      const decode = encoding === 'json' ? decodeOtlpLogsJson : decodeOtlpLogsProtobuf;
      const decoded = decode(body, decoding, clock.nowMs());
      await intake.store(decoded);
      intake.answered(200, startedMs);
      const { lines, message } = decoded.refusals;
      return lines === 0 ? undefined : { rejectedLogRecords: lines, errorMessage: message };
    } catch (error) {
      intake.answered(error instanceof PetrelError ? error.status : 500, startedMs);
      throw error;
    }
  };
}
