import { firstFault } from '../../../connectors/kit/first-fault.ts';
import { HoldfastError, isHoldfastError } from '../../../recorder-core/errors.ts';
import { compileExpression, type Expression } from '../../../recorder-core/expressions/compile-expression.ts';
import type { ExpressionType } from '../../../recorder-core/expressions/expression-type.ts';
import type { RoleOperation } from '../../../recorder-core/policy/role-change.ts';
import { hrMapping, type HrMapping } from './hr-mapping.ts';

/** What one record of an HR system says, in our words. */
export interface ReadRecord {
  readonly operation: RoleOperation;
  readonly person: string;
  readonly name?: string;
  readonly department?: string | null;
  readonly job?: string | null;
  readonly manager?: string | null;
  readonly effectiveAt?: Date;
}

/** A mapping that is ready to read messages. */
export interface CompiledHrMapping {
  readonly signature: HrMapping['signature'];
  /** The changes in a message. @throws HoldfastError `invalid_input` where there is no list of them. */
  records(body: unknown): readonly unknown[];
  idOf(body: unknown): string | undefined;
  occurredAt(body: unknown, record: unknown): Date | undefined;
  /** The HR system's id of the person. @throws HoldfastError `invalid_input` where there is none. */
  personOf(body: unknown, record: unknown): string;
  /** @throws HoldfastError `unsupported` where no operation fits; `invalid_input` for values that cannot be used. */
  read(body: unknown, record: unknown): ReadRecord;
}

const VARIABLES = { body: 'any', record: 'any' } as const;
const MOST_RECORDS = 1_000;
const MOST_CHARACTERS = 200;

/** Reads a mapping. @throws HoldfastError `invalid_input` naming the field, also for an expression that is none. */
export function compileHrMapping(input: unknown): CompiledHrMapping {
  const { signature, operations, place, ...mapping } = parsed(input);
  const optional = (text: string | undefined, at: string) =>
    text === undefined ? undefined : compiled(text, at);
  const id = optional(mapping.id, 'id');
  const records = optional(mapping.records, 'records');
  const occurred = optional(mapping.occurredAt, 'occurredAt');
  const person = compiled(mapping.person, 'person');
  const rules = operations.map(({ when, operation }, at) => ({
    operation,
    when: compiled(when, `operations/${at}/when`, 'boolean'),
  }));
  const fields = Object.entries(place).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, compiled(text, `place/${name}`)] as const],
  );
  const personOf = (body: unknown, record: unknown) => personAt(person, { body, record });
  return {
    signature,
    personOf,
    records: (body) => (records === undefined ? [body] : listAt(records, body)),
    idOf: (body) => (id && textOf('id', valueOf(id, { body, record: null }))) ?? undefined,
    occurredAt: (body, record) =>
      (occurred && instantOf('occurredAt', valueOf(occurred, { body, record }))) ?? undefined,
    read(body, record) {
      const rule = rules.find(({ when }) => valueOf(when, { body, record }) === true);
      if (rule === undefined) throw unknownChange();
      const values = fields.map(([name, expression]) => [name, valueOf(expression, { body, record })]);
      const said = placeOf(Object.fromEntries(values) as Record<string, unknown>);
      if (rule.operation === 'hire' && said.name === undefined)
        throw refuse('The message hires somebody without a name.', '/place/name');
      return { operation: rule.operation, person: personOf(body, record), ...said };
    },
  };
}

function parsed(input: unknown): HrMapping {
  const read = hrMapping.safeParse(input);
  if (read.success) return read.data;
  const { path, says } = firstFault(read.error);
  const field = `/mapping/${path.map(String).join('/')}`;
  throw new HoldfastError('invalid_input', `${field}: ${says}. Nothing was kept.`, { field });
}

function listAt(records: Expression, body: unknown): readonly unknown[] {
  const list = valueOf(records, { body, record: null });
  if (Array.isArray(list) && list.length > 0 && list.length <= MOST_RECORDS) return list as unknown[];
  throw refuse(
    `The message has no list of 1 to ${MOST_RECORDS} changes where the mapping looks for it.`,
    '/records',
  );
}

function personAt(person: Expression, values: Readonly<Record<string, unknown>>): string {
  const found = textOf('person', valueOf(person, values));
  if (found !== undefined && found !== null) return found;
  throw refuse('The message does not say whom it is about.', '/person');
}

function unknownChange(): HoldfastError {
  return new HoldfastError(
    'unsupported',
    'No operation of the mapping fits this message, so nothing was done. Add one to the mapping, and have the event processed again.',
    { field: '/operations' },
  );
}

function placeOf(values: Readonly<Record<string, unknown>>): Partial<ReadRecord> {
  const name = textOf('name', values['name']);
  const effectiveAt = instantOf('effectiveAt', values['effectiveAt']);
  const nullable = (field: string) => {
    const text = textOf(field, values[field]);
    return text === undefined ? {} : { [field]: text };
  };
  return {
    ...(name !== undefined && name !== null && { name }),
    ...nullable('department'),
    ...nullable('job'),
    ...nullable('manager'),
    ...(effectiveAt !== undefined && { effectiveAt }),
  };
}

/** Undefined where the message does not have it. */
function valueOf(expression: Expression, values: Readonly<Record<string, unknown>>): unknown {
  const result = expression.evaluate(values);
  if (result.ok) return result.value;
  if (result.fault.kind === 'absent' || result.fault.kind === 'type') return undefined;
  throw refuse(`The message cannot be read by the mapping: ${result.fault.message}`, '/mapping');
}

function textOf(field: string, value: unknown): string | null | undefined {
  if (value === undefined) return undefined;
  if (value === null || value === '') return null;
  const text = typeof value === 'number' ? String(value) : value;
  if (
    typeof text === 'string' &&
    text.length <= MOST_CHARACTERS &&
    text.isWellFormed() &&
    !text.includes('\0')
  )
    return text;
  throw refuse(
    `What the mapping finds for ${field} is no text of at most ${MOST_CHARACTERS} characters.`,
    `/${field}`,
  );
}

function instantOf(field: string, value: unknown): Date | undefined {
  const text = textOf(field, value);
  if (text === undefined || text === null) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !/^\d{4}-\d\d-\d\d/.test(text))
    throw refuse(`What the mapping finds for ${field} is no date and time (RFC 3339).`, `/${field}`);
  return at;
}

function compiled(text: string, at: string, result?: ExpressionType): Expression {
  try {
    return compileExpression(text, { variables: VARIABLES, ...(result !== undefined && { result }) });
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    throw new HoldfastError('invalid_input', `/mapping/${at}: ${error.message}`, {
      field: `/mapping/${at}`,
      cause: error,
    });
  }
}

function refuse(message: string, field: string): HoldfastError {
  return new HoldfastError('invalid_input', `${message} Nothing was done.`, { field });
}
