import { expect, test } from '@jest/globals';
import { QUIET_ZONE, qrCodeOf } from './qr-code.ts';

const URI = `otpauth://totp/Holdfast:Ada%20Example?issuer=Holdfast&secret=${'A'.repeat(32)}&algorithm=SHA1&digits=6&period=30`;
/** The corner that says which way up a code is: a square in a ring. */
const FINDER = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];

test('a code has its three corners, with light around it, and is another one for another text', () => {
  const { size, path } = qrCodeOf(URI);
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x} ${y}`));
  const corner = (left: number, top: number) =>
    FINDER.map((line, y) =>
      [...line].map((_, x) => (dark.has(`${left + x} ${top + y}`) ? '1' : '0')).join(''),
    );
  const far = size - QUIET_ZONE - 7;
  for (const [left, top] of [
    [QUIET_ZONE, QUIET_ZONE],
    [far, QUIET_ZONE],
    [QUIET_ZONE, far],
  ] as const)
    expect(corner(left, top)).toEqual(FINDER);
  for (const place of dark) {
    const [x = 0, y = 0] = place.split(' ').map(Number);
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(QUIET_ZONE);
    expect(Math.max(x, y)).toBeLessThan(size - QUIET_ZONE);
  }
  expect(qrCodeOf(URI.replace('AAAA', 'BBBB')).path).not.toBe(path);
});
