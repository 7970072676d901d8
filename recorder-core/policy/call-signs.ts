/** By what is known of a call that it is for a purpose, or under a circumstance, as the recorder's file says. Pure. */
import { addressParts } from './own-side.ts';
import type { Circumstance } from './rule-pack.ts';

/** A header, or a piece of metadata, and what it says where it is a sign. */
export interface NamedValues {
  readonly name: string;
  /** Compared whole and without regard to case; left out: anything but nothing. */
  readonly values?: readonly string[] | undefined;
  /** With these it says that the circumstance is over. */
  readonly ends?: readonly string[] | undefined;
}

/** Signs of one thing: one that fits is enough. */
export interface Signs {
  /** With `+`: how a number of the call begins; without: a whole number, such as a short one. */
  readonly numbers?: readonly string[] | undefined;
  readonly headers?: readonly NamedValues[] | undefined;
  readonly metadata?: readonly NamedValues[] | undefined;
  /** Departments of sources. */
  readonly departments?: readonly string[] | undefined;
}

/** What the recorder's file says of signs. */
export interface SignRules {
  readonly circumstances: readonly (Signs & { readonly circumstance: Circumstance })[];
  readonly purposes: readonly (Signs & { readonly purpose: string })[];
}

/** Nothing but what every recorder knows. */
export const NO_SIGN_RULES: SignRules = { circumstances: [], purposes: [] };

/** What is looked at: a message of the call, and who is in it. */
export interface SignedCall {
  /** Values of a header of this message. */
  readonly header: (name: string) => readonly string[];
  /** Values that the metadata of this message has under a name. */
  readonly metadata: (name: string) => readonly string[];
  /** Addresses of everybody in the call and of whom it was for; none where the message does not tell. */
  readonly addresses: readonly string[];
  readonly department?: string | undefined;
}

/** What a sign says, and which it is; names the sign and never a value. */
export interface SignFound {
  readonly state: 'begins' | 'ends';
  readonly by: string;
}

/** The first sign that fits; where one says that it begins and another that it is over, it begins. */
export function findSign(signs: Signs, call: SignedCall): SignFound | undefined {
  const named = [
    ...(signs.headers ?? []).map((one) => ({
      ...one,
      by: `header ${one.name}`,
      said: call.header(one.name),
    })),
    ...(signs.metadata ?? []).map((one) => ({
      ...one,
      by: `metadata ${one.name}`,
      said: call.metadata(one.name),
    })),
  ];
  const begun = named.find(({ said, values, ends }) => said.some((value) => begins(value, values, ends)));
  if (begun !== undefined) return { state: 'begins', by: begun.by };
  if (call.addresses.some((address) => isNumbered(address, signs.numbers ?? [])))
    return { state: 'begins', by: 'number' };
  if (call.department !== undefined && signs.departments?.includes(call.department) === true)
    return { state: 'begins', by: 'department' };
  const ended = named.find(({ said, ends = [] }) => said.some((value) => isOneOf(value, ends)));
  return ended && { state: 'ends', by: ended.by };
}

function begins(value: string, values: NamedValues['values'], ends: NamedValues['ends'] = []): boolean {
  if (values !== undefined) return isOneOf(value, values);
  return value.trim() !== '' && !isOneOf(value, ends);
}

function isOneOf(value: string, words: readonly string[]): boolean {
  return words.some((word) => word.toLowerCase() === value.trim().toLowerCase());
}

function isNumbered(address: string, numbers: readonly string[]): boolean {
  if (address.length > 512) return false;
  const { user } = addressParts(address);
  return numbers.some((number) => {
    const wanted = addressParts(number).user;
    return wanted.startsWith('+') ? user.startsWith(wanted) : user === wanted;
  });
}
