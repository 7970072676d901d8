import { localDate } from './time.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A UUID for people: the day it was made, which version 7 (RFC 9562, section 5.7) carries in its first 48 bits, and
 * its end, which tells neighbours apart. Other UUIDs get their end only; what is no UUID, such as the name of a key,
 * stays whole.
 */
export function shortId(id: string, zone?: string): string {
  if (!UUID.test(id)) return id;
  const end = `…${id.slice(-6)}`;
  const version7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id);
  if (version7 === null) return end;
  const made = new Date(Number.parseInt(`${version7[1] ?? ''}${version7[2] ?? ''}`, 16));
  return `${localDate(made.toISOString(), zone)} ${end}`;
}
