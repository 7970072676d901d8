import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { permitCapture, type PermissionInput, type PresentParty } from './capture-permission.ts';
import { join, type Demand } from './consent-lattice.ts';
import { NO_STANDING, standingOf, type ConsentNote } from './consent-standing.ts';

const RUNS = Number(process.env['HOLDFAST_PROPERTY_RUNS'] ?? 200);

const demand: fc.Arbitrary<Demand> = fc.record({
  notice: fc.constantFrom('none', 'tone', 'announce', 'assent'),
  capture: fc.constantFrom('both', 'own-side', 'none', 'refuse-call'),
  paused: fc.boolean(),
});
const party: fc.Arbitrary<Omit<PresentParty, 'id'>> = fc.record({
  own: fc.boolean(),
  known: fc.boolean(),
  told: fc.constantFrom('nothing', 'tone', 'announcement'),
  answer: fc.constantFrom('none', 'assented', 'refused', 'withdrawn'),
  line: fc.constantFrom('1', '2', undefined),
});
const input: fc.Arbitrary<PermissionInput> = fc
  .record({
    demand,
    announcement: fc.constantFrom('by-recording-client' as const, 'with-evidence' as const, 'none' as const),
    withoutConsent: fc.constantFrom('end' as const, 'leave-out' as const),
    waitIsOver: fc.boolean(),
    parties: fc.array(party, { minLength: 1, maxLength: 4 }),
  })
  .map((drawn) => ({ ...drawn, parties: drawn.parties.map((one, index) => ({ id: `p${index}`, ...one })) }));

/** Whoever is stored after was stored before, or is new. */
function expectStricter(before: PermissionInput, after: PermissionInput): void {
  const withheld = permitCapture(before).parties.filter(({ stored }) => !stored);
  const stored = permitCapture(after).parties.filter((one) => one.stored);
  expect(stored.filter(({ id }) => withheld.some((one) => one.id === id))).toEqual([]);
}

describe('what may be stored of a call', () => {
  test('a further party never adds anybody to those who were stored', () => {
    fc.assert(
      fc.property(input, party, (before, joined) => {
        expectStricter(before, { ...before, parties: [...before.parties, { id: 'new', ...joined }] });
      }),
      { numRuns: RUNS },
    );
  });

  test('a refusal or a withdrawal never makes anything less strict', () => {
    fc.assert(
      fc.property(
        input,
        fc.nat(),
        fc.constantFrom('refused' as const, 'withdrawn' as const),
        (before, at, answer) => {
          const index = at % before.parties.length;
          const parties = before.parties.map((one, place) => (place === index ? { ...one, answer } : one));
          expectStricter(before, { ...before, parties });
          expect(permitCapture({ ...before, parties }).parties[index]?.stored).toBe(false);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('a stricter demand never stores more', () => {
    fc.assert(
      fc.property(input, demand, (before, more) => {
        expectStricter(before, { ...before, demand: join(before.demand, more) });
      }),
      { numRuns: RUNS },
    );
  });

  test('nothing is ever stored of a party that the demand is not met for', () => {
    fc.assert(
      fc.property(input, (asked) => {
        const permission = permitCapture(asked);
        for (const [index, { stored }] of permission.parties.entries()) {
          const one = asked.parties[index];
          if (!stored || one === undefined) continue;
          expect(['none', 'assented']).toContain(one.answer);
          if (asked.demand.capture === 'own-side') expect(one.own).toBe(true);
          if (asked.demand.notice === 'assent' && asked.announcement !== 'by-recording-client')
            expect(one.answer).toBe('assented');
        }
        expect(permission.act === 'store').toBe(permission.parties.some(({ stored }) => stored));
      }),
      { numRuns: RUNS },
    );
  });

  test('a session in which nobody is known yet waits for evidence, or goes on under the statement of the client', () => {
    const assent: Demand = { notice: 'assent', capture: 'both', paused: false };
    const ask = (announcement: PermissionInput['announcement']) =>
      permitCapture({ demand: assent, announcement, withoutConsent: 'end', waitIsOver: false, parties: [] })
        .act;
    expect([ask('by-recording-client'), ask('with-evidence'), ask('none')]).toEqual(['store', 'wait', 'end']);
  });

  test('the own side goes on while nobody knows who the other is', () => {
    const parties = [
      { id: 'a', own: true, known: true, ...NO_STANDING },
      { id: 'b', own: false, known: false, ...NO_STANDING },
    ];
    const own: Demand = { notice: 'none', capture: 'own-side', paused: false };
    const permission = permitCapture({
      demand: own,
      parties,
      announcement: 'none',
      withoutConsent: 'end',
      waitIsOver: false,
    });
    expect(permission).toEqual({
      act: 'store',
      parties: [
        { id: 'a', stored: true, reason: 'permitted' },
        { id: 'b', stored: false, reason: 'awaits-name' },
      ],
    });
  });
});

describe('where a party stands', () => {
  const note: fc.Arbitrary<ConsentNote> = fc.record({
    kind: fc.constantFrom('toned', 'announced', 'assented', 'refused', 'withdrawn'),
    at: fc.integer({ min: 0, max: 5 }).map((minute) => `2026-11-26T10:0${minute}:00.000Z`),
    purpose: fc.constantFrom(null, 'business-record', 'training'),
  });

  test('does not depend on order or repetition of what was noted', () => {
    fc.assert(
      fc.property(fc.array(note), fc.infiniteStream(fc.nat()), (notes, order) => {
        const shuffled = [...notes, ...notes]
          .map((one) => ({ one, place: order.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        expect(standingOf(shuffled, 'training')).toEqual(standingOf(notes, 'training'));
      }),
      { numRuns: RUNS },
    );
  });

  test('an assent that is older than the withdrawal does not undo it, however late it is heard of', () => {
    const withdrawn: ConsentNote = { kind: 'withdrawn', at: '2026-11-26T10:05:00.000Z', purpose: null };
    const assented = (at: string): ConsentNote => ({ kind: 'assented', at, purpose: 'training' });
    expect(standingOf([withdrawn, assented('2026-11-26T10:00:00.000Z')], 'training').answer).toBe(
      'withdrawn',
    );
    expect(standingOf([withdrawn, assented(withdrawn.at)], 'training').answer).toBe('withdrawn');
    expect(standingOf([withdrawn, assented('2026-11-26T10:06:00.000Z')], 'training').answer).toBe('assented');
    expect(standingOf([withdrawn, assented('2026-11-26T10:06:00.000Z')], 'quality').answer).toBe('withdrawn');
  });
});
