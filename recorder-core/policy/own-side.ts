/** Which parties are the tenant's own people: by its number ranges first, by its domains only where there is no number. Pure. */

/** The tenant's own seats, as its configuration names them. */
export interface OwnSide {
  /** Beginnings of numbers in international form, such as `+4930123`. */
  readonly numbers: readonly string[];
  /** Domains of addresses without an international number, such as `example.com`. */
  readonly domains: readonly string[];
}

/** Nobody is known to be own: a recording of the own side alone is then not possible. */
export const NO_OWN_SIDE: OwnSide = { numbers: [], domains: [] };

/**
 * True when the address is one of the tenant's. A number decides by itself: the domain behind it is often that of the
 * tenant's own border controller, for both parties of a call. What cannot be told is not own.
 */
export function isOwn(address: string | undefined, { numbers, domains }: OwnSide): boolean {
  if (address === undefined || address.length > 512) return false;
  const { user, domain } = addressParts(address);
  if (/^\+\d{4,15}$/.test(user)) return numbers.some((prefix) => user.startsWith(digitsOf(prefix)));
  return user !== '' && domains.some((own) => own.toLowerCase() === domain);
}

/** The user part of an address, a number in international form without separators, and its domain in small letters. */
export function addressParts(address: string): { user: string; domain: string } {
  const bare = address
    .trim()
    .replace(/^</, '')
    .replace(/>$/, '')
    .replace(/^(tel|sips?):/i, '');
  const [userPart = '', domainPart = ''] = bare.split('@', 2);
  const user = digitsOf(userPart.split(';')[0] ?? '');
  return { user, domain: (domainPart.split(/[;:?>]/)[0] ?? '').toLowerCase() };
}

/** Visual separators of a number mean nothing (RFC 3966 section 5.1.1); anything else is left as it is. */
function digitsOf(user: string): string {
  return /^\+[\d .()-]+$/.test(user.trim()) ? `+${user.replace(/\D/g, '')}` : user.trim();
}
