import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Labels } from './labels.ts';

const entries = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { maxLength: 8 });

describe('Labels', () => {
  it('sorts, drops empty values, lets the last duplicate win', () => {
    const labels = Labels.from([
      ['b', '1'],
      ['a', '2'],
      ['c', ''],
      ['b', '3'],
    ]);
    expect(labels.pairs).toEqual(['a', '2', 'b', '3']);
    expect(labels.get('c')).toBe('');
    expect(labels.has('c')).toBe(false);
    expect(labels.size).toBe(2);
  });

  it('has equal keys exactly for equal sets', () => {
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        const x = Labels.from(a);
        const y = Labels.from(b);
        expect(x.key === y.key).toBe(JSON.stringify(x.pairs) === JSON.stringify(y.pairs));
        expect(Labels.compare(x, y) === 0).toBe(x.equals(y));
        expect(Math.sign(Labels.compare(x, y))).toBe(-Math.sign(Labels.compare(y, x)) + 0);
      }),
    );
  });

  it('splits by names without losing a label', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.string({ minLength: 1 })), (list, names) => {
        const labels = Labels.from(list);
        const set = new Set([...names, ...list.slice(0, 2).map(([name]) => name)]);
        expect(Labels.from([...labels.keep(set), ...labels.without(set)]).equals(labels)).toBe(true);
      }),
    );
  });

  it('prints as Prometheus does', () => {
    expect(Labels.EMPTY.toString()).toBe('{}');
    expect(Labels.of({ __name__: 'up' }).toString()).toBe('up');
    expect(Labels.of({ __name__: 'up', job: 'a"b\n' }).toString()).toBe('up{job="a\\"b\\n"}');
    expect(Labels.of({ __name__: 'http.requests', 'service.name': 'x' }).toString()).toBe(
      '{"http.requests", "service.name"="x"}',
    );
  });

  it('changes one label', () => {
    const up = Labels.of({ __name__: 'up', job: 'a' });
    expect(up.with('job', 'b').get('job')).toBe('b');
    expect(up.with('job', '').toString()).toBe('up');
    expect(up.dropMetric().toString()).toBe('{job="a"}');
  });
});
