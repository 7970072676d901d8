import { createHash, randomBytes } from 'node:crypto';

/** So many are made at once. */
const CODES = 10;
/** Of 32 values each: 120 bits, so that nobody guesses one and a plain digest of it is enough (OWASP ASVS 5.0, 6.5.2). */
const LETTERS = 24;
/** Without i, l, o and u, which people take for others (Crockford's base 32). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Codes for the day when an authenticator is lost, in groups of four. They are shown once. */
export function newRecoveryCodes(random: (bytes: number) => Buffer = randomBytes): string[] {
  return Array.from({ length: CODES }, () => {
    const letters = [...random(LETTERS)].map((byte) => ALPHABET[byte & 31]).join('');
    return letters.replace(/(.{4})(?=.)/g, '$1-');
  });
}

/** What of a code is stored; how it is grouped, and whether its letters are large, makes no difference. */
export function digestOfRecoveryCode(code: string): Buffer {
  const letters = code.toLowerCase().replaceAll(/[^0-9a-z]/g, '');
  return createHash('sha256').update(`holdfast/recovery-code/v1 ${letters}`).digest();
}
