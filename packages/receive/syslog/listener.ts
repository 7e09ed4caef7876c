/** A socket that takes messages. */
export interface OpenListener {
  readonly port: number;
  /** Takes nothing any more; what has come is kept. */
  stop(): Promise<void>;
}
