import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HmacSha1 } from './hmac-sha1.ts';

const hex = (digest: string): string => Buffer.from(digest, 'latin1').toString('hex');

describe('HMAC-SHA1 of packets', () => {
  it('is that of RFC 2202, cases 1 and 3', () => {
    const first = Buffer.from('Hi There');
    expect(hex(new HmacSha1(Buffer.alloc(20, 0x0b)).digest(first, first.length))).toBe(
      'b617318655057264e28bc0b6fb378c8ef146be00',
    );
    const third = Buffer.alloc(50, 0xdd);
    expect(hex(new HmacSha1(Buffer.alloc(20, 0xaa)).digest(third, 50))).toBe(
      '125d7342b9ac11cd91a39af48aa17b4f63f175d3',
    );
  });

  it('is that of node:crypto for any messages one after the other, with and without a suffix', () => {
    const message = fc.record({
      bytes: fc.uint8Array({ maxLength: 2000 }),
      cut: fc.nat({ max: 12 }),
      suffix: fc.option(fc.nat({ max: 0xffffffff }), { nil: undefined }),
    });
    const key = fc.uint8Array({ minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(key, fc.array(message, { minLength: 1, maxLength: 6 }), (keyBytes, messages) => {
        const subject = new HmacSha1(keyBytes);
        for (const { bytes, cut, suffix } of messages) {
          const end = Math.max(0, bytes.length - cut);
          const expected = createHmac('sha1', keyBytes).update(bytes.subarray(0, end));
          if (suffix !== undefined) {
            const word = Buffer.alloc(4);
            word.writeUInt32BE(suffix);
            expected.update(word);
          }
          expect(hex(subject.digest(Buffer.from(bytes), end, suffix))).toBe(expected.digest('hex'));
        }
      }),
    );
  });
});
