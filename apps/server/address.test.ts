import { expect, it } from 'vitest';
import { formatAddress, parseAddress, reachableAddress } from './address.ts';

it.each([
  ['127.0.0.1:7070', { host: '127.0.0.1', port: 7070 }, '127.0.0.1:7070', '127.0.0.1:7070'],
  [':80', { host: '0.0.0.0', port: 80 }, '0.0.0.0:80', '127.0.0.1:80'],
  ['[::]:80', { host: '::', port: 80 }, '[::]:80', '[::1]:80'],
  ['host.example:0', { host: 'host.example', port: 0 }, 'host.example:0', 'host.example:0'],
])('reads %s', (text, address, printed, reachable) => {
  expect(parseAddress(text)).toEqual(address);
  expect(formatAddress(address)).toBe(printed);
  expect(formatAddress(reachableAddress(address))).toBe(reachable);
});

it.each(['7070', 'host', 'host:', 'host:70000', '::1:80', ''])('refuses %j', (text) => {
  expect(() => parseAddress(text)).toThrow('is not an address: write HOST:PORT');
});
