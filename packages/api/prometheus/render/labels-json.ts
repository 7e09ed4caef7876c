import type { Labels } from '@petrel/model';

const cache = new WeakMap<Labels, string>();

/** `{"__name__":"up",…}`. Remembered as long as the label set lives: engines and caches hand out the same sets again and again. */
export function labelsJson(labels: Labels): string {
  let json = cache.get(labels);
  if (json === undefined) {
    json = build(labels);
    cache.set(labels, json);
  }
  return json;
}

function build({ pairs }: Labels): string {
  if (pairs.length === 0) return '{}';
  let out = '';
  for (let i = 0; i < pairs.length; i += 2) {
    out += `${i === 0 ? '{' : ','}${JSON.stringify(wellFormed(pairs[i] as string))}:${JSON.stringify(wellFormed(pairs[i + 1] as string))}`;
  }
  return `${out}}`;
}

/** Bytes of a PromQL string that are no UTF-8 (lone surrogates here) show as the replacement character, as Go's JSON writes them. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
