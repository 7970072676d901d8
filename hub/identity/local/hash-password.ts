import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { normalPassword } from '../../../recorder-core/policy/password-rules.ts';

/** What a hash costs (RFC 7914): 2^`ln` blocks of `r` times 128 bytes, `p` times over. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and some tenths of a second: what guessing costs for each guess. */
export const PASSWORD_COST: ScryptCost = { ln: 17, r: 8, p: 1 };

const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
const KEY_BYTES = 32;
/** Hashes at once in one process: each takes 128 MiB, and whoever floods the sign-in must not take more. */
const AT_ONCE = 2;
/** Those who wait for their turn; more are sent away. */
const MOST_WAITING = 40;

/** Hashes a password with a salt of its own, with the cost beside it: `$scrypt$ln=17,r=8,p=1$salt$hash`. */
export async function hashPassword(password: string, cost: ScryptCost = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`;
}

/**
 * Whether a password is the one that was stored. Without a stored one it takes as long as with one, and the answer is no:
 * so the time tells nobody which accounts exist.
 */
export async function isPassword(
  password: string,
  stored: string | null,
  cost: ScryptCost = PASSWORD_COST,
): Promise<boolean> {
  const parts = stored === null ? undefined : partsOf(stored);
  if (parts === undefined) {
    await derive(password, Buffer.alloc(16), cost);
    return false;
  }
  return timingSafeEqual(await derive(password, parts.salt, parts.cost), parts.key);
}

/** Whether a stored password was hashed at another cost than today's, so that it is hashed anew when its person comes. */
export function isOutdated(stored: string, cost: ScryptCost = PASSWORD_COST): boolean {
  const parts = partsOf(stored);
  return parts?.cost.ln !== cost.ln || parts.cost.r !== cost.r || parts.cost.p !== cost.p;
}

function partsOf(
  stored: string,
): { readonly cost: ScryptCost; readonly salt: Buffer; readonly key: Buffer } | undefined {
  const [, ln, r, p, salt, key] = STORED.exec(stored) ?? [];
  if (salt === undefined || key === undefined) return undefined;
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, { ln, r, p }: ScryptCost): Promise<Buffer> {
  if (waiting.length >= MOST_WAITING)
    throw new HoldfastError(
      'unavailable',
      'Too many people sign in at this moment. Try again in a few seconds.',
      {
        retryAfterMs: 5000,
      },
    );
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    const N = 2 ** ln;
    return await scryptOf(normalPassword(password), salt, { N, r, p, maxmem: 256 * N * r });
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

function scryptOf(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
