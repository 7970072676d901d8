/** The remote system's own fields: which there are, and what a connection's mapping puts into them. */
import { z } from 'zod';

/** What a mapping may produce for one field. Instants are RFC 3339 texts in UTC with milliseconds. */
export const fieldValue = z.union([z.string().max(131_072), z.number(), z.boolean(), z.null()]);
export type FieldValue = z.infer<typeof fieldValue>;

/** The types that a mapping's expression is checked against. */
export const fieldType = z.enum(['text', 'integer', 'number', 'boolean', 'instant', 'date']);
export type FieldType = z.infer<typeof fieldType>;

/** A field's name as remote systems write it. */
export const fieldName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]{0,127}$/);

/** One row of a mapping: which field gets the value of which expression. */
export const mappingRow = z.strictObject({
  target: fieldName,
  /** CEL over `record`. */
  expr: z.string().min(1).max(4096),
  type: fieldType,
  /** `skip` leaves the field as it is, `clear` empties it, `reject` refuses the record. */
  onNull: z.enum(['skip', 'clear', 'reject']),
  /** `skip` leaves the field as it is, `reject` refuses the record. */
  onError: z.enum(['skip', 'reject']),
  /** The value is hidden wherever people look at deliveries. */
  redact: z.boolean(),
});
export type MappingRow = z.infer<typeof mappingRow>;

/** A field as the remote system describes it. */
export interface FieldSpec {
  readonly name: string;
  readonly title: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly writable: boolean;
  /** In characters. */
  readonly maxLength?: number;
  readonly unique?: boolean;
}

/** What `discover` found: the objects a connection may write to, with their fields. Plain JSON; stored and compared. */
export interface Catalog {
  readonly objects: readonly {
    readonly name: string;
    readonly title: string;
    readonly fields: readonly FieldSpec[];
  }[];
}
