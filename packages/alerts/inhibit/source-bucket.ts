interface Source {
  readonly endsAtMs: number;
  /** It matches the target of its rule as well. */
  readonly isTwoSided: boolean;
}

/** The smallest fingerprint that fires, undefined for none, at every time from `fromMs` to before `untilMs`. */
interface Answer {
  readonly fingerprint: string | undefined;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The sources of a rule that agree in its `equal` labels. Gives the one with the smallest fingerprint that fires, and remembers it until it ends, so that
 * many questions in a row cost as much as one.
 */
export class SourceBucket {
  readonly #sources = new Map<string, Source>();
  #all: Answer | undefined;
  #oneSided: Answer | undefined;

  get isEmpty(): boolean {
    return this.#sources.size === 0;
  }

  set(fingerprint: string, source: Source): void {
    this.#sources.set(fingerprint, source);
    this.#all = afterSet(this.#all, fingerprint, source.endsAtMs);
    if (!source.isTwoSided) this.#oneSided = afterSet(this.#oneSided, fingerprint, source.endsAtMs);
  }

  delete(fingerprint: string): void {
    this.#sources.delete(fingerprint);
    if (this.#all?.fingerprint === fingerprint) this.#all = undefined;
    if (this.#oneSided?.fingerprint === fingerprint) this.#oneSided = undefined;
  }

  /** `oneSided` leaves out the sources that match the target side as well. */
  firingAt(nowMs: number, oneSided: boolean): string | undefined {
    const known = oneSided ? this.#oneSided : this.#all;
    if (known !== undefined && nowMs >= known.fromMs && nowMs < known.untilMs) return known.fingerprint;
    const answer = this.#search(nowMs, oneSided);
    if (oneSided) this.#oneSided = answer;
    else this.#all = answer;
    return answer.fingerprint;
  }

  #search(nowMs: number, oneSided: boolean): Answer {
    let fingerprint: string | undefined;
    let untilMs = Number.POSITIVE_INFINITY;
    for (const [candidate, { endsAtMs, isTwoSided }] of this.#sources) {
      if (endsAtMs <= nowMs || (oneSided && isTwoSided)) continue;
      if (fingerprint !== undefined && fingerprint <= candidate) continue;
      fingerprint = candidate;
      untilMs = endsAtMs;
    }
    return { fingerprint, fromMs: nowMs, untilMs };
  }
}

/** What is left of an answer when a source has come or changed; undefined: it has to be searched again. */
function afterSet(answer: Answer | undefined, fingerprint: string, endsAtMs: number): Answer | undefined {
  if (answer === undefined) return undefined;
  const fires = endsAtMs > answer.fromMs;
  if (answer.fingerprint === fingerprint) return fires ? { ...answer, untilMs: endsAtMs } : undefined;
  const isSmaller = answer.fingerprint === undefined || fingerprint < answer.fingerprint;
  return fires && isSmaller ? { fingerprint, fromMs: answer.fromMs, untilMs: endsAtMs } : answer;
}
