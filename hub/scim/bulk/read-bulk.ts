import { HoldfastError } from '../../../recorder-core/errors.ts';
import { isRecord } from '../documents/document.ts';
import { scimRefusal } from '../scim-refusal.ts';

export const BULK_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const MOST_OPERATIONS = 1_000;
/** Of the body of any request. */
export const MOST_PAYLOAD_BYTES = 1_048_576;

/** One operation of a bulk as it was sent. */
export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly resource: 'Users' | 'Groups';
  /** Of the resource; may be `bulkId:<id>`. Undefined for POST. */
  readonly id: string | undefined;
  readonly bulkId: string | undefined;
  readonly version: string | undefined;
  readonly data: unknown;
}

/** A bulk as it was sent. */
export interface BulkRequest {
  readonly operations: readonly BulkOperation[];
  /** After so many failures the rest is not begun; undefined: all are tried. */
  readonly failOnErrors: number | undefined;
}

/**
 * Reads the body of a bulk (RFC 7644 section 3.7). All of it must be of its form before anything is done.
 * @throws HoldfastError `invalid_input` (invalidSyntax); `too_large` for more than 1,000 operations.
 */
export function readBulk(body: unknown): BulkRequest {
  if (!isRecord(body) || JSON.stringify(body['schemas']) !== JSON.stringify([BULK_URN]))
    throw refuse(`schemas must be ["${BULK_URN}"].`);
  const { failOnErrors, Operations: operations } = body as Record<string, unknown>;
  if (failOnErrors !== undefined && !(Number.isInteger(failOnErrors) && Number(failOnErrors) > 0))
    throw refuse('failOnErrors must be a whole number from 1.');
  if (!Array.isArray(operations) || operations.length === 0)
    throw refuse('Operations must be a list with at least one operation.');
  if (operations.length > MOST_OPERATIONS)
    throw new HoldfastError('too_large', `A bulk can have ${MOST_OPERATIONS} operations. Nothing was done.`);
  const read = operations.map((one, at) => readOperation(one, at + 1));
  const ids = read.flatMap(({ bulkId }) => (bulkId === undefined ? [] : [bulkId]));
  if (new Set(ids).size !== ids.length) throw refuse('A bulkId stands for one operation.');
  return { operations: read, failOnErrors: failOnErrors as number | undefined };
}

function readOperation(operation: unknown, number: number): BulkOperation {
  if (!isRecord(operation)) throw refuse(`Operation ${number} must be an object.`);
  const { method, path, bulkId, version, data } = operation as Record<string, unknown>;
  const known = (['POST', 'PUT', 'PATCH', 'DELETE'] as const).find(
    (one) => typeof method === 'string' && one === method.toUpperCase(),
  );
  if (known === undefined) throw refuse(`Operation ${number}: method must be POST, PUT, PATCH or DELETE.`);
  const place = typeof path === 'string' ? /^\/(Users|Groups)(?:\/([^/?#]{1,200}))?$/.exec(path) : null;
  if (place === null || (known === 'POST') !== (place[2] === undefined))
    throw refuse(`Operation ${number}: path must be /Users or /Groups, with an id but for POST.`);
  if (bulkId !== undefined && (typeof bulkId !== 'string' || bulkId === '' || bulkId.length > 200))
    throw refuse(`Operation ${number}: bulkId must be a text.`);
  if (known === 'POST' && bulkId === undefined) throw refuse(`Operation ${number}: POST needs a bulkId.`);
  if (version !== undefined && typeof version !== 'string')
    throw refuse(`Operation ${number}: version must be a text.`);
  if (known !== 'DELETE' && !isRecord(data)) throw refuse(`Operation ${number}: data is missing.`);
  return {
    method: known,
    resource: place[1] as BulkOperation['resource'],
    id: place[2],
    bulkId,
    version,
    data,
  };
}

function refuse(message: string) {
  return scimRefusal('invalidSyntax', `${message} Nothing was done.`);
}
