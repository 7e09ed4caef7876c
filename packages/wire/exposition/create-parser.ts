import type { ExpositionFormat, ExpositionOptions, ExpositionParser } from './entry.ts';
import { OpenMetricsParser } from './openmetrics-parser.ts';
import { ProtobufParser } from './protobuf-parser.ts';
import { TextParser } from './text-parser.ts';

/** The parser for a format (see `expositionFormatOf`). `bytes` must not change while the parser is used. */
export function createExpositionParser(
  bytes: Uint8Array,
  format: ExpositionFormat,
  options: ExpositionOptions = {},
): ExpositionParser {
  switch (format) {
    case 'text':
      return new TextParser(bytes);
    case 'openmetrics':
      return new OpenMetricsParser(bytes, options);
    case 'protobuf':
      return new ProtobufParser(bytes);
  }
}
