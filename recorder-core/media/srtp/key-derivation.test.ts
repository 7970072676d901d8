import { describe, expect, it } from '@jest/globals';
import { deriveSessionKeys, type Protocol } from './key-derivation.ts';
import type { SrtpKeys, SrtpSuite } from './srtp-keys.ts';

function hexOf(keys: SrtpKeys, protocol: Protocol): object {
  const { encryption, salt, authentication } = deriveSessionKeys(keys, protocol);
  return {
    encryption: encryption.toString('hex'),
    salt: salt.toString('hex'),
    authentication: authentication.toString('hex'),
  };
}

function masterKeys(suite: SrtpSuite, key: string, salt: string): SrtpKeys {
  return { suite, masterKey: Buffer.from(key, 'hex'), masterSalt: Buffer.from(salt, 'hex') };
}

describe('session keys', () => {
  it('are those of RFC 3711 appendix B.3', () => {
    const keys = masterKeys(
      'AES_CM_128_HMAC_SHA1_80',
      'e1f97a0d3e018be0d64fa32c06de4139',
      '0ec675ad498afeebb6960b3aabe6',
    );
    expect(hexOf(keys, 'rtp')).toEqual({
      encryption: 'c61e7a93744f39ee10734afe3ff7a087',
      salt: '30cbbc08863d8c85d49db34a9ae1',
      authentication: 'cebe321f6ff7716b6fd4ab49af256a156d38baa4',
    });
  });

  it('are those of RFC 6188 section 7.3 for a key of 256 bits', () => {
    const keys = masterKeys(
      'AES_256_CM_HMAC_SHA1_80',
      'f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6',
      '3b04803de51ee7c96423ab5b78d2',
    );
    expect(hexOf(keys, 'rtp')).toEqual({
      encryption: '5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4',
      salt: 'fa31791685ca444a9e07c6c64e93',
      authentication: 'fd9c32d39ed5fbb5a9dc96b30818454d1313dc05',
    });
  });

  it('differ between RTP and RTCP in every part', () => {
    const keys = masterKeys('AES_CM_128_HMAC_SHA1_80', '00'.repeat(16), '00'.repeat(14));
    const parts = (['rtp', 'rtcp'] as const).flatMap((protocol) => Object.values(hexOf(keys, protocol)));
    expect(new Set(parts).size).toBe(6);
  });

  it('are refused for a master key or salt of the wrong size', () => {
    const wrong = [
      masterKeys('AES_CM_128_HMAC_SHA1_80', '00'.repeat(15), '00'.repeat(14)),
      masterKeys('AEAD_AES_256_GCM', '00'.repeat(32), '00'.repeat(14)),
    ];
    for (const keys of wrong) {
      expect(() => deriveSessionKeys(keys, 'rtp')).toThrow(
        expect.objectContaining({ code: 'invalid_input' }),
      );
    }
  });
});
