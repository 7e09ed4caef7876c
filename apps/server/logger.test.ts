import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

it('writes logfmt from its level on', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', write: (line) => lines.push(line), nowMs: () => 0 });
  logger.debug('no');
  logger.info('two words', {
    n: 1,
    text: 'a b',
    plain: 'ab',
    quoted: 'a"b',
    error: new Error('it broke'),
    none: undefined,
  });
  expect(lines).toEqual([
    'time=1970-01-01T00:00:00.000Z level=info msg="two words" n=1 text="a b" plain=ab quoted="a\\"b" error="it broke"',
  ]);
});

it('writes JSON, one line an entry', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', format: 'json', write: (line) => lines.push(line), nowMs: () => 0 });
  logger.error('line\nbreak', { error: new Error('e') });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] as string)).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'error',
    msg: 'line\nbreak',
    error: 'e',
  });
});
