import type { FieldSpec, FieldValue, MappingRow } from '../../../connectors/kit/fields.ts';
import type { OutboundRecord, RecordKind } from '../../../connectors/kit/record.ts';
import {
  bind,
  compileExpression,
  type BoundValues,
  type Expression,
} from '../../../recorder-core/expressions/compile-expression.ts';
import { isExpressionFault } from '../../../recorder-core/expressions/expression-fault.ts';
import type { Variables } from '../../../recorder-core/expressions/check-types.ts';
import { coerce, fieldFault, typeFault } from './coerce-value.ts';
import { recordType } from './record-type.ts';

/** A row that cannot be used, found when the mapping was made. */
export interface MappingFault {
  /** Of the row, from 0. */
  readonly row: number;
  readonly target: string;
  /** JSON pointer within the rows, for example `/0/expr`. */
  readonly field: string;
  readonly message: string;
  /** Where in the expression, in UTF-16 units from its beginning; absent where it is about the whole cell. */
  readonly at?: number;
}

/** A row that gave no value for one record; the text holds nothing of the record. */
export interface RowRemark {
  readonly row: number;
  readonly target: string;
  readonly message: string;
}

/** What a mapping made of one record: fields, or the row by which the record is refused. */
export type MappedRecord =
  | {
      readonly fields: Readonly<Record<string, FieldValue>>;
      /** Rows that left their field as it is, because of null or of a fault. */
      readonly skipped: readonly RowRemark[];
    }
  | { readonly error: RowRemark };

/** A mapping that is ready for any number of records. */
export interface CompiledMapping {
  /** Empty when every row can be used; `apply` works with the other rows all the same, for previews. */
  readonly faults: readonly MappingFault[];
  /** The first row whose expression cannot be evaluated at all: `apply` is as if it were not there, so nothing may be sent by it. */
  readonly unusable: MappingFault | undefined;
  /** Pure: the same record gives the same fields on every machine. `shape` is what the reshape step made, where there is one. */
  apply(record: OutboundRecord, shape?: unknown): MappedRecord;
}

/** What a mapping is compiled for. */
export interface MappingFor {
  /** What the operation takes; `recording` by default. */
  readonly input?: RecordKind;
  /** The fields of the remote object, where the catalogue is known: rows for others are faults. */
  readonly fields?: readonly FieldSpec[];
  /** Whether a reshape comes first: its result is `shape`. */
  readonly reshaped?: boolean;
}

interface ReadyRow {
  readonly index: number;
  readonly row: MappingRow;
  readonly expression: Expression;
  readonly maxLength: number | undefined;
}

/** Compiles the rows of one operation. Never throws for what people wrote: `faults` has it, each with its row and field. */
export function compileMapping(
  rows: readonly MappingRow[],
  { input = 'recording', fields, reshaped = false }: MappingFor = {},
): CompiledMapping {
  const variables: Variables = { record: recordType(input), ...(reshaped ? { shape: 'any' } : {}) };
  const faults: MappingFault[] = [];
  const ready: ReadyRow[] = [];
  let unusable: MappingFault | undefined;
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const fault = (field: string, message: string, at?: number) =>
      faults.push({
        row: index,
        target: row.target,
        field: `/${index}/${field}`,
        message,
        ...(at !== undefined && { at }),
      });
    const spec = fields?.find(({ name }) => name === row.target);
    if (seen.has(row.target)) fault('target', `There is another row for "${row.target}". Keep one of them.`);
    seen.add(row.target);
    if (fields !== undefined) {
      const wrong =
        spec === undefined ? `The remote object has no field "${row.target}".` : fieldFault(row.type, spec);
      if (wrong !== undefined) fault(spec?.writable === true ? 'type' : 'target', wrong);
    }
    const expression = compiled(row.expr, variables, (message, at) => fault('expr', message, at));
    if (expression === undefined) {
      unusable ??= faults.at(-1);
      continue;
    }
    const wrong = typeFault(expression.type, row.type);
    if (wrong !== undefined) fault('expr', wrong);
    ready.push({ index, row, expression, maxLength: spec?.maxLength });
  }
  return {
    faults,
    unusable,
    apply: (record, shape) => applyRows(ready, variables, record, shape),
  };
}

function compiled(
  text: string,
  variables: Variables,
  fault: (message: string, at: number | undefined) => void,
): Expression | undefined {
  try {
    return compileExpression(text, { variables });
  } catch (error) {
    if (!isExpressionFault(error)) throw error;
    fault(error.message, error.at);
    return undefined;
  }
}

function applyRows(
  rows: readonly ReadyRow[],
  variables: Variables,
  record: OutboundRecord,
  shape: unknown,
): MappedRecord {
  const bound = bind(variables, { record, shape: shape ?? null });
  const fields: [string, FieldValue][] = [];
  const skipped: RowRemark[] = [];
  for (const { index, row, expression, maxLength } of rows) {
    const outcome = valueOf(row, expression, maxLength, bound);
    if ('value' in outcome) {
      fields.push([row.target, outcome.value]);
      continue;
    }
    const remark = { row: index, target: row.target, message: outcome.message };
    if (outcome.reject) return { error: remark };
    skipped.push(remark);
  }
  // From entries: a field may be called __proto__ where others live.
  return { fields: Object.fromEntries(fields), skipped };
}

type RowOutcome = { readonly value: FieldValue } | { readonly reject: boolean; readonly message: string };

function valueOf(
  row: MappingRow,
  expression: Expression,
  maxLength: number | undefined,
  bound: BoundValues,
): RowOutcome {
  const failed = (message: string): RowOutcome => ({ reject: row.onError === 'reject', message });
  const run = expression.evaluateBound(bound);
  if (!run.ok) return failed(run.fault.message);
  if (run.value === null) {
    if (row.onNull === 'clear') return { value: null };
    return { reject: row.onNull === 'reject', message: 'There is no value for this record.' };
  }
  const made = coerce(run.value, row.type, maxLength);
  return 'value' in made ? made : failed(made.wrong);
}
