import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { buildReceiverReport } from '../../rtcp.ts';
import { buildRtp } from '../../rtp.ts';
import { makeSrtpKeys } from '../sdes.ts';
import type { SrtpKeys, SrtpSuite } from '../srtp-keys.ts';

export const SSRC = 0xcafe_f00d;

/** A packet of 20 ms of G.711 whose payload tells its number. */
export function speech(sequence: number, ssrc = SSRC): Buffer {
  const payload = Buffer.alloc(160, sequence & 0xff);
  return buildRtp({ payloadType: 0, sequence, timestamp: sequence * 160, ssrc, payload });
}

/** A receiver report, which is as long as such reports are. */
export function report(ssrc = SSRC): Buffer {
  return buildReceiverReport({ ssrc, reports: [], cname: 'recorder@example.test' });
}

/** Fresh keys, with an MKI where one is given. */
export function freshKeys(suite: SrtpSuite, mki?: string): SrtpKeys {
  const keys = makeSrtpKeys(suite, randomBytes);
  return mki === undefined ? keys : { ...keys, mki: Buffer.from(mki, 'hex') };
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

/** RTP of any shape: contributing sources, header extension, padding, payloads of any length. */
export const anyRtp = fc
  .record({
    payloadType: fc.nat({ max: 127 }),
    marker: fc.boolean(),
    sequence: fc.nat({ max: 0xffff }),
    timestamp: fc.nat({ max: 0xffffffff }),
    ssrc: fc.nat({ max: 0xffffffff }),
    csrcs: fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 15 }),
    words: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
    payload: bytes(1400),
    paddingBytes: fc.constantFrom(0, 0, 4, 255),
  })
  .map(({ words, ...fields }) => {
    const extension = words === undefined ? undefined : { profile: 0xbede, data: Buffer.alloc(4 * words, 9) };
    return buildRtp({ ...fields, extension });
  });
