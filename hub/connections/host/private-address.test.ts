import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressKind } from './private-address.ts';

describe('addressKind', () => {
  test.each([
    ['93.184.216.34', 'public'],
    ['2606:2800:220:1::1', 'public'],
    ['10.1.2.3', 'private'],
    ['127.0.0.1', 'private'],
    ['::1', 'private'],
    ['::ffff:192.168.0.1', 'private'],
    ['fd12::1', 'private'],
    ['169.254.169.254', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['64:ff9b::a9fe:a9fe', 'forbidden'],
    ['64:ff9b:1::a9fe:a9fe', 'forbidden'],
    ['::127.0.0.1', 'forbidden'],
    ['::ffff:0:127.0.0.1', 'forbidden'],
    ['::5efe:127.0.0.1', 'forbidden'],
    ['100::1', 'forbidden'],
    ['2001:0:7f00:1::', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['5f00::1', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['::ffff:168.63.129.16', 'forbidden'],
    ['fd20:ce::254', 'forbidden'],
    ['192.88.99.1', 'forbidden'],
    ['::ffff:93.184.216.34', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['0.0.0.0', 'forbidden'],
    ['::', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['example.com', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  test('an IPv4 address and its IPv6-mapped form are always of the same kind', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addressKind(`::ffff:${address}`)).toBe(addressKind(address));
      }),
      { numRuns: 300 },
    );
  });
});
