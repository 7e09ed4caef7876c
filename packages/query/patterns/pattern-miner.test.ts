import { describe, expect, it } from 'vitest';
import { PatternMiner } from './pattern-miner.ts';

/** Patterns with their counts, as the lines come. */
function mined(lines: readonly string[]): Record<string, number> {
  const miner = new PatternMiner();
  for (const line of lines) miner.add(line);
  return Object.fromEntries(miner.clusters.map(({ pattern, count }) => [pattern, count]));
}

describe('PatternMiner', () => {
  it('takes numbers, ids, addresses and times for values', () => {
    expect(
      mined([
        'GET /users/17 took 12.5ms',
        'GET /users/9 took 3s',
        'session 4bf92f3577b34da6a3ce929d0e0e4736 of 10.0.0.1:8080 closed',
        'session 00f067aa0ba902b7a3ce929d0e0e4736 of 10.2.0.7:99 closed',
        'job 123e4567-e89b-12d3-a456-426614174000 at 2024-05-01T10:31:07Z',
        'job 00000000-e89b-12d3-a456-426614174000 at 2024-05-02T23:59:59Z',
      ]),
    ).toEqual({
      'GET /users/<_> took <_>': 2,
      'session <_> of <_> closed': 2,
      'job <_> at <_>': 2,
    });
  });

  it('finds words that vary, and keeps apart what says something else', () => {
    expect(
      mined([
        'user alice logged in from web',
        'user bob logged in from web',
        'user carol logged in from web',
        'cache warmed up in time',
        'disk is full',
        'disk is empty again',
      ]),
    ).toEqual({
      'user <_> logged in from web': 3,
      'cache warmed up in time': 1,
      'disk is full': 1,
      'disk is empty again': 1,
    });
  });

  it('sees that what tells very many lines apart is a value', () => {
    const names = Array.from({ length: 100 }, (_, i) =>
      String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26), 120),
    );
    const patterns = mined(names.map((name) => `login ${name}`));
    expect(patterns).toEqual({ 'login <_>': 100 });
  });

  it('keeps what stands around a value', () => {
    expect(mined(['block blk_-17 ok', 'block blk_4711 ok', 'wrote part-00001.gz', 'wrote part-00002.gz'])).toEqual({
      'block blk_<_> ok': 2,
      'wrote part-<_>.gz': 2,
    });
    expect(mined(['level=info user=ann ms=5', 'level=info user=bob ms=17'])).toEqual({
      'level=info user=<_> ms=<_>': 2,
    });
  });

  it('clusters documents by their message, wherever it stands', () => {
    expect(
      mined([
        '{"ts":1,"message":"order 17 created","user":"a"}',
        '{"message":"order 18 created"}',
        '{"ts":2,"user":"b","extra":{"message":"no"},"level":"info","message":"order 19 created"}',
        '{"msg":"said \\"hi\\" to ann\\nand more"}',
        '{"msg":"said \\"hi\\" to bob\\nand other"}',
      ]),
    ).toEqual({
      '<_>"message":"order <_> created"<_>': 2,
      // The first of two keys of the name is not the message.
      '{"ts":<_>,"user":"b","extra":{"message":"no"},"level":"info","message":"order <_> created"}': 1,
      '<_>"msg":"said \\"hi\\" to <_>\\n<_>': 2,
    });
  });

  it('clusters documents without a message by their fields', () => {
    expect(
      mined([
        '{"status":200,"path":"/a","ms":12}',
        '{"status":404,"path":"/b","ms":7}',
        '{"user":"ann","roles":["x"]}',
      ]),
    ).toEqual({
      '{"status":<_>,"path":"/<_>","ms":<_>}': 2,
      '{"user":"ann","roles":["x"]}': 1,
    });
  });

  it('sees one time in dates with blanks, whatever their width', () => {
    expect(
      mined([
        'Jun  9 06:06:20 combo sshd[1]: failed for root',
        'Jul 10 12:00:00 combo sshd[22]: failed for root',
        '[Sun Dec 04 04:47:44 2005] [error] child 6 died',
        '[Mon Jan  2 04:47:44 2006] [error] child 77 died',
      ]),
    ).toEqual({ '<_> combo sshd[<_>]: failed for root': 2, '[<_>] [error] child <_> died': 2 });
  });

  it('goes by the first line of a text', () => {
    expect(mined(['boom 1\n  at a\n  at b', 'boom 2\n  at c', 'boom 3', 'boom 4\n'])).toEqual({
      'boom <_>\n<_>': 2,
      'boom <_>': 1,
      'boom <_>\n': 1,
    });
  });

  it('ends a pattern where blanks differ', () => {
    expect(mined(['connection from host at  9 end', 'connection from host at 10 end'])).toEqual({
      'connection from host at <_>': 2,
    });
    expect(mined(['a b c  ', 'a b c'])).toEqual({ 'a b <_>': 2 });
  });

  it('writes no names into a pattern that would capture', () => {
    expect(mined(['got <name> here', 'got <_> here'])).toEqual({ 'got <<_>> here': 2 });
  });

  it('knows a bounded number of clusters', () => {
    const miner = new PatternMiner({ maxClusters: 3 });
    const words = ['alpha beta', 'one two three', 'x', 'some other thing entirely', 'y z q r s t', 'alpha beta'];
    const found = words.map((line) => miner.add(line).pattern);
    expect(found).toEqual(['alpha beta', 'one two three', 'x', '<_>', '<_>', 'alpha beta']);
    expect(miner.clusters.map(({ count }) => count)).toEqual([2, 1, 1, 2]);
  });

  it('takes empty lines and lines of blanks', () => {
    expect(mined(['', '', '   '])).toEqual({ '': 2, '   ': 1 });
  });
});
