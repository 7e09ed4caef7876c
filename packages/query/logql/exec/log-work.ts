import { PetrelError } from '@petrel/model';
import { Work } from '../../work.ts';
import type { LogSource } from '../port.ts';
import type { LogqlLimits } from './limits.ts';

/** What one LogQL query carries along: the source, what it has read, its budget and its turn on the thread. */
export class LogWork extends Work {
  readonly source: LogSource;
  readonly limits: LogqlLimits;
  linesRead = 0;
  bytesRead = 0;

  constructor(options: { readonly source: LogSource; readonly limits: LogqlLimits; readonly signal: AbortSignal }) {
    super({ signal: options.signal, maxSamples: options.limits.maxValues });
    this.source = options.source;
    this.limits = options.limits;
  }

  /** A line of so many bytes came from the source. Throws QUERY_LIMIT beyond what may be read. */
  read(bytes: number): void {
    this.linesRead++;
    this.bytesRead += bytes;
    const { maxLinesRead, maxBytesRead } = this.limits;
    if (this.linesRead > maxLinesRead) {
      throw new PetrelError(
        'QUERY_LIMIT',
        `the query would read more than ${maxLinesRead.toLocaleString('en-US')} lines; consider adding more specific stream selectors or reducing the time range of the query`,
      );
    }
    if (this.bytesRead > maxBytesRead) {
      throw new PetrelError(
        'QUERY_LIMIT',
        `the query would read too many bytes (limit: ${maxBytesRead.toLocaleString('en-US')}); consider adding more specific stream selectors or reducing the time range of the query`,
      );
    }
  }
}
