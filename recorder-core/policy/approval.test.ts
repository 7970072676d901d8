import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ROLES } from './access.ts';
import {
  APPROVAL_EVENTS,
  APPROVAL_STATES,
  approvalStateAfter,
  decideDecider,
  type Decider,
  isAsked,
  mayDecide,
  stepOf,
  usualLevels,
  type ApprovalState,
} from './approval.ts';
import { decideDelegation, MAX_DELEGATION_DAYS } from './delegation.ts';

const RUNS = Number(process.env['HOLDFAST_PROPERTY_RUNS'] ?? 500);
const DAY_MS = 86_400_000;
/** Few people, so that they meet in several parts. */
const person = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), role: fc.constantFrom(...ROLES) });
const acts = fc.constantFrom('export.approve', 'hold.release', 'policy.approve', 'recorder.drain', 'no.act');
const asked = fc.record({
  state: fc.constantFrom(...APPROVAL_STATES),
  act: acts,
  requestedBy: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
  dueAtMs: fc.nat(10),
});
const decider = fc
  .tuple(person, fc.array(person, { maxLength: 4 }))
  .map(([who, lentBy]) => ({ ...who, lentBy: lentBy.filter(({ id }) => id !== who.id) }));

describe('the life of an approval', () => {
  test('has one end, the first', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...APPROVAL_EVENTS), { minLength: 1 }), (events) => {
        let state: ApprovalState = 'open';
        for (const event of events) state = approvalStateAfter(state, event) ?? state;
        expect(state).toBe(approvalStateAfter('open', events[0]!));
        expect(APPROVAL_EVENTS.map((event) => approvalStateAfter(state, event))).toEqual(
          APPROVAL_EVENTS.map(() => undefined),
        );
      }),
      { numRuns: RUNS },
    );
  });
});

describe('whoever decides', () => {
  test('is none whom it is for, nor in a group that it is for, nor uses a right that such a one has lent', () => {
    const open = { state: 'open', act: 'hold.release', requestedBy: 'a', dueAtMs: 9 } as const;
    const officer = { id: 'b', role: 'compliance_officer', groups: ['board'], lentBy: [] };
    const rule = (notBy: { user: string | null; group: string | null }, who: Decider = officer) =>
      decideDecider({ ...open, notBy }, who, 1).rule;
    expect(rule({ user: 'b', group: null })).toBe('approval/own-benefit');
    expect(rule({ user: null, group: 'board' })).toBe('approval/own-benefit');
    expect(rule({ user: 'c', group: 'sales' })).toBe('approval/own-right');
    const lent = { id: 'd', role: 'auditor', lentBy: [officer] };
    expect(rule({ user: null, group: 'board' }, lent)).toBe('approval/no-right');
    expect(rule({ user: null, group: 'sales' }, lent)).toBe('approval/lent-right');
  });

  test('did not ask, uses a right that allows the act, and none that the asker has lent', () => {
    fc.assert(
      fc.property(asked, decider, fc.nat(10), (approval, who, nowMs) => {
        const { allowed, rule, onBehalfOf } = decideDecider(approval, who, nowMs);
        const right = onBehalfOf === null ? who : who.lentBy.find(({ id }) => id === onBehalfOf)!;
        if (!allowed) {
          expect(onBehalfOf).toBeNull();
          expect(['approval/own-right', 'approval/lent-right']).not.toContain(rule);
          return;
        }
        expect(approval.state).toBe('open');
        expect(nowMs).toBeLessThan(approval.dueAtMs);
        expect(who.id).not.toBe(approval.requestedBy);
        expect(right.id).not.toBe(approval.requestedBy);
        expect(
          who.lentBy.concat(who).some((each) => each.id === right.id && mayDecide(each.role, approval.act)),
        ).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('is refused only for a reason that holds', () => {
    fc.assert(
      fc.property(asked, decider, fc.nat(10), (approval, who, nowMs) => {
        const able =
          approval.state === 'open' &&
          nowMs < approval.dueAtMs &&
          who.id !== approval.requestedBy &&
          [who, ...who.lentBy].some(
            ({ id, role }) => id !== approval.requestedBy && mayDecide(role, approval.act),
          );
        expect(decideDecider(approval, who, nowMs).allowed).toBe(able);
      }),
      { numRuns: RUNS },
    );
  });

  test('gains nothing from more people who may not decide lending a right', () => {
    const open = { state: 'open', act: 'hold.release', requestedBy: 'a', dueAtMs: 10 } as const;
    const lentBy = [
      { id: 'a', role: 'administrator' }, // who asked
      { id: 'c', role: 'auditor' },
      { id: 'd', role: 'engineer' },
    ];
    expect(decideDecider(open, { id: 'b', role: 'auditor', lentBy }, 1).rule).toBe('approval/no-right');
    const officer = { id: 'e', role: 'compliance_officer' };
    expect(decideDecider(open, { id: 'b', role: 'auditor', lentBy: [...lentBy, officer] }, 1)).toEqual({
      allowed: true,
      rule: 'approval/lent-right',
      onBehalfOf: 'e',
    });
  });
});

describe('time', () => {
  const waiting = (act: 'hold.release' | 'person.manage', periodMs: number) => ({
    requestedAtMs: 1_000,
    dueAtMs: 1_000 + periodMs,
    levels: usualLevels(act, periodMs),
    level: 0,
    reminders: 0,
  });

  test('reminds three times, asks the administrators from half of it on, and then ends it', () => {
    const period = 8 * DAY_MS;
    let now = 1_000;
    let state = waiting('hold.release', period);
    const seen: unknown[] = [];
    for (let step = stepOf(state, now); !step.expire; step = stepOf(state, now)) {
      state = { ...state, level: step.level, reminders: step.reminders };
      seen.push([(now - 1_000) / DAY_MS, step.reminders, step.level]);
      now = step.nextAtMs;
    }
    expect(seen).toEqual([
      [0, 0, 0],
      [2, 1, 0],
      [4, 2, 1],
      [6, 3, 1],
    ]);
    expect(now).toBe(1_000 + period);
  });

  test('always goes on, never back, and ends at the deadline whenever it is looked at', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 * DAY_MS }),
        fc.array(fc.nat(500 * DAY_MS)),
        (period, looks) => {
          let state = waiting('hold.release', period);
          for (const now of looks.toSorted((a, b) => a - b)) {
            const step = stepOf(state, now);
            expect(step.expire).toBe(now >= state.dueAtMs);
            if (!step.expire) expect(step.nextAtMs).toBeGreaterThan(now);
            expect(step.level).toBeGreaterThanOrEqual(state.level);
            expect(step.reminders).toBeGreaterThanOrEqual(state.reminders);
            expect(step.reminders).toBeLessThanOrEqual(3);
            state = { ...state, level: step.level, reminders: step.reminders };
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('asks the administrators at once where nobody else may decide', () => {
    const levels = usualLevels('person.manage', DAY_MS);
    expect(levels).toEqual([{ afterMs: 0, roles: ['administrator'] }]);
    expect(isAsked(levels, 0, 'administrator')).toBe(true);
    expect(isAsked(usualLevels('hold.release', DAY_MS), 0, 'administrator')).toBe(false);
  });
});

describe('a delegation', () => {
  const from = { id: 'a', role: 'compliance_officer' };
  test.each([
    ['delegation/own-right', { from }],
    ['delegation/no-right', { from: { id: 'a', role: 'auditor' } }],
    ['delegation/to-oneself', { from, to: { id: 'a' } }],
    ['delegation/over', { from, untilMs: 500 }],
    ['delegation/over', { from, fromMs: 2_000, untilMs: 2_000 }],
    ['delegation/too-long', { from, untilMs: (MAX_DELEGATION_DAYS + 1) * DAY_MS }],
  ])('is decided by %s with %j', (rule, change) => {
    const wish = { to: { id: 'b' }, fromMs: 1_000, untilMs: DAY_MS, ...change };
    expect(decideDelegation(wish, 1_000)).toEqual({ allowed: rule === 'delegation/own-right', rule });
  });
});
