import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CounterKeystream } from './counter-keystream.ts';

const SALT = Buffer.from('f0f1f2f3f4f5f6f7f8f9fafbfcfd', 'hex');

function keystream(key: Buffer, salt: Buffer, bytes: number, ssrc = 0, index = 0): Buffer {
  const packet = Buffer.alloc(bytes);
  new CounterKeystream(key, salt).apply(packet, 0, bytes, ssrc, index);
  return packet;
}

describe('the keystream of counter mode', () => {
  it('is that of RFC 3711 appendix B.2, at its beginning and at block 0xfeff', () => {
    const stream = keystream(Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex'), SALT, 0xff02 * 16);
    expect(stream.toString('hex', 0, 48)).toBe(
      'e03ead0935c95e80e166b16dd92b4eb4' +
        'd23513162b02d0f72a43a2fe4a5f97ab' +
        '41e95b3bb0a2e8dd477901e4fca894c0',
    );
    expect(stream.toString('hex', 0xfeff * 16, 0xff02 * 16)).toBe(
      'ec8cdf7398607cb0f2d21675ea9ea1e4' +
        '362b7c3c6773516318a077d7fc5073ae' +
        '6a2cc3787889374fbeb4c81b17ba6c44',
    );
  });

  it('is that of RFC 6188 section 7.1 for a key of 256 bits', () => {
    const key = '57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98';
    expect(keystream(Buffer.from(key, 'hex'), SALT, 48).toString('hex')).toBe(
      '92bdd28a93c3f52511c677d08b5515a4' +
        '9da71b2378a854f67050756ded165bac' +
        '63c4868b7096d88421b563b8c94c9a31',
    );
  });

  it('is that of a counter-mode cipher for any source, index and length, short ones after long ones too', () => {
    const key = randomBytes(16);
    const salt = randomBytes(14);
    const subject = new CounterKeystream(key, salt);
    const ssrc = 0xdeadbeef;
    const index = 0x123456789abc;
    const iv = Buffer.concat([salt, Buffer.alloc(2)]);
    iv.writeUInt32BE((iv.readUInt32BE(4) ^ ssrc) >>> 0, 4);
    iv.writeUIntBE(Number(BigInt(iv.readUIntBE(8, 6)) ^ BigInt(index)), 8, 6);
    for (const bytes of [160, 1, 0, 16, 17, 1500, 33]) {
      const clear = randomBytes(bytes + 20);
      const packet = Buffer.from(clear);
      subject.apply(packet, 12, 12 + bytes, ssrc, index);
      const expected = createCipheriv('aes-128-ctr', key, iv).update(clear.subarray(12, 12 + bytes));
      expect(packet).toEqual(Buffer.concat([clear.subarray(0, 12), expected, clear.subarray(12 + bytes)]));
    }
  });
});
