import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Labels, PetrelError } from '@petrel/model';
import { MemorySource } from '@petrel/query/promql/memory/memory-source.ts';
import type { PromqlEngine, QueryResult, QueryValue } from '@petrel/query/promql/result.ts';
import { describe, expect, it } from 'vitest';
import { almostEqual, compareResult } from './compare.ts';
import { FACT_FILES, runPromqlFacts } from './run-facts.ts';
import { type MakeEngine, runScript } from './run-script.ts';
import { type EvalCommand, parseScript, ScriptError } from './script.ts';
import { runPromqlSuite } from './suite.ts';

const CONFORMANCE = '../shared/conformance/promql';

/** Answers every query in the same way, and remembers what was asked. */
function fixedEngine(answer: QueryValue | PetrelError, notes: Partial<QueryResult> = {}) {
  const asked: string[] = [];
  const reply = async (query: string): Promise<QueryResult> => {
    asked.push(query);
    if (answer instanceof PetrelError) throw answer;
    const stats = { samplesLoaded: 0, peakSamples: 0, timingsMs: { parse: 0, plan: 0, fetch: 0, eval: 0 } };
    return { value: answer, warnings: [], infos: [], stats, ...notes };
  };
  const engine: PromqlEngine = {
    instant: ({ query, timeMs }) => reply(`${query} at ${timeMs}`),
    range: ({ query, startMs, endMs }) => reply(`${query} from ${startMs} to ${endMs}`),
  };
  const makeEngine: MakeEngine = () => engine;
  return { makeEngine, asked };
}

const up: QueryValue = {
  type: 'vector',
  tMs: 0,
  samples: [{ labels: Labels.of({ __name__: 'up', a: 'b' }), value: 1 }],
};
const failures = async (text: string, engine: ReturnType<typeof fixedEngine>, extraChecks = false) => {
  const { cases, error } = await runScript('test', { text, makeEngine: engine.makeEngine, extraChecks });
  return error ?? cases.filter((c) => !c.passed).map((c) => c.got);
};

describe('parseScript', () => {
  it('ends a block at an empty line and at a comment', () => {
    const commands = parseScript(
      'load 1m\n  a 1 2\n# end\nclear\n\neval instant at 1m a\n  a 2\n\neval range from 0 to 2m step 1m a\n  expect no_warn\n  a 1 2 _',
    );
    expect(commands.map((c) => [c.kind, c.line])).toEqual([
      ['load', 1],
      ['clear', 4],
      ['eval', 6],
      ['eval', 9],
    ]);
    expect(commands[3]).toMatchObject({
      time: { mode: 'range', startMs: 0, endMs: 120_000, stepMs: 60_000 },
      expect: { noWarn: true },
    });
  });

  it('reads start timestamps and keeps the last of two equal series', () => {
    const [command] = parseScript('load_with_nhcb 30s\n a{b="c"}@st -10s 0s\n a{b="c"} 1 2\n a 1\n a 5');
    expect(command).toMatchObject({ kind: 'load', withNhcb: true, stepMs: 30_000 });
    expect(command?.kind === 'load' && command.series.map((s) => [s.values.length, s.startOffsetsMs])).toEqual([
      [2, [-10_000, 0]],
      [1, undefined],
    ]);
    for (const text of ['load 1m\n a@st 0s', 'load 1m\n a@st 0s\n b 1', 'load 1m\n a@st 0s 0s\n a 1']) {
      expect(() => parseScript(text), text).toThrow(ScriptError);
    }
  });

  it('names the line of a mistake', () => {
    const line = (text: string): number => {
      try {
        parseScript(text);
      } catch (error) {
        return (error as ScriptError).line;
      }
      return 0;
    };
    expect(line('clear\n\nfoo')).toBe(3);
    expect(line('load 1m\n  a 1\n  b{ 1')).toBe(3);
    expect(line('eval instant at 0 sum(')).toBe(1);
    expect(line('eval instant at 0 a\n  a 1 2')).toBe(2);
    expect(line('eval instant at 0 a\n  expect warn\n  expect no_warn')).toBe(3);
    expect(line('load x\n a 1')).toBe(1);
    expect(line('eval range from 0 to 1m step 0 a')).toBe(1);
  });
});

describe('runScript', () => {
  it('passes when the answer is the expected one, and says what differs otherwise', async () => {
    const script = (body: string) => `eval instant at 0 up\n  ${body}`;
    expect(await failures(script('up{a="b"} 1.0000001'), fixedEngine(up))).toEqual([]);
    expect(await failures(script('up{a="b"} 1.1'), fixedEngine(up))).toEqual(['expected 1.1 for up{a="b"} but got 1']);
    expect(await failures(script('up{a="c"} 1'), fixedEngine(up))).toHaveLength(1);
    expect(await failures(script('1'), fixedEngine(up))).toHaveLength(1);
    expect(await failures('eval instant at 0 up', fixedEngine(up))).toHaveLength(1);
    expect(await failures(script('expect fail'), fixedEngine(up))).toHaveLength(1);
    expect(
      await failures(script('expect no_info\n up{a="b"} 1'), fixedEngine(up, { infos: ['PromQL info: x'] })),
    ).toHaveLength(1);
    expect(
      await failures(
        script('expect warn regex: ^PromQL\n up{a="b"} 1'),
        fixedEngine(up, { warnings: ['PromQL warning: x'] }),
      ),
    ).toEqual([]);
    expect(
      await failures(
        script('expect warn msg: other\n up{a="b"} 1'),
        fixedEngine(up, { warnings: ['PromQL warning: x'] }),
      ),
    ).toHaveLength(1);
  });

  it('lets a query fail only where it is expected to', async () => {
    const broken = () => fixedEngine(new PetrelError('PROMQL_EXEC', 'out of luck'));
    expect(await failures('eval instant at 0 up\n  expect fail msg: out of luck', broken())).toEqual([]);
    expect(await failures('eval instant at 0 up\n  expect fail regex: luck$', broken())).toEqual([]);
    expect(await failures('eval instant at 0 up\n  expect fail msg: luck', broken())).toHaveLength(1);
    expect(await failures('eval instant at 0 up', broken())).toEqual(['error PROMQL_EXEC: out of luck']);
  });

  it('asks in further ways when told to', async () => {
    const engine = fixedEngine(up);
    expect(await failures('eval instant at 1m up\n up{a="b"} 1', engine, true)).toEqual([
      expect.stringMatching(/^as range query: expected a matrix/),
    ]);
    expect(engine.asked).toEqual([
      'up at 60000',
      ...[0, 120_000, 3_720_000, 30_000].map((t) => `up @ 60.000 at ${t}`),
      'up from 0 to 120000',
    ]);
  });
});

describe('compareResult', () => {
  it('has the tolerance of the reference runner', () => {
    expect(almostEqual(1, 1 + 1.9e-6)).toBe(true);
    expect(almostEqual(1, 1 + 2.1e-6)).toBe(false);
    expect(almostEqual(Number.NaN, Number.NaN)).toBe(true);
    expect(almostEqual(Number.POSITIVE_INFINITY, Number.MAX_VALUE)).toBe(false);
    expect(almostEqual(0, 1e-300)).toBe(false);
    expect(almostEqual(0, -0)).toBe(true);
  });

  it('wants range results sorted, and no point more', () => {
    const [command] = parseScript('eval range from 0 to 1m step 1m a\n {a="1"} 1\n {a="2"} 2 3') as [EvalCommand];
    const series = (a: string, ...values: number[]) => ({
      labels: Labels.of({ a }),
      values: Float64Array.from(values),
      present: Uint8Array.from(values, (v) => (v > 0 ? 1 : 0)),
    });
    const result = (...list: ReturnType<typeof series>[]): QueryResult => ({
      value: { type: 'stepMatrix', startMs: 0, stepMs: 60_000, steps: 2, series: list },
      warnings: [],
      infos: [],
      stats: { samplesLoaded: 0, peakSamples: 0, timingsMs: { parse: 0, plan: 0, fetch: 0, eval: 0 } },
    });
    expect(compareResult(command, result(series('1', 1, 0), series('2', 2, 3)))).toBeUndefined();
    expect(compareResult(command, result(series('2', 2, 3), series('1', 1, 0)))).toContain('not sorted');
    expect(compareResult(command, result(series('1', 1, 9), series('2', 2, 3)))).toContain('no more points');
  });
});

describe('MemorySource', () => {
  it('gives the samples of a range, both ends included, and the last write of a time', async () => {
    const source = new MemorySource();
    const labels = Labels.of({ __name__: 'a' });
    source.write(labels, [
      { tMs: 2, value: 2 },
      { tMs: 1, value: 1 },
      { tMs: 3, stale: true },
    ]);
    source.write(labels, [{ tMs: 2, value: 5 }]);
    const request = {
      matchers: [{ type: '=', name: '__name__', value: 'a' } as const],
      startMs: 2,
      endMs: 3,
      maxSamples: 2,
    };
    const [series] = await source.select(request);
    expect([series?.from, series?.to, series?.tsMs[1], series?.values[1]]).toEqual([1, 3, 2, 5]);
    await expect(source.select({ ...request, maxSamples: 1 })).rejects.toMatchObject({ code: 'QUERY_LIMIT' });
    await expect(source.select({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'QUERY_CANCELED',
    });
    expect(await source.labelValues('__name__', [], { startMs: 0, endMs: 9 })).toEqual(['a']);
    expect(await source.series([], { startMs: 4, endMs: 9 })).toEqual([]);
  });

  it('knows of a histogram whether it continues its predecessor', async () => {
    const source = new MemorySource();
    const [loaded] = parseScript(
      'load 1m\n a {{count:1 buckets:[1]}} {{count:2 buckets:[2]}} {{count:1 buckets:[1]}} 5 {{count:2 buckets:[2]}} {{count:3 buckets:[3] counter_reset_hint:gauge}}',
    );
    const values = loaded?.kind === 'load' ? (loaded.series[0]?.values ?? []) : [];
    source.write(
      Labels.of({ __name__: 'a' }),
      values.map((v, i) => ({ tMs: i, ...(v.kind === 'histogram' ? { histogram: v.histogram } : { value: 5 }) })),
    );
    const [series] = await source.select({ matchers: [], startMs: 0, endMs: 9, maxSamples: 99 });
    expect(series?.histograms?.map((h) => h.histogram.counterResetHint)).toEqual([
      'unknown',
      'not_reset',
      'unknown',
      'unknown',
      'gauge',
    ]);
  });
});

describe.skipIf(!existsSync(CONFORMANCE))('conformance (skipped where ../shared/conformance is missing)', () => {
  it('knows every fact of the parser, the printers and the series notation', async () => {
    const { passed, failed, lines } = await runPromqlFacts(FACT_FILES.map((file) => join(CONFORMANCE, file)));
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(380);
  });

  it('passes every script, and the self test of the runner', { timeout: 120_000 }, async () => {
    const scripts = ['testdata', 'engine-off'].flatMap((folder) =>
      readdirSync(join(CONFORMANCE, folder)).map((file) => join(CONFORMANCE, folder, file)),
    );
    const { failed, passed, lines } = await runPromqlSuite([...scripts, join(CONFORMANCE, 'runner_selftest.json')]);
    expect(lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(1500);
  });
});
