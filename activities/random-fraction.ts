import { randomInt } from 'node:crypto';

/** A number in [0, 1) that nobody can foretell, for what is decided by chance: samples, and waits that do not end together. */
export function randomFraction(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}
