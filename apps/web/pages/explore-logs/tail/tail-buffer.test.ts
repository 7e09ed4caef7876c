import type { LogLineView } from '@petrel/api/contract/logs.ts';
import { expect, it } from 'vitest';
import type { TailAction } from './tail-buffer.ts';
import { EMPTY_TAIL, MAX_TAIL_LINES, stepTail } from './tail-buffer.ts';

const line = (i: number): LogLineView => ({
  tsNs: String(i),
  line: String(i),
  level: 'info',
  stream: {},
  metadata: {},
  parsed: {},
});
const came = (from: number, to: number, dropped = 0): TailAction => ({
  kind: 'messages',
  messages: [{ lines: Array.from({ length: to - from }, (_, i) => line(from + i)), dropped }],
});

it('shows the newest first, counts what was left out, and keeps a bounded number', () => {
  let buffer = stepTail(EMPTY_TAIL, came(0, 3));
  expect(buffer.lines.map((one) => one.line)).toEqual(['2', '1', '0']);
  buffer = stepTail(buffer, came(3, MAX_TAIL_LINES + 100, 7));
  expect(buffer.lines).toHaveLength(MAX_TAIL_LINES);
  expect(buffer.lines[0]?.line).toBe(String(MAX_TAIL_LINES + 99));
  expect(buffer).toMatchObject({ dropped: 7, received: MAX_TAIL_LINES + 100 });
});

it('holds lines back while it is paused, and shows them all when it goes on', () => {
  let buffer = stepTail(stepTail(EMPTY_TAIL, came(0, 2)), { kind: 'pause' });
  buffer = stepTail(buffer, came(2, 4));
  expect(buffer.lines).toHaveLength(2);
  expect(buffer.waiting).toHaveLength(2);
  buffer = stepTail(buffer, { kind: 'resume' });
  expect(buffer.lines.map((one) => one.line)).toEqual(['3', '2', '1', '0']);
  expect(buffer.waiting).toEqual([]);
  expect(stepTail(buffer, { kind: 'clear' })).toMatchObject({ lines: [], received: 4 });
});
