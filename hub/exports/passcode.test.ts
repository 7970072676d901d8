import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { hashPasscode, isPasscode, makePasscode } from './passcode.ts';

test('a passcode is twelve letters and digits that are told apart, each as likely as the others', () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 3000; i += 1) {
    const passcode = makePasscode(randomBytes);
    expect(passcode).toMatch(/^([ABCDEFGHJKMNPQRSTVWXYZ2-9]{4}-){2}[ABCDEFGHJKMNPQRSTVWXYZ2-9]{4}$/);
    for (const letter of passcode.replaceAll('-', '')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect(counts.size).toBe(30);
  for (const count of counts.values()) expect(Math.abs(count - 1200)).toBeLessThan(250); // 7 standard deviations
});

test('a passcode is known again from its hash, however it is typed, and no other is', async () => {
  const passcode = makePasscode(randomBytes);
  const stored = await hashPasscode(passcode, randomBytes);
  expect(stored).not.toContain(passcode.replaceAll('-', ''));
  expect(await isPasscode(passcode.toLowerCase().replaceAll('-', ' '), stored)).toBe(true);
  expect(
    await isPasscode(
      passcode.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      stored,
    ),
  ).toBe(false);
  expect(await isPasscode('', stored)).toBe(false);
  expect(await isPasscode(passcode, 'scrypt$$')).toBe(false);
});
