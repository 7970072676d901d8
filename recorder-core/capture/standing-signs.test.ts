import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CIRCUMSTANCES, type Circumstance } from '../policy/rule-pack.ts';
import { Headers } from '../sip/headers.ts';
import { StandingSigns } from './standing-signs.ts';
import { CIRCUMSTANCE_HEADER, signsIn } from './signs-in.ts';

const heard = fc.record({
  circumstance: fc.constantFrom(...CIRCUMSTANCES),
  state: fc.constantFrom('begins' as const, 'ends' as const),
  by: fc.constantFrom('api', 'header X'),
});
const message = fc.record({
  circumstances: fc.array(heard, { maxLength: 4 }),
  purposes: fc.array(
    fc.record({ purpose: fc.constantFrom('health', 'finance'), by: fc.constant('number') }),
    {
      maxLength: 2,
    },
  ),
});

test('a circumstance stands from a message that begins it until one that only ends it, and the journal tells the same', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
      const signs = new StandingSigns();
      const wanted = new Set<Circumstance>();
      const purposes = new Set<string>();
      const told = new Set<Circumstance>();
      for (const [index, one] of messages.entries()) {
        signs.take(one, index);
        for (const circumstance of CIRCUMSTANCES) {
          const states = one.circumstances
            .filter((said) => said.circumstance === circumstance)
            .map(({ state }) => state);
          if (states.includes('begins')) wanted.add(circumstance);
          else if (states.includes('ends')) wanted.delete(circumstance);
        }
        for (const { purpose } of one.purposes) purposes.add(purpose);
        for (const entry of signs.takeHeard()) {
          if (entry.type !== 'circumstance') continue;
          expect(told.has(entry.circumstance)).toBe(entry.state === 'ends'); // every entry is news
          if (entry.state === 'begins') told.add(entry.circumstance);
          else told.delete(entry.circumstance);
        }
        expect(signs.circumstances.map(({ circumstance }) => circumstance)).toEqual([...wanted].sort());
        expect(told).toEqual(wanted);
        expect(signs.purposes).toEqual([...purposes].sort());
      }
    }),
  );
});

test('the header of circumstances is read word by word, and what it does not know says nothing', () => {
  const said = (value: string) =>
    signsIn({ headers: Headers.from({ [CIRCUMSTANCE_HEADER]: value }) }, {}).circumstances.map(
      ({ circumstance, state }) => `${circumstance} ${state}`,
    );
  expect(said('Payment-Card;ENDS, minor')).toEqual(['payment-card ends', 'minor begins']);
  expect(said('minor;begins;ends')).toEqual(['minor begins']);
  expect(said('rain, ;ends, minors')).toEqual([]);
  fc.assert(
    fc.property(fc.stringMatching(/^[\x20-\x7e]*$/), (value) => {
      for (const one of said(value)) expect(one).toMatch(/^(payment-card|emergency|minor) (begins|ends)$/);
    }),
  );
});

test('a header in metadata that names a called address is read without its display name', () => {
  const facts = [{ name: 'to_header' as const, value: '"Help" <urn:service:sos>;tag=1' }];
  expect(signsIn({ headers: new Headers() }, { body: { facts } }).circumstances).toEqual([
    { circumstance: 'emergency', state: 'begins', by: 'address urn:service:sos' },
  ]);
});
