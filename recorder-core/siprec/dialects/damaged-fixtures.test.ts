import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isHoldfastError } from '../../errors.ts';
import { readMessage } from '../../sip/message.ts';
import { buildAnswer } from '../answer.ts';
import { readOffer } from '../offer.ts';
import { recordingEvidence } from '../recording-session-evidence.ts';
import { RecordingSession } from '../recording-session.ts';
import { identify } from '../session-identity.ts';

const FOLDER = new URL('./fixtures/', import.meta.url);
const fixtures = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sip'))
  .map((name) => readFileSync(new URL(name, FOLDER)));

/** Damage as it happens on the way: a stretch lost, doubled or overwritten. */
const damage = fc.record({
  fixture: fc.constantFrom(...fixtures),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.integer({ min: 0, max: 60 }),
  instead: fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom('', '<', '>', '"', ';', '&', '--', '\r\n\r\n', '<!DOCTYPE a>', 'm=audio', '0', '=')
      .map((text) => Buffer.from(text)),
  ),
});

test('a damaged request of any source is read, or refused as planned, and leaves a whole session', () => {
  fc.assert(
    fc.property(damage, ({ fixture, at, length, instead }) => {
      const start = Math.floor(at * fixture.length);
      const bytes = Buffer.concat([fixture.subarray(0, start), instead, fixture.subarray(start + length)]);
      const message = readMessage(bytes);
      if (message.kind !== 'request') return;
      recordingEvidence(message);
      const session = new RecordingSession();
      try {
        const offer = readOffer(message);
        session.start(offer, 1);
        const local = session
          .streams()
          .map(({ offered: { mLineIndex } }) => ({ mLineIndex, address: '::1', port: 4000 }));
        buildAnswer(offer, offer.streams.length === 0 ? [] : local, { sessionId: '1', version: 1 });
      } catch (error) {
        // An unplanned error would be a TypeError or worse.
        expect(isHoldfastError(error)).toBe(true);
      }
      identify(session);
      const ordinals = session.parties().map((party) => party.ordinal);
      expect(ordinals).toEqual(ordinals.map((_, index) => index + 1));
    }),
    { numRuns: 3000 },
  );
});
