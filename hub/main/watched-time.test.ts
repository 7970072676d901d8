import { beforeEach, expect, test } from '@jest/globals';
import { WatchedTime } from './watched-time.ts';

let clock = 1_000;
let watched: WatchedTime;
beforeEach(() => {
  clock = 1_000;
  watched = new WatchedTime(() => clock);
});
const after = (ms: number): void => {
  clock += ms;
};

test('begins with the watching', () => {
  after(80_000);
  expect(watched.ofTenant('a')).toBe(80_000);
});

test('begins anew for all when nobody could be looked at, and when a tenant fails for the first time', () => {
  after(80_000);
  watched.failed();
  after(10);
  expect(watched.ofTenant('a')).toBe(10);
  watched.failed('b');
  after(5);
  expect([watched.ofTenant('a'), watched.ofTenant('b')]).toEqual([5, 5]);
});

test('goes on for the others where a tenant fails turn after turn', () => {
  for (let turn = 0; turn < 20; turn += 1) {
    watched.failed('b');
    watched.looked('a');
    after(5_000);
  }
  expect([watched.ofTenant('a'), watched.ofTenant('b')]).toEqual([100_000, 5_000]);
});

test('takes a failure after a look that went well for a new one', () => {
  watched.failed('b');
  watched.looked('b');
  after(80_000);
  watched.failed('b');
  expect(watched.ofTenant('a')).toBe(0);
});
