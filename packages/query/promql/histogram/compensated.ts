/**
 * A sum with a compensation term for the low-order bits that plain addition loses (Neumaier's variant of Kahan's summation). Prometheus
 * adds up its aggregates in this way.
 */
export class Compensated {
  constructor(
    public sum = 0,
    public error = 0,
  ) {}

  add(value: number): this {
    const { sum } = this;
    const total = sum + value;
    if (!Number.isFinite(total)) this.error = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.error += sum - total + value;
    else this.error += value - total + sum;
    this.sum = total;
    return this;
  }

  /** Multiplies sum and compensation. */
  scale(factor: number): this {
    this.sum *= factor;
    this.error *= factor;
    return this;
  }

  total(): number {
    return Number.isFinite(this.sum) ? this.sum + this.error : this.sum;
  }
}
