import { describe, expect, test } from '@jest/globals';
import {
  GRANT_EVENTS,
  GRANT_STATES,
  endsSoon,
  grantPhase,
  grantStateAfter,
  isGrantLive,
  judgePeriod,
} from './grant-state.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-27T12:00:00.000Z');

describe('the life of a grant', () => {
  test('is over for good once it is over', () => {
    for (const state of GRANT_STATES.filter((each) => each !== 'requested' && each !== 'granted'))
      for (const event of GRANT_EVENTS) expect(grantStateAfter(state, event)).toBeUndefined();
  });

  test('is given once, by an answer to its request', () => {
    expect(grantStateAfter('requested', 'approve')).toBe('granted');
    expect(grantStateAfter('granted', 'approve')).toBeUndefined();
    expect(grantStateAfter('requested', 'end')).toBeUndefined();
    expect(grantStateAfter('granted', 'withdraw')).toBeUndefined();
    expect(grantStateAfter('granted', 'end')).toBe('ended');
    expect(grantStateAfter('requested', 'revoke')).toBe('revoked');
  });

  test('ends soon in its last day, or in its last quarter where that is shorter, and never before or after it lives', () => {
    const long = { state: 'granted', fromMs: NOW, untilMs: NOW + 20 * DAY_MS } as const;
    expect([0, 19 * DAY_MS - 1, 19 * DAY_MS, 20 * DAY_MS].map((at) => endsSoon(long, NOW + at))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    const short = { state: 'granted', fromMs: NOW, untilMs: NOW + 60 } as const;
    expect([44, 45, 59, 60].map((at) => endsSoon(short, NOW + at))).toEqual([false, true, true, false]);
    expect(endsSoon({ ...short, state: 'revoked' }, NOW + 50)).toBe(false);
  });

  test('is live between its times only, whatever has run since', () => {
    const grant = { state: 'granted', fromMs: NOW, untilMs: NOW + 5 } as const;
    expect([NOW - 1, NOW, NOW + 4, NOW + 5].map((at) => isGrantLive(grant, at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([NOW - 1, NOW, NOW + 5].map((at) => grantPhase(grant, at))).toEqual(['to-come', 'live', 'over']);
    expect(isGrantLive({ ...grant, state: 'requested' }, NOW)).toBe(false);
    expect(grantPhase({ ...grant, state: 'requested' }, NOW + 9)).toBe('waiting');
    expect(grantPhase({ ...grant, state: 'revoked' }, NOW)).toBe('over');
  });

  test('is no longer than the installation allows, counted from when it can be used', () => {
    const judge = (fromMs: number, untilMs: number) => judgePeriod({ fromMs, untilMs }, NOW, 30 * DAY_MS);
    expect(judge(NOW, NOW + 30 * DAY_MS)).toBeUndefined();
    expect(judge(NOW - DAY_MS, NOW + 30 * DAY_MS)).toBeUndefined();
    expect(judge(NOW, NOW + 30 * DAY_MS + 1)).toBe('grant/too-long');
    expect(judge(NOW - DAY_MS, NOW)).toBe('grant/over');
    expect(judge(NOW + 2, NOW + 2)).toBe('grant/no-time');
    expect(judge(Number.NaN, NOW + 2)).toBe('grant/no-time');
    expect(judge(NOW + 90 * DAY_MS, NOW + 91 * DAY_MS)).toBeUndefined();
    expect(judge(NOW + 90 * DAY_MS + 1, NOW + 91 * DAY_MS)).toBe('grant/too-far');
  });
});
