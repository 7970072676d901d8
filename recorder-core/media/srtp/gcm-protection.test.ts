import { describe, expect, it } from '@jest/globals';
import { GcmProtection } from './gcm-protection.ts';
import { RTCP_CLEAR_BYTES } from './packet-header.ts';
import type { Protocol } from './key-derivation.ts';

const RTP_HEADER = '8040f17b8041f8d35501a0b2';
const RTP = Buffer.concat([
  Buffer.from(RTP_HEADER, 'hex'),
  Buffer.from('Gallia est omnis divisa in partes tres'),
]);
const RTP_INDEX = 0xf17b;
const RTCP = Buffer.from(
  '81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61' + 'deadbeef'.repeat(5),
  'hex',
);
const RTCP_INDEX = 0x5d4;

/** The examples of RFC 7714 give session keys: 00 01 02 … and the salt "Quid pro quo". */
function protection(protocol: Protocol, keyBytes: 16 | 32): GcmProtection {
  const session = {
    encryption: Buffer.from(Array.from({ length: keyBytes }, (_, i) => i)),
    salt: Buffer.from('Quid pro quo'),
    authentication: Buffer.alloc(0),
  };
  return new GcmProtection(protocol, session, Buffer.alloc(0));
}

describe('AES-GCM of RFC 7714', () => {
  it.each([
    [
      16,
      'f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833' +
        '899d7f27beb16a9152cf765ee4390cce',
    ],
    [
      32,
      '32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b' +
        '7aa3db36dfffd6b0f9bb7878d7a76c13',
    ],
  ] as const)(
    'protects and opens the RTP packet of section 16 under a key of %d bytes',
    (keyBytes, sealedHex) => {
      const subject = protection('rtp', keyBytes);
      const sealed = subject.seal(RTP, 12, RTP_INDEX);
      expect(sealed.toString('hex')).toBe(RTP_HEADER + sealedHex);
      expect(sealed.subarray(0, subject.open(sealed, 12, RTP_INDEX))).toEqual(RTP);
    },
  );

  it.each([
    [
      16,
      '63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b' +
        'c84aa45896cf4d2fc5abf87245d9eade800005d4',
    ],
    [
      32,
      'd50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad' +
        '1d1eb30c4446839f57ff6f6cb26ac3be800005d4',
    ],
  ] as const)(
    'protects and opens the RTCP packet of section 17 under a key of %d bytes',
    (keyBytes, sealedHex) => {
      const subject = protection('rtcp', keyBytes);
      const sealed = subject.seal(RTCP, RTCP_CLEAR_BYTES, RTCP_INDEX);
      expect(sealed.toString('hex')).toBe(`81c8000d4d617273${sealedHex}`);
      expect(sealed.subarray(0, subject.open(sealed, RTCP_CLEAR_BYTES, RTCP_INDEX))).toEqual(RTCP);
    },
  );

  it('opens nothing under another index, and leaves the packet as it was', () => {
    const subject = protection('rtp', 16);
    const sealed = subject.seal(RTP, 12, RTP_INDEX);
    const before = Buffer.from(sealed);
    expect(subject.open(sealed, 12, RTP_INDEX + 0x10000)).toBe(-1);
    expect(sealed).toEqual(before);
  });
});
