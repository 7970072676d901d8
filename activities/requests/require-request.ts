import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { lockRequest, type SubjectRequest } from '../../recorder-core/records/subject-requests.ts';

/** The request under a row lock. @throws HoldfastError `not_found`. */
export async function requireLockedRequest(tx: Tx, requestId: string): Promise<SubjectRequest> {
  const found = await lockRequest(tx, requestId);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'The request is not in the database.');
}
