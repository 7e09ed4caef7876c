import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { referenceOf } from '@petrel/config/schema/reference.ts';
import { expect, it } from 'vitest';
import { DEFAULT_GLOBAL_CONFIG } from './config.ts';
import { rootConfig } from './sections/root.ts';

const file = resolve(import.meta.dirname, '../../../docs/configuration.md');
const MARKER =
  '<!-- reference: written by `PETREL_UPDATE_DOCS=1 npx vitest run apps/server/config/reference.test.ts` -->';

it('docs/configuration.md holds the reference of the schema as it is', () => {
  const reference = referenceOf(rootConfig(DEFAULT_GLOBAL_CONFIG).inner);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const head = text.slice(0, text.indexOf(MARKER) + MARKER.length);
  const expected = `${head}\n\n${reference}\n`;
  if (process.env.PETREL_UPDATE_DOCS === '1') writeFileSync(file, expected);
  else expect(cells(text)).toBe(cells(expected));
});

/** Without the padding that the formatter gives to tables. */
function cells(markdown: string): string {
  return markdown.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
}
