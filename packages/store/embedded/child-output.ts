import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Logger } from '@petrel/model';

const KEPT_LINES = 20;

/** Passes a child's output to the logger line by line, secrets blanked, and keeps the last lines for error messages. */
export class ChildOutput {
  readonly #tail: string[] = [];

  constructor(
    private readonly options: {
      readonly name: string;
      readonly logger: Logger;
      readonly secrets: readonly string[];
      readonly levelOf?: (line: string) => 'debug' | 'info' | 'warn' | 'error';
      readonly onLine?: (line: string) => void;
    },
  ) {}

  attach(stream: Readable | null): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (raw) => {
      const line = this.options.secrets.reduce((text, secret) => text.replaceAll(secret, '…'), raw);
      this.#tail.push(line);
      if (this.#tail.length > KEPT_LINES) this.#tail.shift();
      const level = this.options.levelOf?.(line) ?? 'warn';
      this.options.logger[level](line, { store: this.options.name });
      this.options.onLine?.(line);
    });
  }

  get tail(): string {
    return this.#tail.join('\n');
  }
}
