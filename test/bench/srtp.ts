import { createCipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { buildRtp } from '../../recorder-core/media/rtp.ts';
import { makeSrtpKeys } from '../../recorder-core/media/srtp/sdes.ts';
import type { SrtpSuite } from '../../recorder-core/media/srtp/srtp-keys.ts';
import { SrtpReceiver } from '../../recorder-core/media/srtp/srtp-receiver.ts';
import { SrtpSender } from '../../recorder-core/media/srtp/srtp-sender.ts';
import { SRTP_SUITES, SUITES_BY_PREFERENCE } from '../../recorder-core/media/srtp/srtp-suites.ts';
import type { Bench } from './bench.ts';
import { compare, type Comparison } from './rounds.ts';

const ROUNDS = 9;
const PACKETS = 20_000;
/** 20 ms of G.711. */
const PAYLOAD_BYTES = 160;
const MANDATORY: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';

/** Authenticating and decrypting one packet, against encrypting its payload with node:crypto and nothing else. */
export const srtp: Bench = {
  name: 'srtp',
  async run({ report }) {
    const suites: Partial<Record<SrtpSuite, Comparison>> = {};
    for (const suite of SUITES_BY_PREFERENCE) {
      report(suite);
      suites[suite] = await compareSuite(suite);
    }
    return {
      what: `Opening an SRTP packet of ${PAYLOAD_BYTES} bytes of payload: replay window, tag, decryption; ${MANDATORY}`,
      unit: 'microseconds of processor time for each packet',
      baseline: 'createCipheriv and update over the same payload, the key as a KeyObject, no tag checked',
      comparison: suites[MANDATORY] ?? (await compareSuite(MANDATORY)),
      details: { suites },
      notes: [
        `${PACKETS} packets a round, in order, one source, in memory.`,
        'The baseline runs in the mode of the suite; that of the counter suites authenticates nothing.',
      ],
    };
  },
};

function compareSuite(suite: SrtpSuite): Promise<Comparison> {
  const { mode, key } = SRTP_SUITES[suite];
  const secret = createSecretKey(randomBytes(key));
  const payload = randomBytes(PAYLOAD_BYTES);
  const encrypt = mode === 'gcm' ? encryptGcm : encryptCounter;
  return compare(
    ROUNDS,
    () => openAll(suite),
    () => microsEach(PACKETS, () => encrypt(key * 8, secret, payload)),
  );
}

/** Fresh keys and packets each round, because a packet is opened once. */
function openAll(suite: SrtpSuite): number {
  const keys = makeSrtpKeys(suite, randomBytes);
  const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
  const payload = randomBytes(PAYLOAD_BYTES);
  const packets = Array.from({ length: PACKETS }, (_, sequence) =>
    sender.protect(buildRtp({ payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 1, payload })),
  );
  return microsEach(PACKETS, (i) => {
    const packet = packets[i];
    if (packet === undefined || typeof receiver.unprotect(packet) === 'string') {
      throw new Error(`Packet ${i} of ${suite} was refused; a figure without it would be of something else.`);
    }
  });
}

/** Processor time, which a busy machine disturbs less than the clock on the wall. */
function microsEach(times: number, work: (i: number) => unknown): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work(i);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

const COUNTER_BLOCK = Buffer.alloc(16);
const NONCE = Buffer.alloc(12);

function encryptCounter(bits: number, key: KeyObject, payload: Buffer): unknown {
  return createCipheriv(`aes-${bits}-ctr`, key, COUNTER_BLOCK).update(payload);
}

function encryptGcm(bits: number, key: KeyObject, payload: Buffer): unknown {
  return createCipheriv(bits === 256 ? 'aes-256-gcm' : 'aes-128-gcm', key, NONCE).update(payload);
}
