import type { LogResultLine } from '@petrel/query/logql/index.ts';
import type { LogLineView } from '../../contract/logs.ts';
import { levelOf } from '../../loki/statistics/level-of.ts';

export function lineView(line: LogResultLine): LogLineView {
  const { traceId, spanId } = line;
  return {
    tsNs: `${line.tsNs}`,
    line: line.line,
    level: levelOf(line),
    ...(traceId === '' ? {} : { traceId }),
    ...(spanId === '' ? {} : { spanId }),
    stream: line.stream.toObject(),
    metadata: line.metadata.toObject(),
    parsed: line.parsed.toObject(),
  };
}
