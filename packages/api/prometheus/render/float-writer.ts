import { formatJsonFloat } from './go-number.ts';

/**
 * Writes the digits of numbers into bytes. A value that repeats is copied from where it was written last, whole numbers go digit by
 * digit, everything else through JavaScript's shortest conversion.
 */
export class FloatWriter {
  #last = Number.NaN;
  /** Where the last value's digits are. */
  #buffer: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  /** Returns the position after the last digit; the caller has made room for 32 bytes. */
  write(buffer: Uint8Array, at: number, value: number): number {
    // -0 equals 0 and is written differently.
    if (value === this.#last && value !== 0 && buffer === this.#buffer) {
      const to = this.#to;
      for (let i = this.#from; i < to; i++) buffer[at++] = buffer[i] as number;
      return at;
    }
    const whole = value | 0;
    if (whole === value && whole > 0) return writeWhole(buffer, at, whole);
    const text = formatJsonFloat(value);
    const length = text.length;
    this.#last = value;
    this.#buffer = buffer;
    this.#from = at;
    for (let i = 0; i < length; i++) buffer[at++] = text.charCodeAt(i);
    this.#to = at;
    return at;
  }
}

function writeWhole(buffer: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let bound = 10; bound <= value; bound *= 10) end++;
  for (let i = end - 1; i >= at; i--) {
    const next = (value / 10) | 0;
    buffer[i] = 48 + value - next * 10;
    value = next;
  }
  return end;
}
