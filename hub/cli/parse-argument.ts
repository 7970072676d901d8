import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { reason } from '../api/schemas/primitives.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads an id that somebody typed. @throws InvalidArgumentError, which commander tells with the argument's name. */
export function parseId(text: string): string {
  if (!UUID.test(text)) throw new InvalidArgumentError('It is not an id: give all 36 characters.');
  return text;
}

/** The same for arguments that take several. @throws InvalidArgumentError. */
export function collectIds(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), parseId(text)];
}

/** Reads a number of whole days from 1 on. @throws InvalidArgumentError. */
export function parseDays(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Give a number of whole days, from 1 on.');
  return Number(text);
}

/** Reads a whole number from 1 on. @throws InvalidArgumentError. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number, from 1 on.');
  return Number(text);
}

const INSTANT = z.iso.datetime({ offset: true });
const DATE = z.iso.date();

/** Whether a text is an instant with its offset (RFC 3339), on a day that there is. */
export function isInstant(text: string): boolean {
  return INSTANT.safeParse(text).success;
}

/**
 * Reads an instant, as `isInstant` knows it: clocks of the law may run from it, so neither the zone of this machine nor a day
 * that there is not is read into it. @throws InvalidArgumentError.
 */
export function parseInstant(text: string): Date {
  if (!isInstant(text))
    throw new InvalidArgumentError('Give an instant with its offset, such as 2026-11-26T08:00:00Z.');
  return new Date(text);
}

/** Reads a day, which begins at midnight in UTC, or an instant. @throws InvalidArgumentError. */
export function parseDate(text: string): Date {
  if (DATE.safeParse(text).success || isInstant(text)) return new Date(text);
  throw new InvalidArgumentError('Give a date such as 2026-11-21, or an instant with its offset.');
}

/** Reads why something is done, as the API takes it. @throws InvalidArgumentError. */
export function parseReason(text: string): string {
  const given = reason.safeParse(text);
  if (!given.success)
    throw new InvalidArgumentError('Give a sentence of 3 to 500 characters; it goes into the ledger.');
  return given.data;
}

/** Adds `field=value` to those before; the value is JSON, or else text. @throws HoldfastError `invalid_input`. */
export function collectFields(
  written: string,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { name, value } = readField(written);
  return { ...before, [name]: jsonOrText(value) };
}

/** Takes `field=value` apart; the value as it was written. @throws HoldfastError `invalid_input`. */
export function readField(written: string): { readonly name: string; readonly value: string } {
  const at = written.indexOf('=');
  if (at < 1) throw new HoldfastError('invalid_input', 'Give it as field=value.');
  return { name: written.slice(0, at), value: written.slice(at + 1) };
}

/** What was written as JSON, or else as the text that it is. */
export function jsonOrText(written: string): unknown {
  try {
    return JSON.parse(written) as unknown;
  } catch {
    return written;
  }
}
