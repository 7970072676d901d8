import { createHash, createHmac } from 'node:crypto';

/** How the numbers of a telephone system are written, for one that does not write them with a plus. */
export interface NumberHabits {
  /** Country code without the plus, such as `49`; left out, national numbers stay as they are. */
  readonly country?: string | undefined;
  /** What is dialled before a country code, `00` where it is left out. */
  readonly international?: string | undefined;
  /** What is dialled before a national number, such as `0`; left out, there is none. */
  readonly national?: string | undefined;
}

/** Bytes of a digest: enough that none is met by chance, and short in a table of millions. */
const DIGEST_BYTES = 16;
const TELEPHONE = /^\+?[\d\s().\-/]+$/;
/** Shorter numbers are extensions, whatever they begin with. */
const SHORTEST_NATIONAL = 6;

/**
 * One spelling of an address for comparison: digits with a plus where the number is whole, the digits of an extension, or
 * the name before the @ in small letters. Undefined for what names nobody (`anonymous`, empty).
 */
export function plainAddress(text: string, habits: NumberHabits = {}): string | undefined {
  const inner = /<([^>]*)>/.exec(text)?.[1] ?? text;
  const user = inner
    .trim()
    .replace(/^(sips?|tel):/i, '')
    .replace(/[;?].*$/, '')
    .replace(/@.*$/, '')
    .trim()
    .toLowerCase();
  if (user === '' || user === 'anonymous' || user === 'unknown') return undefined;
  return TELEPHONE.test(user) ? plainNumber(user, habits) : user;
}

function plainNumber(text: string, { country, international = '00', national }: NumberHabits): string {
  const digits = text.replaceAll(/\D/g, '');
  if (text.startsWith('+')) return `+${digits}`;
  if (digits.length < SHORTEST_NATIONAL) return digits;
  if (international !== '' && digits.startsWith(international))
    return `+${digits.slice(international.length)}`;
  if (country !== undefined && national !== undefined && national !== '' && digits.startsWith(national))
    return `+${country}${digits.slice(national.length)}`;
  return digits;
}

/** The digest of an address, under a secret of the installation and bound to the tenant: nobody without it can test a guess. */
export function addressDigest(secret: Buffer, tenantId: string, plain: string): Buffer {
  return createHmac('sha256', secret)
    .update(`holdfast/call-address/v1 ${tenantId} ${plain}`)
    .digest()
    .subarray(0, DIGEST_BYTES);
}

/** The last digits, by which a person who knows the call recognises it: two of a short number, else four. */
export function lastDigits(plain: string): string | null {
  const digits = plain.replaceAll(/\D/g, '');
  if (digits.length < 3) return null;
  return digits.slice(digits.length < SHORTEST_NATIONAL ? -2 : -4);
}

/** What an id of a call is, as `recorder-core/siprec/session-identity.ts` tells them apart. */
export const CALL_ID_KINDS = [
  'sip-call-id',
  'session',
  'half',
  'ucid',
  'genesys',
  'reference',
  'global',
  'tracking',
  'group',
] as const;
export type CallIdKind = (typeof CALL_ID_KINDS)[number];

/** The digest by which recordings keep an identity (`recording_identity`); bound to the tenant. */
export function identityDigest(tenantId: string, text: string): Buffer {
  return createHash('sha256').update(`holdfast/identity/v1 ${tenantId} ${text}`).digest();
}

/** The same for one id of a call; the text is compared as it stands, but for a UUID and a UCID, whose case does not count. */
export function callIdDigest(tenantId: string, kind: CallIdKind, text: string): Buffer {
  const id = text.trim();
  const uuid = /^(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(id)?.[1];
  const plain = kind === 'ucid' ? id.toUpperCase() : (uuid?.toLowerCase() ?? id);
  return identityDigest(tenantId, `${kind}:${kind === 'half' ? plain.toLowerCase() : plain}`);
}
