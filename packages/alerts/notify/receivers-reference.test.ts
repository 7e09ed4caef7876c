import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { referenceOf } from '@petrel/config/schema/reference.ts';
import { expect, it } from 'vitest';
import { DEFAULT_GLOBAL } from '../config/global-section.ts';
import { rootSection } from '../config/root-section.ts';
import { INTEGRATIONS } from './integrations.ts';

const file = resolve(import.meta.dirname, '../../../docs/receivers.md');
const MARKER =
  '<!-- reference: written by `PETREL_UPDATE_DOCS=1 npx vitest run packages/alerts/notify/receivers-reference.test.ts` -->';

it('docs/receivers.md holds the reference of alertmanager.yml as it is', () => {
  const reference = referenceOf(rootSection(DEFAULT_GLOBAL, INTEGRATIONS).inner);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const head = text.slice(0, text.indexOf(MARKER) + MARKER.length);
  const expected = `${head}\n\n${reference}\n`;
  if (process.env.PETREL_UPDATE_DOCS === '1') writeFileSync(file, expected);
  else expect(cells(text)).toBe(cells(expected));
});

it('every kind of receiver is named in the part of docs/receivers.md that is written by hand', () => {
  const text = readFileSync(file, 'utf8');
  const head = text.slice(0, text.indexOf(MARKER));
  expect(INTEGRATIONS.map(({ key }) => key).filter((key) => !head.includes(`\`${key}\``))).toEqual([]);
});

/** Without the padding that the formatter gives to tables. */
function cells(markdown: string): string {
  return markdown.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');
}
