/**
 * The forms that JSON out of a bundle must have. Small on purpose: the verifier stands on as little foreign code as
 * it can, so that an expert can read all of it.
 */
import { refused, quoted } from './refused.ts';

/** Answers the value in its form. `where` names it for people. @throws integrity_failed. */
export type Shape<T> = (value: unknown, where: string) => T;

/** The value that a shape answers. */
export type Of<S> = S extends Shape<infer T> ? T : never;

export const SHA256 = text(/^[0-9a-f]{64}$/);
export const SHA512 = text(/^[0-9a-f]{128}$/);
export const UUID = text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
export const WORD = text(/^[a-z][a-z0-9_-]{0,63}$/);

/** A text that matches; without a pattern, any of at most 10,000 characters. */
export function text(pattern = /^[^]{0,10000}$/): Shape<string> {
  return (value, where) =>
    typeof value === 'string' && pattern.test(value) ? value : fail(where, 'is not a text of its form');
}

/** A whole number from `least` on. */
export function count(least = 0): Shape<number> {
  return (value, where) =>
    Number.isSafeInteger(value) && (value as number) >= least
      ? (value as number)
      : fail(where, `is not a whole number from ${least} on`);
}

/** A time that exists, RFC 3339 in UTC with milliseconds. */
export const MOMENT: Shape<string> = (value, where) => {
  const time = typeof value === 'string' ? new Date(value) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()) || time.toISOString() !== value)
    return fail(where, 'is not a time in UTC');
  return value;
};

/** One of the words. */
export function oneOf<const T extends string>(words: readonly T[]): Shape<T> {
  return (value, where) =>
    words.includes(value as T) ? (value as T) : fail(where, `is none of ${words.join(', ')}`);
}

/** The shape, or null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, where) => (value === null ? null : shape(value, where));
}

/** The shape, or left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, where) => (value === undefined ? undefined : shape(value, where));
}

/** A list of at most `most` values. */
export function list<T>(shape: Shape<T>, most: number): Shape<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value) || value.length > most) return fail(where, `is not a list of at most ${most}`);
    return value.map((item, at) => shape(item, `${where}/${at}`));
  };
}

/** An object with these members and no others. */
export function object<S extends Readonly<Record<string, Shape<unknown>>>>(
  members: S,
): Shape<{ readonly [Name in keyof S]: Of<S[Name]> }> {
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return fail(where, 'is not an object');
    const stranger = Object.keys(value).find((name) => !Object.hasOwn(members, name));
    if (stranger !== undefined)
      return fail(where, `has a member ${quoted(stranger)}, which the format does not know`);
    const entries = Object.entries(members).map(([name, shape]) => [
      name,
      shape((value as Record<string, unknown>)[name], `${where}/${name}`),
    ]);
    return Object.fromEntries(entries) as { readonly [Name in keyof S]: Of<S[Name]> };
  };
}

/** Base64 in its one canonical spelling; answers the bytes. */
export function base64(bytes?: number): Shape<Buffer> {
  return (value, where) => {
    const decoded = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0);
    const right = decoded.toString('base64') === value && (bytes === undefined || decoded.length === bytes);
    return right ? decoded : fail(where, 'is not base64 of its length');
  };
}

function fail(where: string, what: string): never {
  throw refused(`What stands at ${where} ${what}.`);
}
