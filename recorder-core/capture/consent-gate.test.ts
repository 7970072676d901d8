import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadShippedRulePack } from '../policy/rule-pack-file.ts';
import { rulebookOf } from '../policy/rulebook.ts';
import type { ConsentRow, VerifiedRulePack } from '../policy/rule-pack.ts';
import type { Party } from '../siprec/session-parties.ts';
import { askConsent, type ConsentSettings } from './consent-gate.ts';

const AT = '2026-11-21T00:00:00.000Z';
const BERLIN = '+4930123456';
let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});

function party(aor: string | undefined, ordinal = 1): Party {
  return { ordinal, source: 'unknown', joinedAt: 0, ...(aor === undefined ? {} : { aor }) };
}

function settings(change: Partial<ConsentSettings> = {}): ConsentSettings {
  return {
    rules: () => rulebookOf(pack),
    recorderJurisdiction: 'DE',
    purpose: 'business-record',
    announcement: 'by-recording-client',
    ...change,
  };
}

/** A pack in which every place demands the same. */
function packOf(value: ConsentRow['value']): VerifiedRulePack {
  const model = pack.consent.find(({ id }) => id === pack.defaults.consent)!;
  return {
    ...pack,
    consent: ['unknown', 'DE', 'US'].map((jurisdiction) => ({
      ...model,
      id: jurisdiction === 'unknown' ? model.id : `consent/${jurisdiction.toLowerCase()}-test`,
      jurisdiction,
      value,
    })),
  };
}

describe('the consent gate', () => {
  test.each([
    ['one-party', 'RECORD', true, true],
    ['notice-or-tone', 'TONE', true, false],
    ['announce', 'ANNOUNCE', true, false],
    ['knowledge-of-all', 'ANNOUNCE', true, false],
    ['all-party', 'ASSENT', true, false],
    ['own-side-only', 'OWN_SIDE_ONLY', false, false],
    ['pause', 'PAUSE', true, true], // the session goes on, and nothing is stored
    ['prohibited', 'DO_NOT_RECORD', false, false],
  ] as const)(
    'where the law says %s the outcome is %s: allowed with notice %s, without %s',
    (value, outcome, told, untold) => {
      for (const [announcement, allowed] of [
        ['by-recording-client', told],
        ['none', untold],
      ] as const) {
        const verdict = askConsent(
          [party(BERLIN)],
          settings({ rules: () => rulebookOf(packOf(value)), announcement }),
          AT,
        );
        expect(verdict).toMatchObject({
          allowed,
          explanation: { outcome, decidedAt: AT, packDigest: pack.digest },
        });
        expect(verdict.explanation.reasons.length).toBeGreaterThan(1);
      }
    },
  );

  test('treats a session about which nothing is known as strictly as an unknown place', () => {
    for (const parties of [[], [party(undefined)], [party('sip:anonymous@anonymous.invalid')]]) {
      expect(askConsent(parties, settings(), AT)).toMatchObject({
        allowed: true,
        explanation: { outcome: 'ASSENT' },
      });
      expect(askConsent(parties, settings({ announcement: 'none' }), AT).allowed).toBe(false);
    }
  });

  test('names the rules that decided and never a number or a name', () => {
    const { explanation } = askConsent([party(`sip:${BERLIN}@sbc.example`)], settings(), AT);
    expect(explanation.rules.length).toBeGreaterThan(0);
    expect(JSON.stringify(explanation)).not.toMatch(/4930123456|sbc\.example/);
  });

  test('never stores, for one party more, what it did not store before', () => {
    const somebody = fc
      .constantFrom(
        undefined,
        BERLIN,
        '+442079460001',
        '+14155550100',
        '+12125550100',
        '+33612345678',
        '911',
        'sip:x@y',
      )
      .map((aor) => party(aor));
    fc.assert(
      fc.property(
        fc.array(somebody, { minLength: 1, maxLength: 4 }),
        somebody,
        fc.constantFrom('by-recording-client' as const, 'none' as const),
        fc.constantFrom('DE', 'US-NY', 'GB', 'JP', 'nowhere'),
        fc.constantFrom('business-record', 'training'),
        fc.constantFrom(
          ...(['one-party', 'announce', 'own-side-only', 'pause', 'prohibited'] as const),
          undefined,
        ),
        (before, joining, announcement, recorderJurisdiction, purpose, value) => {
          const asked = settings({
            announcement,
            recorderJurisdiction,
            purpose,
            ...(value === undefined ? {} : { rules: () => rulebookOf(packOf(value)) }),
          });
          const numbered = [...before, joining].map((one, index) => ({ ...one, ordinal: index + 1 }));
          const earlier = askConsent(numbered.slice(0, -1), asked, AT);
          const later = askConsent(numbered, asked, AT);
          const added = [...later.parties].filter(
            ([ordinal, { stored }]) => stored && earlier.parties.get(ordinal)?.stored === false,
          );
          expect(added).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
