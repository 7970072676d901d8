/** What can be recognised of a party: telephone numbers as digits, and e-mail addresses. Pure. */

/** Fewer digits than this are an extension, which many people have. */
const MIN_DIGITS = 7;

/** How a party can be found in a CRM. */
export interface Recognised {
  /** International where the address was, else as dialled; digits only. */
  readonly numbers: readonly string[];
  /** Lower case. */
  readonly emails: readonly string[];
}

/**
 * Reads the address of a party: `tel:` (RFC 3966), `sip:` and `sips:` (RFC 3261: the user part is a number, or user and
 * host look like an e-mail address), `mailto:`, or the bare thing. What is neither gives nothing.
 */
export function recognise(address: string | null): Recognised {
  const [, scheme = '', rest = ''] = /^(?:(tel|sips?|mailto):)?(.*)$/is.exec(address?.trim() ?? '') ?? [];
  const bare = rest.split(/[;?]/, 1).join('').replace(/^<|>$/g, '');
  const user = bare.split('@', 1).join('');
  const number = /^(sips?)?$/i.test(scheme) || scheme.toLowerCase() === 'tel' ? digitsOf(user) : '';
  if (number.length >= MIN_DIGITS) return { numbers: [number], emails: [] };
  const email = bare.toLowerCase();
  return { numbers: [], emails: isEmail(email) ? [email] : [] };
}

/**
 * The digits of a number as people write it, without an extension; empty where it holds more than a number. `00` stands
 * for `+`.
 */
export function digitsOf(written: string): string {
  const number = written.trim().replace(/\s*(?:ext\.?|x)\s*\d{1,6}$/i, '');
  if (!/^\+?[\d\s().\-/]+$/.test(number)) return '';
  const digits = number.replace(/\D/g, '');
  return number.startsWith('+') ? digits : digits.replace(/^00/, '');
}

/**
 * Whether two numbers are the same line: equal, or one is the other without its country or area. A leading 0 of the shorter
 * is the trunk prefix of national writing (ITU-T E.123).
 */
export function sameNumber(a: string, b: string): boolean {
  const [longer, shorter] = a.length >= b.length ? [a, b] : [b, a];
  const core = shorter === longer ? shorter : shorter.replace(/^0/, '');
  return core.length >= MIN_DIGITS && longer.endsWith(core);
}

/** Equal for any two numbers that `sameNumber` holds for one line; undefined for what is no line of anybody. */
export function lineOf(number: string): string | undefined {
  return number.length < MIN_DIGITS ? undefined : number.slice(-MIN_DIGITS);
}

/**
 * What to search for so that a number is found however it is written there: whole, and by its last ten and seven digits.
 * Whoever searches compares what was found by `sameNumber`.
 */
export function searchTerms(number: string): string[] {
  return [...new Set([number, number.slice(-10), number.slice(-MIN_DIGITS)])];
}

function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@"'\\<>(),:;]+@[^\s@"'\\<>(),:;]+\.[a-z]{2,63}$/.test(text);
}
