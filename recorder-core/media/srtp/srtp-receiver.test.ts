import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeProtection } from './make-protection.ts';
import { REPLAY_WINDOW } from './replay-window.ts';
import { MAX_SOURCES } from './source-table.ts';
import { SrtpReceiver, type SrtpRefusal } from './srtp-receiver.ts';
import { SrtpSender } from './srtp-sender.ts';
import { SUITES_BY_PREFERENCE } from './srtp-suites.ts';
import { anyRtp, freshKeys, report, speech } from './test-support/packets.ts';

const SUITE = 'AES_CM_128_HMAC_SHA1_80';
const anySuite = fc.constantFrom(...SUITES_BY_PREFERENCE);
const anyMki = fc.constantFrom(undefined, '07', '00112233');

/** What came of a packet: `opened`, or the refusal. The packet itself is kept for another time. */
function outcome(receiver: SrtpReceiver, packet: Buffer): 'opened' | SrtpRefusal {
  const result = receiver.unprotect(Buffer.from(packet));
  return typeof result === 'string' ? result : 'opened';
}

describe('an SRTP receiver', () => {
  it('gives back exactly the packet that was protected, in the memory it came in', () => {
    fc.assert(
      fc.property(anySuite, anyMki, anyRtp, (suite, mki, plain) => {
        const keys = freshKeys(suite, mki);
        const before = Buffer.from(plain);
        const packet = new SrtpSender(keys).protect(plain);
        const opened = new SrtpReceiver([keys]).unprotect(packet);
        expect(plain).toEqual(before);
        expect(opened).toEqual(plain);
        expect((opened as Buffer).buffer).toBe(packet.buffer);
      }),
    );
  });

  it('gives back RTCP, encrypted or only authenticated', () => {
    for (const suite of SUITES_BY_PREFERENCE) {
      const keys = freshKeys(suite, '07');
      const receiver = new SrtpReceiver([keys]);
      const sealed = new SrtpSender(keys).protectRtcp(report());
      expect(sealed.includes('recorder@example.test')).toBe(false);
      expect(receiver.unprotectRtcp(sealed)).toEqual(report());
      const inClear = makeProtection(keys, 'rtcp').seal(report(), report().length, 1);
      expect(inClear.includes('recorder@example.test')).toBe(true);
      expect(receiver.unprotectRtcp(inClear)).toEqual(report());
    }
  });

  it('refuses a packet with any one bit changed, leaves it alone, and opens the true one afterwards', () => {
    fc.assert(
      fc.property(anySuite, anyMki, anyRtp, fc.nat(), fc.boolean(), (suite, mki, rtp, at, isRtp) => {
        const keys = freshKeys(suite, mki);
        const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
        const packet = isRtp ? sender.protect(rtp) : sender.protectRtcp(report());
        const open = (bytes: Buffer) => (isRtp ? receiver.unprotect(bytes) : receiver.unprotectRtcp(bytes));
        const bit = at % (packet.length * 8);
        const changed = Buffer.from(packet);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const before = Buffer.from(changed);
        expect(['malformed', 'unauthenticated', 'unknown-key']).toContain(open(changed));
        expect(changed).toEqual(before);
        expect(open(packet)).toEqual(isRtp ? rtp : report());
      }),
      { numRuns: 400 },
    );
  });

  it('refuses whatever is no packet of the stream, without an error', () => {
    const keys = [freshKeys(SUITE, '07')];
    const gcm = [freshKeys('AEAD_AES_128_GCM')];
    const start = fc.constantFrom([], [0x80], [0x9f], [0x80, 200]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (head, tail) => {
        const bytes = Buffer.from([...head, ...tail]);
        for (const receiver of [new SrtpReceiver(keys), new SrtpReceiver(gcm)]) {
          expect(typeof receiver.unprotect(bytes)).toBe('string');
          expect(typeof receiver.unprotectRtcp(bytes)).toBe('string');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cannot be made without a key, or with one of a wrong size', () => {
    const short = { ...freshKeys(SUITE), masterKey: Buffer.alloc(15) };
    for (const keys of [[], [short]]) {
      expect(() => new SrtpReceiver(keys)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    }
  });
});

describe('packets that come twice or late', () => {
  it('are refused the second time, RTCP too', () => {
    const keys = freshKeys(SUITE);
    const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
    const packet = sender.protect(speech(1));
    expect([outcome(receiver, packet), outcome(receiver, packet)]).toEqual(['opened', 'replayed']);
    const rtcp = sender.protectRtcp(report());
    expect(receiver.unprotectRtcp(Buffer.from(rtcp))).toEqual(report());
    expect(receiver.unprotectRtcp(rtcp)).toBe('replayed');
  });

  it('are opened in any order inside the window, over the roll-over, each once', () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: REPLAY_WINDOW }, (_, i) => i),
      { minLength: REPLAY_WINDOW },
    );
    fc.assert(
      fc.property(anySuite, order, fc.integer({ min: 0xff00, max: 0xffff }), (suite, positions, first) => {
        const keys = freshKeys(suite);
        const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
        const packets = positions.map((_, i) => sender.protect(speech((first + i) & 0xffff)));
        expect(outcome(receiver, packets[0]!)).toBe('opened');
        for (const position of positions.filter((p) => p > 0)) {
          expect(outcome(receiver, packets[position]!)).toBe('opened');
        }
        for (const packet of packets) expect(outcome(receiver, packet)).toBe('replayed');
      }),
      { numRuns: 30 },
    );
  });

  it('are refused when they are older than the window', () => {
    const keys = freshKeys(SUITE);
    const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
    const late = sender.protect(speech(10));
    expect(outcome(receiver, sender.protect(speech(10 + REPLAY_WINDOW)))).toBe('opened');
    expect(outcome(receiver, late)).toBe('replayed');
  });

  it('are still known after a flood of packets of sources that hold no key', () => {
    const keys = freshKeys(SUITE);
    const receiver = new SrtpReceiver([keys]);
    const forger = new SrtpSender(freshKeys(SUITE));
    const first = new SrtpSender(keys).protect(speech(1));
    expect(outcome(receiver, first)).toBe('opened');
    for (let ssrc = 1; ssrc <= 3 * MAX_SOURCES; ssrc++) {
      expect(outcome(receiver, forger.protect(speech(1, ssrc)))).toBe('unauthenticated');
    }
    expect(outcome(receiver, first)).toBe('replayed');
  });
});

describe('the roll-over counter', () => {
  it('is kept over several roll-overs with any loss', () => {
    const stretches = fc.array(
      fc.record({ sent: fc.integer({ min: 1, max: 300 }), lost: fc.nat({ max: 30_000 }) }),
      { minLength: 40, maxLength: 60 },
    );
    fc.assert(
      fc.property(anySuite, fc.nat({ max: 0x7fff }), stretches, (suite, first, pattern) => {
        const keys = freshKeys(suite);
        const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
        let sequence = first;
        for (const { sent, lost } of pattern) {
          for (let i = 0; i < sent; i++) {
            expect(outcome(receiver, sender.protect(speech(sequence++ & 0xffff)))).toBe('opened');
          }
          sequence += lost;
        }
      }),
      { numRuns: 10 },
    );
  });

  it('is kept over 150,000 packets in a row', () => {
    const keys = freshKeys('AES_CM_128_HMAC_SHA1_32');
    const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
    let opened = 0;
    for (let i = 0; i < 150_000; i++) {
      if (typeof receiver.unprotect(sender.protect(speech(i & 0xffff))) !== 'string') opened++;
    }
    expect(opened).toBe(150_000);
  });

  it('is found at once when a stream began just below a roll-over and its first packets were lost', () => {
    const keys = freshKeys(SUITE);
    const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
    for (let sequence = 0xfff0; sequence <= 0xffff; sequence++) sender.protect(speech(sequence));
    expect(outcome(receiver, sender.protect(speech(3)))).toBe('opened');
  });

  it.each([2, 20, 79])('is found within 80 packets of a stream that is joined at counter %d', (counter) => {
    const keys = freshKeys('AEAD_AES_128_GCM');
    const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
    advance(sender, 0, counter * 0x10000);
    const outcomes = Array.from({ length: 82 }, (_, i) => outcome(receiver, sender.protect(speech(i + 1))));
    expect(outcomes.indexOf('opened')).toBeLessThan(80);
    expect(outcomes.lastIndexOf('unauthenticated')).toBe(outcomes.indexOf('opened') - 1);
  });

  it('is found again after a gap of more than half of it', () => {
    const keys = freshKeys(SUITE);
    const [sender, receiver] = [new SrtpSender(keys), new SrtpReceiver([keys])];
    expect(outcome(receiver, sender.protect(speech(0)))).toBe('opened');
    advance(sender, 1, 50_000);
    expect(outcome(receiver, sender.protect(speech(50_001)))).toBe('opened');
  });

  /** Lets a sender protect packets that nobody receives, until the one with index `to`. */
  function advance(sender: SrtpSender, from: number, to: number): void {
    for (let index = from; index < to; index += 0x4000) sender.protect(speech(index & 0xffff));
    sender.protect(speech(to & 0xffff));
  }
});

describe('the keys of a receiver', () => {
  it('are told apart by the MKI; one that names none is refused', () => {
    for (const suite of SUITES_BY_PREFERENCE) {
      const [first, second, foreign] = ['0001', '0002', '0003'].map((mki) => freshKeys(suite, mki));
      const receiver = new SrtpReceiver([first!, second!]);
      expect(outcome(receiver, new SrtpSender(second!).protect(speech(1)))).toBe('opened');
      expect(outcome(receiver, new SrtpSender(first!).protect(speech(2)))).toBe('opened');
      expect(outcome(receiver, new SrtpSender(foreign!).protect(speech(3)))).toBe('unknown-key');
      expect(receiver.unprotectRtcp(new SrtpSender(second!).protectRtcp(report()))).toEqual(report());
    }
  });

  it.each(['continues', 'begins again'])(
    'can change, and the old ones open until the first of the new; the counter %s',
    (how) => {
      const [old, fresh] = [freshKeys(SUITE), freshKeys('AEAD_AES_256_GCM')];
      const [before, receiver] = [new SrtpSender(old), new SrtpReceiver([old])];
      for (const sequence of [0, 30_000, 60_000, 10]) {
        expect(outcome(receiver, before.protect(speech(sequence)))).toBe('opened');
      }
      receiver.rekey([fresh]);
      const inFlight = [11, 12].map((sequence) => before.protect(speech(sequence)));
      expect(outcome(receiver, inFlight[0]!)).toBe('opened');
      expect(receiver.unprotectRtcp(before.protectRtcp(report()))).toEqual(report());

      const after = how === 'continues' ? before : new SrtpSender(fresh);
      after.rekey(fresh);
      const first = after.protect(speech(13));
      expect([outcome(receiver, first), outcome(receiver, first)]).toEqual(['opened', 'replayed']);
      expect(outcome(receiver, inFlight[1]!)).toBe('unauthenticated');
      expect(receiver.unprotectRtcp(after.protectRtcp(report()))).toEqual(report());
    },
  );

  it('may be given again, or taken back, and no packet is opened twice for it', () => {
    const [first, second] = [freshKeys(SUITE), freshKeys(SUITE)];
    const receiver = new SrtpReceiver([first]);
    const sender = new SrtpSender(first);
    const packet = sender.protect(speech(1));
    expect(outcome(receiver, packet)).toBe('opened');
    receiver.rekey([{ ...first }]);
    expect(outcome(receiver, packet)).toBe('replayed');
    receiver.rekey([second]);
    expect(outcome(receiver, packet)).toBe('replayed');
    receiver.rekey([{ ...first }]);
    expect(outcome(receiver, packet)).toBe('replayed');
    expect(outcome(receiver, sender.protect(speech(2)))).toBe('opened');
  });
});

describe('an SRTP sender', () => {
  it('protects no second packet under a number that it used', () => {
    const sender = new SrtpSender(freshKeys(SUITE));
    sender.protect(speech(5));
    expect(() => sender.protect(speech(5))).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    expect(sender.protect(speech(4))).toHaveLength(172 + 10);
  });

  it('protects nothing but packets', () => {
    const sender = new SrtpSender(freshKeys(SUITE));
    expect(() => sender.protect(Buffer.alloc(40))).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
    expect(() => sender.protectRtcp(Buffer.alloc(4))).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });
});
