import { isRecord } from '../documents/document.ts';
import { scimRefusal } from '../scim-refusal.ts';

export const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** One operation as it was sent. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string | undefined;
  /** Undefined where there is none, which is not null. */
  readonly value: unknown;
}

const MOST_OPERATIONS = 1_000;
const OPS = ['add', 'replace', 'remove'] as const;

/**
 * Reads the body of a PATCH. Names and operations have no case: Entra sends `Add`, `Replace` and `Remove`.
 * @throws HoldfastError `invalid_input` (invalidSyntax), also for an operation that there is not: none is ever passed over.
 */
export function readPatch(body: unknown): PatchOperation[] {
  if (!isRecord(body)) throw refuse('The body must be a JSON object.');
  const { schemas, operations, ...more } = lowerNames(body);
  if (!Array.isArray(schemas) || schemas.length !== 1 || schemas[0] !== PATCH_URN)
    throw refuse(`schemas must be ["${PATCH_URN}"].`);
  const [unknownName] = Object.keys(more);
  if (unknownName !== undefined) throw refuse(`${unknownName.slice(0, 100)} is not part of a PATCH.`);
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > MOST_OPERATIONS)
    throw refuse(`Operations must be a list of 1 to ${MOST_OPERATIONS} operations.`);
  return operations.map((operation, at) => readOperation(operation, at + 1));
}

function readOperation(operation: unknown, number: number): PatchOperation {
  if (!isRecord(operation)) throw refuse(`Operation ${number} must be an object.`);
  const { op, path, value, ...more } = lowerNames(operation);
  const known = OPS.find((one) => typeof op === 'string' && one === op.toLowerCase());
  if (known === undefined) throw refuse(`Operation ${number}: op must be add, replace or remove.`);
  const [unknownName] = Object.keys(more);
  if (unknownName !== undefined)
    throw refuse(`Operation ${number}: ${unknownName.slice(0, 100)} is not part of an operation.`);
  if (path !== undefined && path !== null && typeof path !== 'string')
    throw refuse(`Operation ${number}: path must be a text.`);
  const given = typeof path === 'string' && path !== '' ? path : undefined;
  if (known !== 'remove' && value === undefined) throw refuse(`Operation ${number}: value is missing.`);
  if (known === 'remove' && given === undefined)
    throw scimRefusal(
      'noTarget',
      `Operation ${number}: remove needs a path. Nothing of the whole PATCH was done.`,
    );
  return { op: known, path: given, value };
}

function lowerNames(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
}

function refuse(message: string) {
  return scimRefusal('invalidSyntax', `${message} Nothing of the whole PATCH was done.`);
}
