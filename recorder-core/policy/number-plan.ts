/**
 * What an address says about where its user may be: ITU-T E.164 numbers, `tel:` URIs
 * (RFC 3966) and SIP URIs with a telephone number as user part (RFC 3261 section 19.1.6).
 *
 * A number names at most the place it was issued for. A mobile or nomadic line is
 * used elsewhere too, and where a number may be one without showing it (all of North
 * America), it counts as unknown.
 */
import type { NumberPlan } from './rule-pack.ts';

/** What could be told from one address. */
export interface NumberOrigin {
  /** Candidate places; empty when the address says nothing of any place. */
  readonly jurisdictions: readonly string[];
  /** `fixed` only where the plan lists the country's moving ranges and the number is in none. */
  readonly line: 'fixed' | 'mobile' | 'unknown';
}

const NOWHERE: NumberOrigin = { jurisdictions: [], line: 'unknown' };

/** Candidate places of an address; longest prefix of the plan wins. Anything unreadable says nothing; never throws. */
export function originOf(address: string, plan: NumberPlan): NumberOrigin {
  const digits = digitsOf(address);
  if (digits === undefined) return NOWHERE;
  const prefix = longestPrefix(digits, plan.prefixes);
  if (prefix === undefined) return NOWHERE;
  return { jurisdictions: plan.prefixes[prefix] ?? [], line: lineOf(digits, plan) };
}

function lineOf(digits: string, plan: NumberPlan): NumberOrigin['line'] {
  const country = longestPrefix(digits, plan.movingRanges);
  if (country === undefined) return 'unknown';
  const national = digits.slice(country.length);
  return (plan.movingRanges[country] ?? []).some((range) => national.startsWith(range)) ? 'mobile' : 'fixed';
}

/** The digits of a global number (8 to 15, the plan's maximum); undefined for a local number, a name or a short code. */
function digitsOf(address: string): string | undefined {
  if (address.length > 256) return undefined;
  const uri = /^\s*<?(?:(tel|sips?):)?([^@>;?]*)(@[^>]*)?([^>]*)>?\s*$/i.exec(address);
  if (uri === null) return undefined;
  const number = (uri[2] ?? '').trim();
  const context = /;phone-context=(\+[\d.()-]+)/i.exec(uri[4] ?? '')?.[1] ?? '';
  const global = number.startsWith('+') ? number : `${context}${number}`;
  if (!/^\+[\d .()-]+$/.test(global)) return undefined;
  const digits = global.replace(/\D/g, '');
  return digits.length >= 8 && digits.length <= 15 ? digits : undefined;
}

function longestPrefix(digits: string, table: Readonly<Record<string, unknown>>): string | undefined {
  for (let length = Math.min(8, digits.length); length > 0; length -= 1) {
    const prefix = digits.slice(0, length);
    if (Object.hasOwn(table, prefix)) return prefix;
  }
  return undefined;
}
