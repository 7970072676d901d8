import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Release } from '../../../hub/api/schemas/matter.ts';
import { matterState, matterStep, nextReminder, tagsOf } from './matter-words.ts';

const NOW = new Date('2026-11-26T12:00:00.000Z');
const release = (state: Release['state'], whole = true): Release => ({
  id: 'r',
  matterId: 'm',
  holdIds: [],
  whole,
  reason: 'The case is over.',
  askedBy: 'Olga',
  askedAt: NOW.toISOString(),
  approvalId: 'a',
  state,
  grantedBy: null,
  grantedAt: null,
  graceEndsAt: null,
  endedBy: null,
  endedAt: null,
  endReason: null,
});
const notice = {
  id: 'n',
  name: 'Ken',
  address: null,
  superior: null,
  superiorAddress: null,
  instructions: 'Keep all.',
  connectionId: null,
  byMail: false,
  mail: null,
  remindDays: 7,
  mostReminders: 2,
  sentBy: 'Olga',
  sentAt: '2026-11-01T00:00:00.000Z',
  reminders: 0,
  remindedAt: null,
  escalatedAt: null,
  acknowledgedAt: null,
  endedAt: null,
};
const open = { state: 'open' as const, activeHolds: 1, reviewAt: null, releases: [], notices: [] };

describe('the next step of a matter', () => {
  test.each([
    ['closed', { ...open, state: 'closed' as const }],
    ['decide', { ...open, releases: [release('asked', false)] }],
    ['grace', { ...open, state: 'releasing' as const, activeHolds: 0, releases: [release('grace')] }],
    ['keeps', { ...open, releases: [release('grace', false), release('refused')] }],
    ['place', { ...open, activeHolds: 0 }],
    ['review', { ...open, reviewAt: '2026-11-26T11:59:59.000Z' }],
    ['answers', { ...open, notices: [notice, { ...notice, acknowledgedAt: NOW.toISOString() }] }],
    ['keeps', open],
  ])('is to be told as "%s"', (kind, matter) => {
    expect(matterStep(matter, NOW).kind).toBe(kind);
  });

  test('is the end and nothing else once it is closed', () => {
    const states = fc.constantFrom<Release['state'][]>('asked', 'grace', 'refused', 'done', 'taken-back');
    fc.assert(
      fc.property(fc.array(states), fc.nat(3), (releases, activeHolds) => {
        const matter = { ...open, activeHolds, releases: releases.map((state) => release(state)) };
        expect(matterStep({ ...matter, state: 'closed' }, NOW)).toEqual({ kind: 'closed' });
        const { kind } = matterStep(matter, NOW);
        // A question that waits is never hidden by anything else.
        if (releases.includes('asked')) expect(kind).toBe('decide');
      }),
    );
  });
});

describe('a custodian who was told', () => {
  test.each([
    [{}, { at: '2026-11-08T00:00:00.000Z', toSuperior: false }],
    [{ reminders: 1 }, { at: '2026-11-15T00:00:00.000Z', toSuperior: false }],
    [{ reminders: 2 }, { at: '2026-11-22T00:00:00.000Z', toSuperior: true }],
    [{ escalatedAt: NOW.toISOString() }, undefined],
    [{ acknowledgedAt: NOW.toISOString() }, undefined],
    [{ endedAt: NOW.toISOString() }, undefined],
  ])('after %j is reminded next %j', (change, next) => {
    expect(nextReminder({ ...notice, ...change })).toEqual(next);
  });
});

test('a matter without a hold in force says so', () => {
  expect(matterState({ state: 'open', activeHolds: 0 }).label).toBe('Open, nothing held');
  expect(matterState({ state: 'releasing', activeHolds: 0 }).tone).toBe('accent');
});

test('tags are read by comma and line, each once', () => {
  expect(tagsOf(' mifid2, sec\nmifid2 ,, ')).toEqual(['mifid2', 'sec']);
});
