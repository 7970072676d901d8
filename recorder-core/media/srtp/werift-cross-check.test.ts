import { describe, expect, it } from '@jest/globals';
import { RtpPacket, SrtcpSession, SrtpSession } from 'werift-rtp';
import type { SrtpKeys, SrtpSuite } from './srtp-keys.ts';
import { SrtpReceiver } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';
import { freshKeys, report, speech } from './test-support/packets.ts';

/** The two suites that werift has, by their numbers in DTLS-SRTP. */
const SUITES: readonly (readonly [SrtpSuite, number])[] = [
  ['AES_CM_128_HMAC_SHA1_80', 1],
  ['AEAD_AES_128_GCM', 7],
];

function peer(keys: SrtpKeys, profile: number) {
  const masterKey = Buffer.from(keys.masterKey);
  const masterSalt = Buffer.from(keys.masterSalt);
  return {
    profile,
    keys: {
      localMasterKey: masterKey,
      localMasterSalt: masterSalt,
      remoteMasterKey: masterKey,
      remoteMasterSalt: masterSalt,
    },
  };
}

describe.each(SUITES)('%s, against werift', (suite, profile) => {
  const keys = freshKeys(suite);

  it('opens what werift protects, over the roll-over, to the byte', () => {
    const theirs = new SrtpSession(peer(keys, profile));
    const receiver = new SrtpReceiver([keys]);
    for (let sequence = 0xfff0; sequence < 0x10010; sequence++) {
      const plain = speech(sequence & 0xffff);
      const { header, payload } = RtpPacket.deSerialize(plain);
      expect(receiver.unprotect(theirs.encrypt(payload, header))).toEqual(plain);
    }
    const theirRtcp = new SrtcpSession(peer(keys, profile));
    expect(receiver.unprotectRtcp(theirRtcp.encrypt(report()))).toEqual(report());
    expect(receiver.unprotectRtcp(theirRtcp.encrypt(report()))).toEqual(report());
  });

  it('protects what werift opens, over the roll-over, to the byte', () => {
    const theirs = new SrtpSession(peer(keys, profile));
    const sender = new SrtpSender(keys);
    for (let sequence = 0xfff0; sequence < 0x10010; sequence++) {
      const plain = speech(sequence & 0xffff);
      expect(theirs.decrypt(sender.protect(plain))).toEqual(plain);
    }
    const theirRtcp = new SrtcpSession(peer(keys, profile));
    expect(theirRtcp.decrypt(sender.protectRtcp(report()))).toEqual(report());
  });
});
