import { scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** Letters and digits that are told apart when spoken and written: no I, L, O, U, 0 and 1. 30 of them. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 12;
const GROUP = 4;
/** RFC 7914; some 50 ms and 32 MiB on a server of today. */
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** The longest text that is looked at; people may add spaces and dashes. */
const MAX_TYPED = 64;

/** A passcode to be told by another way than the link: 12 characters, 58 bits, as `ABCD-EFGH-JKMN`. */
export function makePasscode(random: (bytes: number) => Buffer): string {
  let text = '';
  while (text.length < LENGTH) {
    for (const byte of random(LENGTH)) {
      // Bytes beyond the last whole multiple would make the first letters likelier.
      if (byte < 240 && text.length < LENGTH) text += ALPHABET[byte % ALPHABET.length] ?? '';
    }
  }
  return text.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? text;
}

/** What is stored of a passcode: `scrypt$<salt>$<hash>`, base64. */
export async function hashPasscode(passcode: string, random: (bytes: number) => Buffer): Promise<string> {
  const salt = random(SALT_BYTES);
  const hash = await derive(plain(passcode), salt);
  return `scrypt$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Whether what was typed is the passcode; case, spaces and dashes do not count. */
export async function isPasscode(typed: string, stored: string): Promise<boolean> {
  const [, salt = '', hash = ''] = stored.split('$');
  const expected = Buffer.from(hash, 'base64');
  const computed = await derive(plain(typed.slice(0, MAX_TYPED)), Buffer.from(salt, 'base64'));
  return expected.length === computed.length && timingSafeEqual(expected, computed);
}

function plain(passcode: string): string {
  return passcode.toUpperCase().replaceAll(/[\s-]/g, '');
}

function derive(passcode: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passcode, salt, HASH_BYTES, COST, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
