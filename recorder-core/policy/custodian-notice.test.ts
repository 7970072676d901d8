import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { noticeStep, type NoticeState } from './custodian-notice.ts';

const DAY = 86_400_000;
const NOTICE: NoticeState = {
  sentAtMs: 0,
  remindDays: 7,
  mostReminders: 2,
  reminders: 0,
  escalated: false,
  over: false,
};

describe('a notice to a custodian', () => {
  test.each([
    [0, { reminders: 0, escalate: false, nextAtMs: 7 * DAY }],
    [7 * DAY, { reminders: 1, escalate: false, nextAtMs: 14 * DAY }],
    [14 * DAY, { reminders: 2, escalate: false, nextAtMs: 21 * DAY }],
    [21 * DAY, { reminders: 2, escalate: true, nextAtMs: null }],
  ])('after %i ms', (at, step) => {
    expect(noticeStep(NOTICE, at)).toEqual(step);
  });

  test('that was answered asks for nothing more, ever', () => {
    fc.assert(
      fc.property(fc.nat(), (at) => {
        expect(noticeStep({ ...NOTICE, over: true }, at * DAY)).toEqual({
          reminders: 0,
          escalate: false,
          nextAtMs: null,
        });
      }),
    );
  });

  test('reminds as often as it says and escalates once, whenever somebody looks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.nat(6),
        fc.array(fc.nat(400), { minLength: 1 }),
        (remindDays, mostReminders, days) => {
          let state: NoticeState = { ...NOTICE, remindDays, mostReminders };
          let escalations = 0;
          for (const day of days.sort((a, b) => a - b)) {
            const step = noticeStep(state, day * DAY);
            expect(step.reminders).toBeGreaterThanOrEqual(state.reminders);
            expect(step.reminders).toBeLessThanOrEqual(mostReminders);
            if (step.nextAtMs !== null) expect(step.nextAtMs).toBeGreaterThan(day * DAY);
            if (step.escalate) escalations += 1;
            state = { ...state, reminders: step.reminders, escalated: state.escalated || step.escalate };
          }
          expect(escalations).toBe(days.some((day) => day >= remindDays * (mostReminders + 1)) ? 1 : 0);
        },
      ),
    );
  });
});
