import { ANY_LINE, type LineShape, shapeOf } from './line-shape.ts';
import { type Cut, narrowerCut, narrowest, printPattern } from './print-pattern.ts';
import { ANY_TOKEN, generalise, isVariable, likeness, type Token, Tokens } from './token.ts';

export interface PatternMinerOptions {
  /** When so many are known, lines that are like none of them are counted together under `<_>`. Default 2,000. */
  readonly maxClusters?: number;
}

/** Lines that say the same with other values. */
export interface PatternCluster {
  /** In the order in which they were found, from 0. */
  readonly id: number;
  /** The first line. */
  readonly example: string;
  readonly count: number;
  /** Where its lines went when it turned out to be a part of another; a cluster that stands for itself names itself. */
  readonly root: PatternCluster;
  /** As `|>` takes it, what varies is `<_>`; every line of the cluster matches it. It changes as lines come. */
  readonly pattern: string;
}

/** The share of what is certain in a line that a cluster must have in common with it. */
const STRICT = 0.75;
/** The same where clusters are so many that what tells them apart must be values. */
const LOOSE = 0.5;
const MAX_STRICT = 32;
/** More beginnings than so many for lines of one length are no words but values. */
const MAX_FIRST_TOKENS = 200;
const MAX_REMEMBERED = 20_000;

/**
 * Clusters lines as they come, each in one pass: a line is taken to the cluster of its length and beginning that it is most like, and what differs in it becomes a wildcard there. The same lines in the same
 * order give the same clusters.
 */
export class PatternMiner {
  readonly #maxClusters: number;
  readonly #tokens = new Tokens();
  readonly #clusters: Cluster[] = [];
  readonly #leaves = new Map<string, Leaf>();
  readonly #firstTokens = new Map<string, Set<string>>();
  /** Lines that are exactly alike but for numbers go where their like went. */
  readonly #remembered = new Map<string, Cluster>();
  #rest: Cluster | undefined;

  constructor({ maxClusters = 2000 }: PatternMinerOptions = {}) {
    this.#maxClusters = maxClusters;
  }

  /** Those that stand for themselves, in the order in which they were found. */
  get clusters(): readonly PatternCluster[] {
    return this.#clusters.filter((cluster) => cluster.root === cluster);
  }

  /** The cluster that the line is now of. */
  add(line: string): PatternCluster {
    const shape = shapeOf(line, this.#tokens);
    const frame = frameOf(shape);
    const key = keyOf(shape, frame);
    const remembered = this.#remembered.get(key);
    if (remembered !== undefined) return remembered.root.take();
    const leaf = this.#leafOf(shape, frame);
    const found = leaf.bestOf(shape) ?? this.#create(leaf, shape, line);
    found.absorb(shape);
    const cluster = found.root;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, cluster);
    return cluster.take();
  }

  #leafOf(shape: LineShape, frame: string): Leaf {
    const first = this.#firstOf(shape, frame);
    const key = `${frame}\u0001${first}`;
    let leaf = this.#leaves.get(key);
    if (leaf === undefined) {
      leaf = new Leaf();
      this.#leaves.set(key, leaf);
    }
    return leaf;
  }

  /** How the line begins: '' where that is a value. */
  #firstOf({ tokens, isFirstFixed }: LineShape, frame: string): string {
    const [first] = tokens;
    if (first === undefined) return '';
    if (isFirstFixed) return first.mask;
    if (isVariable(first)) return '';
    let known = this.#firstTokens.get(frame);
    if (known === undefined) {
      known = new Set();
      this.#firstTokens.set(frame, known);
    }
    if (known.has(first.mask)) return first.mask;
    if (known.size >= MAX_FIRST_TOKENS) return '';
    known.add(first.mask);
    return first.mask;
  }

  #create(leaf: Leaf, shape: LineShape, line: string): Cluster {
    // Nothing is no match for a wildcard.
    if (this.#clusters.length < this.#maxClusters || line === '') {
      const cluster = new Cluster(this.#clusters.length, line, shape);
      this.#clusters.push(cluster);
      leaf.add(cluster);
      return cluster;
    }
    this.#rest ??= this.#createRest(line);
    return this.#rest;
  }

  #createRest(line: string): Cluster {
    const rest = new Cluster(this.#clusters.length, line, ANY_LINE);
    this.#clusters.push(rest);
    return rest;
  }
}

/** Clusters of lines of one length that begin alike. */
class Leaf {
  #clusters: Cluster[] = [];
  #similarity = STRICT;

  /** The most alike that is alike enough; of several the oldest. */
  bestOf(shape: LineShape): Cluster | undefined {
    let best: Cluster | undefined;
    let bestScore = -1;
    for (const cluster of this.#clusters) {
      const score = scoreOf(cluster.tokens, shape.tokens);
      if (score < this.#similarity || score <= bestScore || !cluster.admits(shape)) continue;
      best = cluster;
      bestScore = score;
    }
    return best;
  }

  add(cluster: Cluster): void {
    this.#clusters.push(cluster);
    if (this.#clusters.length > MAX_STRICT && this.#similarity === STRICT) this.#loosen();
  }

  /** What is alike by the looser measure becomes one. */
  #loosen(): void {
    this.#similarity = LOOSE;
    const clusters = this.#clusters;
    this.#clusters = [];
    for (const cluster of clusters) {
      const like = this.bestOf(cluster.shapeNow);
      if (like === undefined) this.#clusters.push(cluster);
      else like.swallow(cluster);
    }
  }
}

class Cluster implements PatternCluster {
  readonly tokens: Token[];
  #cut: Cut | undefined;
  #count = 0;
  #pattern: string | undefined;
  #into: Cluster | undefined;

  constructor(
    readonly id: number,
    readonly example: string,
    private readonly shape: LineShape,
  ) {
    this.tokens = [...shape.tokens];
  }

  get root(): Cluster {
    return this.#into?.root ?? this;
  }

  /** With what has been found to vary. */
  get shapeNow(): LineShape {
    return { ...this.shape, tokens: this.tokens };
  }

  get count(): number {
    return this.#count;
  }

  get pattern(): string {
    this.#pattern ??= printPattern({ ...this.shape, tokens: this.tokens }, this.#cut);
    return this.#pattern;
  }

  /** Blanks that differ end the pattern there; what is certain of a line must for the greater part stand before. */
  admits({ gaps }: LineShape): boolean {
    const cut = narrowerCut(this.shape, gaps, this.#cut);
    if (cut === this.#cut || cut === undefined) return true;
    const certain = this.tokens.map((token) => (isVariable(token) ? 0 : 1));
    const before = certain.slice(0, cut.tokens).reduce<number>((sum, one) => sum + one, 0);
    return before > 0 && 2 * before >= certain.reduce<number>((sum, one) => sum + one, 0);
  }

  absorb({ tokens, gaps }: LineShape): void {
    if (this.shape === ANY_LINE) return;
    this.#cutAt(narrowerCut(this.shape, gaps, this.#cut));
    for (const [i, token] of tokens.entries()) {
      const own = this.tokens[i] as Token;
      if (own.mask === token.mask || own === ANY_TOKEN) continue;
      const wider = generalise(own, token);
      if (wider.mask === own.mask) continue;
      this.tokens[i] = wider;
      this.#pattern = undefined;
    }
  }

  /** Its lines are this cluster's from now on. */
  swallow(other: Cluster): void {
    this.absorb(other.shapeNow);
    this.#cutAt(narrowest(this.#cut, other.#cut));
    this.#count += other.#count;
    other.#into = this;
  }

  #cutAt(cut: Cut | undefined): void {
    if (cut === this.#cut) return;
    this.#cut = cut;
    this.#pattern = undefined;
  }

  take(): this {
    this.#count++;
    return this;
  }
}

/** What must be the same for two lines to be of one cluster. */
function frameOf({ head, tokens, tail }: LineShape): string {
  return `${tokens.length}\u0001${head}\u0001${tail}`;
}

function keyOf({ tokens, gaps }: LineShape, frame: string): string {
  let key = frame;
  for (let i = 0; i < tokens.length; i++) key += `\u0001${gaps[i]}${(tokens[i] as Token).mask}`;
  return `${key}\u0001${gaps[tokens.length]}`;
}

/** The share of tokens that are the same; those that vary in both count for little. */
function scoreOf(own: readonly Token[], tokens: readonly Token[]): number {
  let score = 0;
  let total = 0;
  for (let i = 0; i < tokens.length; i++) {
    const a = own[i] as Token;
    const b = tokens[i] as Token;
    const isNeutral = isVariable(a) && isVariable(b);
    const weight = isNeutral ? NEUTRAL_WEIGHT : 1;
    total += weight;
    score += weight * likeness(a, b);
  }
  return total === 0 ? 1 : score / total;
}

const NEUTRAL_WEIGHT = 0.25;
