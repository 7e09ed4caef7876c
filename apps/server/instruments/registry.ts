import type { Counter, Gauge, HistogramInstrument, Instruments } from '@petrel/model';

/** 1 ms to 60 s. */
const DEFAULT_BUCKETS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

export interface OwnInstruments extends Instruments {
  /** A counter that is read when it is scraped. */
  observableCounter(name: string, help: string, read: () => number): void;
  /** Called before every exposition. */
  beforeExposition(refresh: () => void): void;
  /** Prometheus's text format 0.0.4. */
  exposition(): string;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labelNames: readonly string[];
  readonly write: (out: string[]) => void;
  readonly instrument?: unknown;
}

/** A name that is declared twice (by two users of one package) is one metric; with another type or other labels it is a bug. */
export function createInstruments(): OwnInstruments {
  const families = new Map<string, Family>();
  const refreshers: (() => void)[] = [];

  const declare = <T>(family: Omit<Family, 'instrument'>, instrument: T): T => {
    const known = families.get(family.name);
    if (known === undefined) {
      families.set(family.name, { ...family, instrument });
      return instrument;
    }
    if (known.type !== family.type || known.labelNames.join() !== family.labelNames.join()) {
      throw new Error(`metric ${family.name} is declared twice, differently`);
    }
    return known.instrument as T;
  };

  const observable = (type: 'gauge' | 'counter') => (name: string, help: string, read: () => number) => {
    // The last reader wins: a part that was started again reads the new state.
    families.set(name, { name, help, type, labelNames: [], write: (out) => out.push(`${name} ${number(read())}\n`) });
  };

  return {
    counter(name, help, labelNames = []) {
      const values = new ValueTable(name, labelNames, true);
      const counter: Counter = { add: (amount, ...labels) => values.add(amount, labels) };
      return declare({ name, help, type: 'counter', labelNames, write: (out) => values.write(out) }, counter);
    },
    gauge(name, help, labelNames = []) {
      const values = new ValueTable(name, labelNames, false);
      const gauge: Gauge = {
        set: (value, ...labels) => values.set(value, labels),
        remove: (...labels) => values.remove(labels),
      };
      return declare({ name, help, type: 'gauge', labelNames, write: (out) => values.write(out) }, gauge);
    },
    histogram(name, help, labelNames = [], buckets = DEFAULT_BUCKETS) {
      const table = new HistogramTable(name, labelNames, buckets);
      const histogram: HistogramInstrument = { observe: (value, ...labels) => table.observe(value, labels) };
      return declare({ name, help, type: 'histogram', labelNames, write: (out) => table.write(out) }, histogram);
    },
    observableGauge: observable('gauge'),
    observableCounter: observable('counter'),
    beforeExposition(refresh) {
      refreshers.push(refresh);
    },
    exposition() {
      for (const refresh of refreshers) refresh();
      const out: string[] = [];
      for (const name of [...families.keys()].sort()) {
        const { help, type, write } = families.get(name) as Family;
        out.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`);
        write(out);
      }
      return out.join('');
    },
  };
}

/** Values by label values; without labels the one value is there from the start. */
class ValueTable {
  readonly #values = new Map<string, { text: string; value: number }>();

  constructor(
    private readonly name: string,
    private readonly labelNames: readonly string[],
    startsAtZero: boolean,
  ) {
    if (startsAtZero && labelNames.length === 0) this.set(0, []);
  }

  add(amount: number, labels: readonly string[]): void {
    this.#entry(labels).value += amount;
  }

  set(value: number, labels: readonly string[]): void {
    this.#entry(labels).value = value;
  }

  remove(labels: readonly string[]): void {
    this.#values.delete(keyOf(labels));
  }

  write(out: string[]): void {
    for (const { text, value } of this.#values.values()) out.push(`${text} ${number(value)}\n`);
  }

  #entry(labels: readonly string[]): { text: string; value: number } {
    const key = keyOf(labels);
    let entry = this.#values.get(key);
    if (entry === undefined) {
      entry = { text: `${this.name}${braces(labelPairs(this.labelNames, labels))}`, value: 0 };
      this.#values.set(key, entry);
    }
    return entry;
  }
}

class HistogramTable {
  readonly #rows = new Map<string, { pairs: string; counts: Float64Array; sum: number }>();

  constructor(
    private readonly name: string,
    private readonly labelNames: readonly string[],
    private readonly buckets: readonly number[],
  ) {
    if (labelNames.length === 0) this.#row([]);
  }

  observe(value: number, labels: readonly string[]): void {
    const row = this.#row(labels);
    let i = 0;
    while (i < this.buckets.length && value > (this.buckets[i] as number)) i++;
    row.counts[i] = (row.counts[i] as number) + 1;
    row.sum += value;
  }

  write(out: string[]): void {
    const { name, buckets } = this;
    for (const { pairs, counts, sum } of this.#rows.values()) {
      const prefix = pairs === '' ? '' : `${pairs},`;
      let total = 0;
      for (let i = 0; i <= buckets.length; i++) {
        total += counts[i] as number;
        const bound = i === buckets.length ? '+Inf' : number(buckets[i] as number);
        out.push(`${name}_bucket{${prefix}le="${bound}"} ${total}\n`);
      }
      out.push(`${name}_sum${braces(pairs)} ${number(sum)}\n${name}_count${braces(pairs)} ${total}\n`);
    }
  }

  #row(labels: readonly string[]): { pairs: string; counts: Float64Array; sum: number } {
    const key = keyOf(labels);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = { pairs: labelPairs(this.labelNames, labels), counts: new Float64Array(this.buckets.length + 1), sum: 0 };
      this.#rows.set(key, row);
    }
    return row;
  }
}

function keyOf(labels: readonly string[]): string {
  return labels.length === 1 ? (labels[0] as string) : labels.join('\u0000');
}

function labelPairs(names: readonly string[], values: readonly string[]): string {
  if (names.length !== values.length) throw new Error(`got ${values.length} label values for ${names.join(', ')}`);
  return names.map((name, i) => `${name}="${escapeValue(values[i] as string)}"`).join(',');
}

function braces(pairs: string): string {
  return pairs === '' ? '' : `{${pairs}}`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return `${value}`;
}
