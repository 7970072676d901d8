import { HoldfastError, isHoldfastError } from '../../../recorder-core/errors.ts';
import type { Document } from '../documents/document.ts';
import { versionOf } from '../documents/with-meta.ts';
import { scimError } from '../scim-error.ts';
import { scimRefusal } from '../scim-refusal.ts';
import type { BulkOperation, BulkRequest } from './read-bulk.ts';

export const BULK_RESPONSE_URN = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** One operation, ready to be done: no bulkId stands in it any more. */
export type ReadyOperation = Omit<BulkOperation, 'bulkId'>;

/** Does one operation in a transaction of its own; answers the resource, or undefined where it is gone. */
export type BulkStep = (operation: ReadyOperation) => Promise<Document | undefined>;

interface Answer {
  readonly method: string;
  readonly bulkId?: string;
  readonly version?: string;
  readonly location?: string;
  readonly status: string;
  readonly response?: unknown;
}

/**
 * Does the operations of a bulk, each for itself (RFC 7644 section 3.7). One that names what another is to make waits for it,
 * whatever their order; those that wait for each other are refused. After `failOnErrors` failures nothing more is begun.
 * An error that is none of the client's goes into the answer as that; `note` is told of it.
 */
export async function runBulk(
  { operations, failOnErrors }: BulkRequest,
  step: BulkStep,
  note: (error: unknown) => void | Promise<void>,
): Promise<unknown> {
  const made = new Map<string, string>();
  const promised = new Set(
    operations.flatMap(({ method, bulkId }) => (method === 'POST' ? [bulkId ?? ''] : [])),
  );
  const answers: Answer[] = [];
  let waiting = [...operations];
  let failures = 0;
  const fail = async (operation: BulkOperation, error: unknown): Promise<void> => {
    failures += 1;
    if (operation.method === 'POST') promised.delete(operation.bulkId ?? '');
    await note(error);
    const response = scimError(error);
    answers.push({ ...namesOf(operation), status: response.status, response });
  };
  while (waiting.length > 0 && failures < (failOnErrors ?? Infinity)) {
    const later: BulkOperation[] = [];
    for (const operation of waiting) {
      if (failures >= (failOnErrors ?? Infinity)) break;
      const references = referencesOf(operation);
      const missing = references.filter((id) => !made.has(id));
      if (missing.some((id) => !promised.has(id))) await fail(operation, unresolved());
      else if (missing.length > 0) later.push(operation);
      else
        try {
          const { bulkId, ...ready } = resolve(operation, made);
          const done = await step(ready);
          if (bulkId !== undefined && typeof done?.['id'] === 'string') made.set(bulkId, done['id']);
          answers.push({ ...namesOf(operation), ...placeOf(done), status: statusOf(operation) });
        } catch (error) {
          await fail(operation, error);
        }
    }
    if (later.length === waiting.length) {
      for (const operation of later)
        if (failures < (failOnErrors ?? Infinity)) await fail(operation, circular());
      break;
    }
    waiting = later;
  }
  return { schemas: [BULK_RESPONSE_URN], Operations: answers };
}

const REFERENCE = /^bulkId:(.+)$/;

/** The bulkIds that an operation names. */
function referencesOf({ id, data }: BulkOperation): string[] {
  const found = new Set<string>();
  walk({ id, data }, (text) => {
    const bulkId = REFERENCE.exec(text)?.[1];
    if (bulkId !== undefined) found.add(bulkId);
    return text;
  });
  return [...found];
}

function resolve(operation: BulkOperation, made: ReadonlyMap<string, string>): BulkOperation {
  const { id, data } = walk({ id: operation.id, data: operation.data }, (text) => {
    const bulkId = REFERENCE.exec(text)?.[1];
    return bulkId === undefined ? text : (made.get(bulkId) ?? text);
  }) as Pick<BulkOperation, 'id' | 'data'>;
  return { ...operation, id, data };
}

/** The same value with every text replaced. */
function walk(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, walk(part, replace)]));
}

function namesOf({ method, bulkId }: BulkOperation): Pick<Answer, 'method' | 'bulkId'> {
  return { method, ...(bulkId === undefined ? {} : { bulkId }) };
}

function placeOf(done: Document | undefined): Pick<Answer, 'location' | 'version'> {
  if (done === undefined) return {};
  return { location: (done['meta'] as { location: string }).location, version: versionOf(done) };
}

function statusOf({ method }: BulkOperation): string {
  return method === 'POST' ? '201' : method === 'DELETE' ? '204' : '200';
}

function unresolved() {
  return scimRefusal(
    'invalidValue',
    'A bulkId stands for nothing that was added in this bulk. Nothing of this operation was done.',
  );
}

function circular(): HoldfastError {
  return new HoldfastError(
    'conflict',
    'Operations wait for each other by their bulkIds. Nothing of this operation was done.',
  );
}

/** Whether an error is one that the client caused. */
export function isOfTheClient(error: unknown): boolean {
  return isHoldfastError(error) && error.status < 500;
}
