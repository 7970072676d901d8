import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTold, stateToWrite, toldText, type IncidentState } from './app/src/server/ticket-state.ts';

const rule = { inProgress: '2', resolved: '6', closed: '7', ended: ['7', '8'] };
const state = fc.constantFrom<IncidentState>('open', 'contained', 'resolved', 'closed');
const remote = fc.constantFrom('1', '2', '3', '6', '7', '8');

describe('the state of a ticket', () => {
  test('what was told is read back, and nothing else is taken for it', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), state, (revision, told) => {
        expect(readTold(toldText(revision, told))).toEqual({ revision, state: told });
      }),
    );
    for (const text of [null, '', 'Holdfast', 'Holdfast x open', 'Other 3 open', 'Holdfast 3 open more'])
      expect(readTold(text)).toEqual({ revision: 0, state: undefined });
  });

  test('stays as it is while the incident does not change', () => {
    fc.assert(
      fc.property(state, remote, (told, there) => {
        expect(stateToWrite(rule, told, told, there)).toBeUndefined();
      }),
    );
  });

  test('that has ended is opened again only when the incident was, and never merely resolved or closed anew', () => {
    fc.assert(
      fc.property(
        fc.option(state, { nil: undefined }),
        state,
        fc.constantFrom('7', '8'),
        (told, next, there) => {
          const written = stateToWrite(rule, told, next, there);
          const reopened = next === 'open' && (told === 'resolved' || told === 'closed');
          expect(written).toBe(reopened ? '2' : undefined);
        },
      ),
    );
  });

  test.each([
    [undefined, 'open', '1', undefined],
    [undefined, 'closed', '1', '7'],
    ['open', 'contained', '1', '2'],
    ['open', 'contained', '6', undefined],
    ['contained', 'resolved', '2', '6'],
    ['resolved', 'closed', '6', '7'],
    ['resolved', 'open', '6', '2'],
    ['resolved', 'open', '3', undefined],
    ['contained', 'open', '2', undefined],
  ] as const)('follows from %s to %s where the ticket is %s', (told, next, there, written) => {
    expect(stateToWrite(rule, told, next, there)).toBe(written);
  });
});
