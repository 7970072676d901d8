import { expect, test } from '@jest/globals';
import { LifecycleState } from './state.ts';

test('a lifecycle with no connection has nothing to wait for', () => {
  expect(new LifecycleState().allSettled).toBe(true);
});

test('every delivery settles, whatever its outcome, and the status tells each', () => {
  const state = new LifecycleState();
  state.owes(['a', 'b']);
  expect(state.allSettled).toBe(false);
  state.delivered('a', 'rejected');
  expect(state.allSettled).toBe(false);
  state.delivered('b', 'failed');
  expect(state.allSettled).toBe(true);
  expect(state.status.deliveries).toEqual({ a: 'rejected', b: 'failed' });
});

test('a status that was asked for earlier does not change afterwards', () => {
  const state = new LifecycleState();
  state.owes(['a']);
  const before = state.status;
  state.enter('completed');
  state.delivered('a', 'done');
  expect(before).toEqual({
    stage: 'storing',
    enriched: false,
    deliveries: { a: 'pending' },
    retainUntil: null,
  });
});
