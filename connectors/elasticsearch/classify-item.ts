import { classifyResponse } from '../kit/classify-response.ts';
import { remoteError, type RemoteError } from '../kit/remote-error.ts';
import type { BulkItem } from './engine.ts';

/** Classifies the failure of one item of a bulk answer; other items are not concerned unless the cause is shared. */
export function classifyItem(item: BulkItem, nowMs: number): RemoteError {
  const code = item.error?.type;
  if (code === 'index_not_found_exception') {
    return remoteError('config', 'The alias of this tenant does not exist and could not be made.', {
      scope: 'connection',
      fix: 'Grant "manage" on the indices of the prefix, or remove an index of that name without the alias.',
      remote: { status: item.status, code },
    });
  }
  const shared = classifyResponse({ status: item.status, headers: {} }, { effect: 'write', nowMs, code });
  const scope = shared.class === 'invalid_record' || shared.class === 'conflict' ? 'record' : 'batch';
  return { ...shared, scope };
}
