import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHeaderText, isMailAddress, mailDomain, nextMailAttempt } from './mail-plan.ts';

const MINUTE = 60_000;
const queuedAt = new Date('2026-11-27T09:00:00Z');
const after = (attempts: number, ms: number) =>
  nextMailAttempt({ attempts, queuedAt, now: new Date(queuedAt.getTime() + ms) });

describe('a mail that was not taken', () => {
  test('is tried again after a minute, then after twice as long, at most every four hours', () => {
    const pauses = [1, 2, 3, 8, 9, 50].map(
      (attempts) => (after(attempts, 0)!.getTime() - queuedAt.getTime()) / MINUTE,
    );
    expect(pauses).toEqual([1, 2, 4, 128, 240, 240]);
  });

  test('has failed after three days', () => {
    expect(after(20, 72 * 60 * MINUTE - 1)).toBeDefined();
    expect(after(20, 72 * 60 * MINUTE)).toBeUndefined();
  });
});

describe('an address', () => {
  test('is one plain mailbox', () => {
    const good = ['a@example.com', "o'hara+x@mail.example.org", 'a.b@localhost', `${'l'.repeat(64)}@x.org`];
    const bad = [
      '',
      'a',
      '@x.org',
      'a@',
      'a b@x.org',
      'a@x.org,b@x.org',
      '"a b"@x.org',
      'a@[127.0.0.1]',
      '.a@x.org',
    ];
    const worse = [
      'a@x.org\r\nBcc: b@x.org',
      'a..b@x.org',
      'A <a@x.org>',
      'a@-x.org',
      `${'l'.repeat(65)}@x.org`,
      'ä@x.org',
    ];
    expect(good.filter((one) => !isMailAddress(one))).toEqual([]);
    expect([...bad, ...worse].filter(isMailAddress)).toEqual([]);
    expect(mailDomain('a@Example.COM')).toBe('example.com');
  });

  test('that is taken never has anything that a header or a list is made of', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\r', '\n', ',', ';', '<', '>', ' ', '\0', '"'),
        (text, mark) => {
          const at = Math.floor(text.length / 2);
          return !isMailAddress(`${text.slice(0, at)}${mark}${text.slice(at)}@example.com`);
        },
      ),
    );
  });
});

test('a header text is on one line', () => {
  expect(['Matter 7', 'Über «x»'].every(isHeaderText)).toBe(true);
  expect(['', 'a\r\nBcc: x', 'a\nb', 'a\u2028b', 'a\u0000', '\ud800'].some(isHeaderText)).toBe(false);
});
