import { z } from 'zod';

/** One setting: how it is written in the environment and on the command line, what it may be, what it means. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  /** Option of the command line without its dashes; settings that hold secrets have none. */
  readonly flag?: string;
  readonly schema: S;
  readonly about: string;
  readonly secret?: true;
}

/** A TCP or UDP port; 0 stands for any. */
export const port = z.coerce.number().int().min(0).max(65535);
/** A text that is not empty. */
export const text = z.string().min(1);
/** Name of an HTTP header; may be left out. */
export const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/)
  .optional();
/** Several values with commas between. */
export const list = z.string().transform((values) =>
  values
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean),
);
/** HTTPS, or HTTP to an agent or endpoint on this machine. */
export const serviceUrl = z
  .url()
  .regex(
    /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$))/,
    'an https URL, or http on the loopback',
  );
/** Where a database is, and as whom. */
export const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'a URL that begins with postgres://');

/** One setting, with the types of its schema kept. */
export function setting<S extends z.ZodType>(
  schema: S,
  about: string,
  more: { flag?: string; secret?: true } = {},
): Setting<S> {
  return { schema, about, ...more };
}
