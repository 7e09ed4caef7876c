import { hash64, type Labels, type SeriesRegistry } from '@petrel/model';

const hash = new Uint32Array(2);

/** Two 32-bit words of a text. */
export function hashOfText(text: string): readonly [number, number] {
  const bytes = Buffer.from(text, 'utf8');
  hash64(bytes, 0, bytes.length, hash);
  return [hash[0] as number, hash[1] as number];
}

/** The reference of a decoded label set. */
export function refOf(registry: SeriesRegistry, labels: Labels): number {
  // A first character that no protocol's own series bytes begin with.
  const [high, low] = hashOfText(`\u0001${labels.key}`);
  const known = registry.find(high, low);
  return known >= 0 ? known : registry.register(high, low, labels);
}
