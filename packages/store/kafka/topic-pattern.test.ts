import { PetrelError } from '@petrel/model';
import { describe, expect, it } from 'vitest';
import { checkSources, type KafkaSourceConfig } from './source-config.ts';
import { topicEntry } from './topic-pattern.ts';

describe('topicEntry', () => {
  it.each([
    ['app-logs', 'app-logs'],
    ['app-logs-%{+yyyy.MM.dd}', '^app-logs-[0-9][0-9][0-9][0-9][.][0-9][0-9][.][0-9][0-9]$'],
    ['%{[fields.log_topic]}', '^[A-Za-z0-9._-]+$'],
    ['a.%{[x]}-%{+xxxx.ww}', '^a[.][A-Za-z0-9._-]+-[0-9][0-9][0-9][0-9][.][0-9][0-9]$'],
    ['logs-%{+yyyy-MM-dd-HH}.x', '^logs-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9][0-9][.]x$'],
    ['^app-.*', '^app-.*'],
  ])('%s is %s', (topic, entry) => expect(topicEntry(topic)).toBe(entry));

  it('finds the topic of any day and no other', () => {
    const expression = new RegExp(topicEntry('app-logs-%{+yyyy.MM.dd}'));
    expect(expression.test('app-logs-2026.11.25')).toBe(true);
    for (const other of ['app-logs-2026x11.25', 'my-app-logs-2026.11.25', 'app-logs-2026.11.25-x', 'app-logs-']) {
      expect(expression.test(other)).toBe(false);
    }
  });

  it.each(['', 'a b', "a'b", '^a,b', '日志', 'a-%{+QQ}', 'a*%{+yyyy}', 'x'.repeat(250)])('refuses %j', (topic) => {
    expect(() => topicEntry(topic)).toThrow(PetrelError);
  });
});

describe('checkSources', () => {
  const source: KafkaSourceConfig = {
    name: 'app',
    brokers: ['kafka1:9092'],
    topics: ['a'],
    group: 'petrel',
    format: 'json',
    labels: { env: 'prod' },
  };

  it('takes what can be made', () => expect(() => checkSources([source, { ...source, name: 'b' }])).not.toThrow());

  it.each<[Partial<KafkaSourceConfig>, string]>([
    [{ name: 'a-b' }, 'a name is of letters'],
    [{ name: 'x_lines' }, 'does not end in'],
    [{ brokers: [] }, 'no brokers'],
    [{ brokers: ['a,b'] }, 'not a broker'],
    [{ topics: [] }, 'no topics'],
    [{ topics: ['a b'] }, 'kafka topic'],
    [{ group: '' }, 'no group'],
    [{ consumers: 0 }, 'number of consumers'],
    [{ labels: { 'a.b': 'c' } }, 'not a label'],
  ])('refuses %j', (change, message) => {
    expect(() => checkSources([{ ...source, ...change }])).toThrow(message);
  });
});
