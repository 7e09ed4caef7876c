import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from './prometheus-api.ts';

it('gives the same lines however the text is cut into pieces', () => {
  const line = fc.string({ minLength: 1 }).filter((text) => !text.includes('\n') && text.trim() !== '');
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), fc.array(fc.nat(20)), (lines, ended, cuts) => {
      const text = lines.join('\n') + (ended ? '\n' : '');
      const splitter = new LineSplitter();
      const found: string[] = [];
      let at = 0;
      for (const length of cuts) {
        found.push(...splitter.push(text.slice(at, at + length)));
        at += length;
      }
      found.push(...splitter.push(text.slice(at)), ...splitter.rest());
      expect(found).toEqual(lines);
    }),
  );
});
