import type { Labels } from '@petrel/model';
import { LayoutNode } from './label-layout.ts';

/** A stream as the stages of a run see it. */
export class StreamContext {
  readonly values: ReadonlyMap<string, string>;
  /** Where layouts of results begin. Forgets them when the cells they are made of are forgotten. */
  layouts = new LayoutNode();
  epoch = 0;

  constructor(
    readonly labels: Labels,
    /** Tells the streams of a run apart. */
    readonly serial: number,
  ) {
    this.values = new Map(labels);
  }
}
