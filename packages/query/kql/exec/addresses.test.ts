import { expect, it } from 'vitest';
import { networkOf } from './addresses.ts';

it.each([
  ['10.0.0.0/8', '10.255.1.2', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['192.168.1.128/25', '192.168.1.127', false],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::', false],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['0.0.0.0/0', '300.1.1.1', false],
])('%s has %s: %s', (network, address, expected) => {
  expect(networkOf(network)?.(address)).toBe(expected);
});

it.each(['10.0.0.0', '10.0.0.0/33', 'api/v1', '1:2/64', '/8'])('%s is no network', (text) => {
  expect(networkOf(text)).toBeUndefined();
});
