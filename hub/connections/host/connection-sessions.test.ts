import { beforeEach, expect, test } from '@jest/globals';
import type { SessionKeep } from '../../../connectors/kit/context.ts';
import type { Http } from '../../../connectors/kit/http.ts';
import { createConnectionSessions, sessionMark } from './connection-sessions.ts';

const way = (): Http => ({ request: () => Promise.reject(new Error('nothing is asked here')) });
let nowMs: number;
let ended: string[];
beforeEach(() => {
  nowMs = 1_000_000;
  ended = [];
});

const give = (keep: SessionKeep, state: string, since = nowMs): void =>
  keep.give({ state, since }, () => Promise.resolve(void ended.push(state)));

test('a session is in one hand at a time, the one that was given back last first', () => {
  const keep = createConnectionSessions(() => nowMs).under('a', way);
  expect(keep.take()).toBeUndefined();
  give(keep, 'one');
  give(keep, 'two');
  expect([keep.take()?.state, keep.take()?.state, keep.take()]).toEqual(['two', 'one', undefined]);
  expect(ended).toEqual([]);
});

test('under another configuration or credential no session of before is used, and each is signed out', () => {
  const sessions = createConnectionSessions(() => nowMs);
  const older = sessions.under('older', way);
  give(older, 'waiting');
  give(older, 'at work');
  const { state = '' } = older.take() ?? {};
  const newer = sessions.under('newer', way);
  expect(newer.take()).toBeUndefined();
  expect(ended).toEqual(['waiting']);
  give(older, state);
  expect(ended).toEqual(['waiting', 'at work']);
  expect(older.take()).toBeUndefined();
});

test('a session that is a quarter of an hour old is signed out and not used', () => {
  const keep = createConnectionSessions(() => nowMs).under('a', way);
  give(keep, 'old', nowMs - 14 * 60_000);
  give(keep, 'too old', nowMs - 15 * 60_000);
  expect(ended).toEqual(['too old']);
  nowMs += 60_000;
  expect(keep.take()).toBeUndefined();
  expect(ended).toEqual(['too old', 'old']);
});

test('a session is not used for longer because the clock was put back', () => {
  const keep = createConnectionSessions(() => nowMs).under('a', way);
  give(keep, 'one', nowMs + 15 * 60_000);
  give(keep, 'other', nowMs + 1);
  expect(ended).toEqual(['one']);
  expect(keep.take()?.state).toBe('other');
});

test('a sign-out that fails before it begins harms nobody, and is no longer waited for', async () => {
  const sessions = createConnectionSessions(() => nowMs);
  const keep = sessions.under('a', () => {
    throw new Error('there is no way any more');
  });
  give(keep, 'one');
  await sessions.close();
  give(keep, 'two');
  expect(ended).toEqual([]);
});

test('a session that no work comes for is signed out, and a sign-out that fails harms nobody', async () => {
  const keep = createConnectionSessions(() => nowMs, 1).under('a', way);
  await new Promise<void>((resolve) => {
    keep.give({ state: 'idle', since: nowMs }, () => {
      resolve();
      return Promise.reject(new Error('the other side is away'));
    });
  });
  expect(keep.take()).toBeUndefined();
});

test('at the end all are signed out, also what is given back afterwards', async () => {
  const sessions = createConnectionSessions(() => nowMs);
  const keep = sessions.under('a', way);
  give(keep, 'one');
  give(keep, 'two');
  keep.take();
  await sessions.close();
  expect(ended).toEqual(['one']);
  give(keep, 'two');
  expect(ended).toEqual(['one', 'two']);
});

test('a session whose work was stopped is signed out by a way of its own, which the end waits for', async () => {
  const sessions = createConnectionSessions(() => nowMs);
  const keep = sessions.under('a', (signal) => {
    expect(signal.aborted).toBe(false);
    return way();
  });
  let end = (): void => undefined;
  keep.leave(async () => {
    await new Promise<void>((resolve) => (end = resolve));
    ended.push('stopped');
  });
  expect(keep.take()).toBeUndefined();
  const closed = sessions.close();
  end();
  await closed;
  expect(ended).toEqual(['stopped']);
});

test('the mark differs with the credential and with the configuration', () => {
  const key = (privateKey: string) => ({ type: 'keypair_jwt', subject: 'LOADER', privateKey }) as const;
  const marks = [
    sessionMark(key('one'), { role: 'LOADER' }),
    sessionMark(key('two'), { role: 'LOADER' }),
    sessionMark(key('one'), { role: 'OTHER' }),
  ];
  expect(new Set(marks).size).toBe(3);
  expect(sessionMark(key('one'), { role: 'LOADER' })).toBe(marks[0]);
  expect(marks.join()).not.toContain('LOADER');
});
