const encoder = new TextEncoder();
/** A buffer that one large line made is not kept. */
const KEPT_BYTES = 1 << 20;

/** Room to turn texts into UTF-8 one after another: `bytes[0, write(text))`, until the next `write`. */
export class TextScratch {
  bytes = new Uint8Array(4096);

  write(text: string): number {
    const needed = text.length * 3;
    if (needed > this.bytes.length || (this.bytes.length > KEPT_BYTES && needed < KEPT_BYTES)) {
      this.bytes = new Uint8Array(Math.max(4096, needed));
    }
    return encoder.encodeInto(text, this.bytes).written;
  }
}
