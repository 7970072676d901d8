import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleId, sampleWithdrawal } from './acceptance/sample-records.ts';
import { withdrawalRefusal } from './withdrawal-rule.ts';

const revision = fc.integer({ min: 1, max: 5 });
const ask = (mine: number, held: boolean, remote: { revision: number; held: boolean }) =>
  withdrawalRefusal(sampleWithdrawal(sampleId(0), 1, { revision: mine, held }), remote)?.class;

describe('withdrawalRefusal', () => {
  test('a hold known at the source always wins', () => {
    fc.assert(
      fc.property(revision, revision, fc.boolean(), (mine, theirs, held) => {
        expect(ask(mine, true, { revision: theirs, held })).toBe('held');
      }),
    );
  });

  test('a hold known remotely wins unless the withdrawal is newer', () => {
    fc.assert(
      fc.property(revision, revision, (mine, theirs) => {
        expect(ask(mine, false, { revision: theirs, held: true })).toBe(theirs >= mine ? 'held' : undefined);
      }),
    );
  });

  test('an outdated withdrawal deletes nothing, a current one may', () => {
    expect(ask(2, false, { revision: 3, held: false })).toBe('conflict');
    expect(ask(3, false, { revision: 3, held: false })).toBeUndefined();
  });
});
