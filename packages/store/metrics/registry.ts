import { hash64, Labels, PetrelError, type SeriesRegistry } from '@petrel/model';
import { HashIndex } from './hash-index.ts';
import { enlarge, SymbolTable } from './symbols.ts';

/** Nothing registered yet. */
export const NO_DAY = 0xffff;

/**
 * The series that are being written now, in typed arrays: about 100 bytes a series with ten labels, whatever their values.
 * References are dense and are used again only after their series was not asked for during two whole generations, so a batch that
 * holds some stays valid as long as it is written within one generation.
 */
export class MetricSeriesRegistry implements SeriesRegistry {
  #byRawHash = new HashIndex();
  /** Reference + 1 by id, open addressing; the ids themselves stand in `idWords`. */
  #byId = new Uint32Array(4096);
  #symbols = new SymbolTable();
  #shapes: string[][] = [];
  #shapeByNames = new Map<string, number>();
  #labels = new Uint32Array(4096);
  #labelsUsed = 0;
  #labelAt = new Uint32Array(1024);
  #generationOf = new Uint8Array(1024);
  #generation = 0;
  #count = 0;
  #free: number[] = [];
  #metrics = new Map<string, number>();
  #scratch = new Uint8Array(4096);
  readonly #hash = new Uint32Array(2);

  /** By reference: the canonical id as words, low first. */
  idWords = new Uint32Array(2048);
  /** By reference: position in `metricNames`. */
  metricOf = new Uint32Array(1024);
  /** By reference: the newest day (since the epoch) for which the series row is stored. */
  dayOf = new Uint16Array(1024);
  /** By reference: one more such day, an earlier one. */
  earlierDayOf = new Uint16Array(1024);
  /** By reference: the newest stored timestamp, -Infinity when none was written by this process. */
  lastMsOf = new Float64Array(1024);
  readonly metricNames: string[] = [];

  /** Live series. */
  get size(): number {
    return this.#count - this.#free.length;
  }

  /** References in use are below. */
  get capacity(): number {
    return this.#count;
  }

  get bytes(): number {
    const perRef =
      this.idWords.byteLength + this.metricOf.byteLength + 2 * this.dayOf.byteLength + this.lastMsOf.byteLength;
    const labels = this.#labels.byteLength + this.#labelAt.byteLength + this.#generationOf.byteLength;
    return perRef + labels + this.#byRawHash.bytes + this.#byId.byteLength + this.#symbols.bytes;
  }

  find(hashHigh: number, hashLow: number): number {
    const ref = this.#byRawHash.get(hashHigh, hashLow);
    if (ref >= 0) this.#generationOf[ref] = this.#generation;
    return ref;
  }

  register(hashHigh: number, hashLow: number, labels: Labels): number {
    const known = this.find(hashHigh, hashLow);
    if (known >= 0) return known;
    const length = this.#canonical(labels);
    hash64(this.#scratch, 0, length, this.#hash);
    const high = this.#hash[0] as number;
    const low = this.#hash[1] as number;
    let ref = this.refOfId(high, low);
    if (ref < 0) {
      ref = this.#take();
      this.idWords[2 * ref] = low;
      this.idWords[2 * ref + 1] = high;
      if (this.size * 3 > this.#byId.length * 2) this.#indexIds(this.#byId.length * 2);
      else this.#indexId(ref);
      this.metricOf[ref] = this.metricIndex(labels.metric);
      this.dayOf[ref] = NO_DAY;
      this.earlierDayOf[ref] = NO_DAY;
      this.lastMsOf[ref] = Number.NEGATIVE_INFINITY;
      this.#labelAt[ref] = this.#storeLabels(labels);
    }
    this.#generationOf[ref] = this.#generation;
    this.#byRawHash.add(hashHigh, hashLow, ref);
    return ref;
  }

  labelsOf(ref: number): Labels {
    if (!this.isLive(ref)) throw new PetrelError('INTERNAL', `series reference ${ref} is not live`);
    const pairs: string[] = [];
    this.eachLabel(ref, (name, value) => pairs.push(name, this.#symbols.textOf(value)));
    return Labels.fromSortedPairs(pairs);
  }

  isLive(ref: number): boolean {
    return ref < this.#count && this.#labelAt[ref] !== FREE;
  }

  /** Visits the labels in order; `value` is a symbol for `symbolBytes`. */
  eachLabel(ref: number, visit: (name: string, value: number) => void): void {
    let at = this.#labelAt[ref] as number;
    for (const name of this.#shapes[this.#labels[at++] as number] as string[])
      visit(name, this.#labels[at++] as number);
  }

  symbolBytes(symbol: number): Uint8Array {
    return this.#symbols.bytesOf(symbol);
  }

  symbolText(symbol: number): string {
    return this.#symbols.textOf(symbol);
  }

  metricIndex(metric: string): number {
    let index = this.#metrics.get(metric);
    if (index === undefined) {
      index = this.metricNames.push(metric) - 1;
      this.#metrics.set(metric, index);
    }
    return index;
  }

  idOf(ref: number): bigint {
    return (BigInt(this.idWords[2 * ref + 1] as number) << 32n) | BigInt(this.idWords[2 * ref] as number);
  }

  /** The live reference of a stored id, or -1. */
  refOfId(high: number, low: number): number {
    const mask = this.#byId.length - 1;
    for (let slot = (low ^ high) & mask; ; slot = (slot + 1) & mask) {
      const held = this.#byId[slot] as number;
      if (held === 0) return -1;
      if (this.idWords[2 * held - 2] === low && this.idWords[2 * held - 1] === high) return held - 1;
    }
  }

  /** Keeps the series of a batch for another generation. */
  touch(refs: Uint32Array, length: number): void {
    for (let i = 0; i < length; i++) this.#generationOf[refs[i] as number] = this.#generation;
  }

  /** Begins a generation and forgets the series that nobody asked for in the two before. Returns how many. */
  rotate(): number {
    this.#generation = (this.#generation + 1) & 0xff;
    let forgotten = 0;
    for (let ref = 0; ref < this.#count; ref++) {
      const age = (this.#generation - (this.#generationOf[ref] as number)) & 0xff;
      if (age <= 2 || this.#labelAt[ref] === FREE) continue;
      this.#labelAt[ref] = FREE;
      this.#free.push(ref);
      forgotten++;
    }
    if (forgotten > 0) this.#compact();
    return forgotten;
  }

  #indexId(ref: number): void {
    const mask = this.#byId.length - 1;
    let slot = ((this.idWords[2 * ref] as number) ^ (this.idWords[2 * ref + 1] as number)) & mask;
    while (this.#byId[slot] !== 0) slot = (slot + 1) & mask;
    this.#byId[slot] = ref + 1;
  }

  /** All live references anew; one that is about to get its labels counts as live. */
  #indexIds(slots: number): void {
    this.#byId = new Uint32Array(slots);
    for (let ref = 0; ref < this.#count; ref++) if (this.#labelAt[ref] !== FREE) this.#indexId(ref);
  }

  #compact(): void {
    const keep = (ref: number) => this.#labelAt[ref] !== FREE;
    this.#byRawHash.retain(keep);
    this.#indexIds(this.#byId.length);
    const symbols = new SymbolTable();
    const labels = new Uint32Array(Math.max(4096, Math.ceil(this.#labelsUsed * 1.1)));
    let used = 0;
    for (let ref = 0; ref < this.#count; ref++) {
      let at = this.#labelAt[ref] as number;
      if (at === FREE) continue;
      this.#labelAt[ref] = used;
      const shape = this.#labels[at++] as number;
      labels[used++] = shape;
      for (let n = (this.#shapes[shape] as string[]).length; n > 0; n--) {
        const bytes = this.#symbols.bytesOf(this.#labels[at++] as number);
        labels[used++] = symbols.internBytes(bytes, 0, bytes.length);
      }
    }
    this.#symbols = symbols;
    this.#labels = labels;
    this.#labelsUsed = used;
  }

  /** `name 0xff value 0xff …` into the scratch buffer; 0xff cannot stand in UTF-8. */
  #canonical(labels: Labels): number {
    let need = 0;
    for (const text of labels.pairs) need += text.length * 3 + 1;
    if (this.#scratch.length < need) this.#scratch = new Uint8Array(need * 2);
    const bytes = this.#scratch;
    let at = 0;
    for (const text of labels.pairs) {
      let i = 0;
      for (; i < text.length; i++) {
        const c = text.charCodeAt(i);
        if (c >= 0x80) break;
        bytes[at + i] = c;
      }
      at += i === text.length ? i : (utf8.encodeInto(text, bytes.subarray(at)).written ?? 0);
      bytes[at++] = 0xff;
    }
    return at;
  }

  #storeLabels(labels: Labels): number {
    const { pairs } = labels;
    if (this.#labelsUsed + 1 + labels.size > this.#labels.length) {
      const length = Math.ceil(Math.max(this.#labels.length * 1.5, this.#labelsUsed + 1 + labels.size));
      this.#labels = enlarge(this.#labels, new Uint32Array(length));
    }
    const start = this.#labelsUsed;
    this.#labels[this.#labelsUsed++] = this.#shape(pairs);
    for (let i = 1; i < pairs.length; i += 2)
      this.#labels[this.#labelsUsed++] = this.#symbols.intern(pairs[i] as string);
    return start;
  }

  #shape(pairs: readonly string[]): number {
    let key = '';
    for (let i = 0; i < pairs.length; i += 2) key += `${pairs[i]}\u0000`;
    let shape = this.#shapeByNames.get(key);
    if (shape === undefined) {
      shape = this.#shapes.push(pairs.filter((_, i) => i % 2 === 0)) - 1;
      this.#shapeByNames.set(key, shape);
    }
    return shape;
  }

  #take(): number {
    const reused = this.#free.pop();
    if (reused !== undefined) {
      this.#labelAt[reused] = 0;
      return reused;
    }
    if (this.#count === this.metricOf.length) this.#grow(Math.ceil(this.#count * 1.25));
    return this.#count++;
  }

  #grow(capacity: number): void {
    this.idWords = enlarge(this.idWords, new Uint32Array(2 * capacity));
    this.metricOf = enlarge(this.metricOf, new Uint32Array(capacity));
    this.dayOf = enlarge(this.dayOf, new Uint16Array(capacity));
    this.earlierDayOf = enlarge(this.earlierDayOf, new Uint16Array(capacity));
    this.lastMsOf = enlarge(this.lastMsOf, new Float64Array(capacity));
    this.#labelAt = enlarge(this.#labelAt, new Uint32Array(capacity));
    this.#generationOf = enlarge(this.#generationOf, new Uint8Array(capacity));
  }
}

const FREE = 0xffffffff;
const utf8 = new TextEncoder();
