import { ConfigError, ConfigReading } from '@petrel/config';
import type { Type } from '@petrel/config/schema/schema.ts';
import { isUsable } from '@petrel/config/schema/schema.ts';

/** The value of a piece of YAML by itself. Throws a ConfigError with everything that is wrong in it. */
export function decodeYaml<T>(type: Type<T>, text: string): T {
  const reading = new ConfigReading('/', {});
  const source = reading.open(undefined, text);
  if (source === undefined) throw reading.failure();
  const value = type.decode(source.tree, { reading: source.reading, path: '' });
  if (!isUsable(value) || reading.errors.length > 0) throw reading.failure();
  return value;
}

/** The messages of a ConfigError, without their places. Anything else is thrown on. */
export function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof ConfigError)) throw error;
  return error.issues.map(({ message }) => message);
}
