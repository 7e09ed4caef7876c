import { expect, it } from 'vitest';
import type { RunState, StreamEvent } from './stream-run.ts';
import { StreamRun } from './stream-run.ts';

async function* events(...list: readonly StreamEvent<string>[]): AsyncGenerator<StreamEvent<string>> {
  yield* list;
}

it('goes from progress to the result', async () => {
  const run = new StreamRun<string>(() =>
    events({ event: 'progress', done: 1, total: 4, doing: 'reading' }, { event: 'result', result: 'R' }),
  );
  const seen: RunState<string>[] = [];
  run.state.subscribe(() => seen.push(run.state.get()));
  await run.start({}, 5);
  expect(seen).toEqual([
    { kind: 'running', startedMs: 5, share: undefined, doing: '' },
    { kind: 'running', startedMs: 5, share: 0.25, doing: 'reading' },
    { kind: 'done', result: 'R' },
  ]);
});

it('fails with the words of the server, or when the answer breaks off', async () => {
  const refused = new StreamRun<string>(() => events({ event: 'error', error: 'bad rule', code: 'RULES' }));
  await refused.start({}, 0);
  expect(refused.state.get()).toMatchObject({ kind: 'failed', error: { message: 'bad rule' } });
  const broken = new StreamRun<string>(() => events());
  await broken.start({}, 0);
  expect(broken.state.get()).toMatchObject({ kind: 'failed' });
});

it('stops when it is cancelled, and can run again', async () => {
  let calls = 0;
  const run = new StreamRun<string>(async function* (_body, signal) {
    if (calls++ > 0) yield { event: 'result', result: 'second' };
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const first = run.start({}, 0);
  run.cancel();
  await first;
  expect(run.state.get()).toEqual({ kind: 'cancelled' });
  await run.start({}, 0);
  expect(run.state.get()).toEqual({ kind: 'done', result: 'second' });
});
