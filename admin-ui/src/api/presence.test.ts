import { expect, test } from '@jest/globals';
import { isPresent, watchPresence } from './presence.ts';

test('a person is present for a minute after each act, and while sound plays', () => {
  const window = new EventTarget();
  expect(isPresent()).toBe(false);
  watchPresence(window);
  expect(isPresent()).toBe(true);
  for (const act of ['keydown', 'timeupdate']) {
    const before = Date.now();
    window.dispatchEvent(new Event(act));
    expect(isPresent(before + 59_999)).toBe(true);
    expect(isPresent(Date.now() + 60_001)).toBe(false);
  }
});
