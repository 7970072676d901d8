import { z } from 'zod';
import { firstFault } from '../../connectors/kit/first-fault.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { CALL_ID_KINDS } from '../../recorder-core/records/call-identity.ts';

/** Name of a column in the header; a number, counted from 1, where the export has no header. */
const column = z.union([z.string().min(1).max(200), z.int().min(1).max(1000)]);
const values = z.array(z.string().max(200)).min(1).max(100);
const digits = z.string().regex(/^\d{0,6}$/, 'must be up to 6 digits');

/**
 * How the export of one telephone system is read, as data: `examples/call-records/` has some. Columns that are not named
 * are not read.
 */
export const callRecordMapping = z.strictObject({
  format: z.literal('holdfast-call-records/1'),
  csv: z
    .strictObject({
      delimiter: z.string().length(1).default(','),
      /** False where the first line is a call. */
      header: z.boolean().default(true),
      /** Lines after the header that are no calls, such as one with the types of the columns. */
      skipLines: z.int().min(0).max(10).default(0),
    })
    .prefault({}),
  /** Rows in which a column has one of these values are no calls. */
  skip: z.array(z.strictObject({ column, values })).max(10).default([]),
  columns: z.strictObject({
    callIds: z
      .array(z.strictObject({ column, kind: z.enum(CALL_ID_KINDS) }))
      .max(8)
      .default([]),
    startedAt: column,
    /** Empty or 0 where the call was not answered. */
    answeredAt: column.optional(),
    endedAt: column.optional(),
    /** Seconds of talking; wins over the two instants. */
    duration: column.optional(),
    from: column.optional(),
    to: column.optional(),
    /** The line of the house; decides with `recorded` whether the call had to be recorded. */
    line: column.optional(),
    direction: z
      .strictObject({
        column,
        inbound: values.optional(),
        outbound: values.optional(),
        internal: values.optional(),
      })
      .optional(),
    disposition: z.strictObject({ column, answered: values }).optional(),
  }),
  /** What tells one row from all others; the call ids, the start and the parties where it is left out. */
  rowKey: z.array(column).min(1).max(10).optional(),
  times: z.strictObject({
    /** `iso`, `unix-seconds`, `unix-milliseconds`, or a pattern of yyyy MM dd HH mm ss. */
    format: z.string().min(2).max(40),
    /** Zone of times that carry none, as the IANA names it. */
    zone: z.string().min(1).max(60).default('UTC'),
  }),
  numbers: z
    .strictObject({
      country: digits.optional(),
      international: digits.optional(),
      national: digits.optional(),
    })
    .prefault({}),
  /** Which calls had to be recorded: all, or those whose line begins so. Internal ones only where it says so. */
  recorded: z
    .strictObject({
      lines: z.union([z.literal('all'), z.array(z.string().min(1).max(30)).max(1000)]).default('all'),
      internal: z.boolean().default(false),
    })
    .prefault({}),
  /** How long a call record is kept once it is judged, in days. */
  keepDays: z.int().min(1).max(4000).default(400),
});

/** A mapping as it is used. */
export type CallRecordMapping = z.output<typeof callRecordMapping>;

/** Checks a mapping. @throws HoldfastError `invalid_input` naming the first field at fault. */
export function parseMapping(value: unknown): CallRecordMapping {
  const checked = callRecordMapping.safeParse(value);
  if (checked.success) {
    requireZone(checked.data.times.zone);
    return checked.data;
  }
  const { path, says } = firstFault(checked.error);
  const field = path.join('.') || '(the whole)';
  throw new HoldfastError(
    'invalid_input',
    `The mapping of call records cannot be used: ${field}: ${says}. Correct it; the files in examples/call-records show every field.`,
    { field },
  );
}

function requireZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      'The mapping names a time zone that is not known. Write it as Europe/Berlin or UTC.',
      { field: 'times.zone', cause },
    );
  }
}
