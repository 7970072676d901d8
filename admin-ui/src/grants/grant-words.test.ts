import { describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../hub/api/schemas/grant.ts';
import { grantFor } from './grant-for.ts';
import {
  endingFirst,
  grantInWords,
  phaseInWords,
  receiverInWords,
  reviewInWords,
  timeLeft,
} from './grant-words.ts';
import { parseGrantsSearch, parseIds } from './grants-search.ts';

const ID = '0198c0de-0000-7000-8000-000000000001';

describe('a grant in words', () => {
  test('says what it allows, of which recordings, and to whom', () => {
    const one = { kind: 'recordings', ids: [ID] } as const;
    expect(grantInWords({ acts: ['recording.play'], scope: { ...one, ids: [ID] } })).toBe(
      'Play one recording',
    );
    expect(
      grantInWords({ acts: ['recording.list', 'recording.read', 'recording.play'], scope: { kind: 'all' } }),
    ).toBe('Find, read and play every recording');
    expect(receiverInWords({ to: { group: 'Board' } })).toBe('Group Board');
    expect(receiverInWords({ to: { person: { id: ID, name: 'Test person' } } })).toBe('Test person');
  });

  test('is over when its time is, whatever its row says', () => {
    expect(phaseInWords({ phase: 'over', state: 'granted' }).label).toBe('Over');
    expect(phaseInWords({ phase: 'over', state: 'revoked' }).label).toBe('Revoked');
    expect(phaseInWords({ phase: 'live', state: 'granted' }).tone).toBe('good');
    expect(reviewInWords({ review: null })).toBeUndefined();
    expect(reviewInWords({ review: 'open' })?.tone).toBe('warn');
  });

  test('has time left, rounded down, until it is over', () => {
    const now = new Date('2026-11-27T12:00:00.000Z');
    const left = (ms: number) => timeLeft(new Date(now.getTime() + ms).toISOString(), now);
    expect([0, 1, 60_000, 119 * 60_000, 120 * 60_000, 48 * 3_600_000].map(left)).toEqual([
      'over',
      'less than a minute',
      '1 minute',
      '119 minutes',
      '2 hours',
      '2 days',
    ]);
  });
});

test('of the grants that end soon, the one that ends first comes first', () => {
  const grant = (id: string, untilAt: string, endsSoon = true) => ({ id, untilAt, endsSoon }) as Grant;
  const grants = [
    grant('late', '2026-11-27T13:00:00.000Z'),
    grant('not soon', '2026-11-27T11:00:00.000Z', false),
    grant('first', '2026-11-27T12:00:00.000Z'),
  ];
  expect(endingFirst(grants).map(({ id }) => id)).toEqual(['first', 'late']);
});

describe('the grant that plays a recording', () => {
  const grant = (change: object) =>
    ({
      phase: 'live',
      acts: ['recording.play'],
      scope: { kind: 'recordings', ids: [ID] },
      ...change,
    }) as Grant;

  test('names it, or else may reach it, and is in force', () => {
    const [named, wide] = [grant({}), grant({ scope: { kind: 'all' } })];
    expect(grantFor([wide, named], ID)).toBe(named);
    expect(grantFor([wide, grant({ scope: { kind: 'recordings', ids: [] } })], ID)).toBe(wide);
    expect(grantFor([grant({ phase: 'over' }), grant({ acts: ['recording.read'] })], ID)).toBeUndefined();
  });
});

describe('what the form opens with', () => {
  test('is a recording and an act of the URL, and nothing else', () => {
    expect(parseGrantsSearch({ recording: ID, act: 'recording.play' })).toEqual({
      recording: ID,
      act: 'recording.play',
    });
    expect(parseGrantsSearch({ recording: 'x', act: 'hold.release', more: 1 })).toEqual({});
  });

  test('are ids, one a line or with commas between', () => {
    expect(parseIds(`${ID}\n ${ID},`)).toEqual([ID, ID]);
    expect(parseIds(`${ID} no`)).toBeUndefined();
    expect(parseIds(' ')).toBeUndefined();
  });
});
