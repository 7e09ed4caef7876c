import { expect, test } from 'vitest';
import { groupSlots, slotAfter, slotBefore } from './group-slots.ts';
import { xxhash64 } from './xxhash64.ts';

test('the hash is XXH64', () => {
  const hash = (text: string) => xxhash64(Buffer.from(text)).toString(16).padStart(16, '0');
  expect(hash('')).toBe('ef46db3751d8e999');
  expect(hash('a')).toBe('d24ec4f1a98c6e5b');
  expect(hash('abc')).toBe('44bc2cf5ad770999');
  expect(hash('Nobody inspects the spammish repetition')).toBe('fbcea83c8a378bf1');
});

test('groups keep their place in the interval, whatever the time', () => {
  const slots = groupSlots('rules.yml', 'g', 60_000);
  expect(slots.offsetMs).toBeGreaterThanOrEqual(0);
  expect(slots.offsetMs).toBeLessThan(60_000);
  expect(groupSlots('rules.yml', 'other', 60_000).offsetMs).not.toBe(slots.offsetMs);
  expect(groupSlots('x'.repeat(300), 'g', 60_000).offsetMs).toBeLessThan(60_000);
  for (const tMs of [-100_000, 0, 1, 59_999, 60_000, 1_700_000_000_123]) {
    const before = slotBefore(slots, tMs);
    const after = slotAfter(slots, tMs);
    expect(before).toBeLessThanOrEqual(tMs);
    expect(after).toBeGreaterThanOrEqual(tMs);
    expect(after - before === 60_000 || (after === before && after === tMs)).toBe(true);
    expect((((before - slots.offsetMs) % 60_000) + 60_000) % 60_000).toBe(0);
  }
  expect(slotAfter(slots, slotBefore(slots, 5_000_000))).toBe(slotBefore(slots, 5_000_000));
});
