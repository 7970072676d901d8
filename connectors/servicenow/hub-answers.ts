/** From the answers of the scoped application to those of the contract. */
import type { FoundRecording } from './app/src/server/recordings.ts';
import type { Result } from './app/src/server/row.ts';
import type { Answer } from '../kit/outcome.ts';
import { remoteError, type RemoteError } from '../kit/remote-error.ts';
import { heldError, outdatedError } from '../kit/withdrawal-rule.ts';
import { refusedByRule } from './classify.ts';
import { callHubFor, type ServicenowContext } from './client.ts';
import { callKey } from './keys.ts';

/** The answer for one item; `otherwise` is the remote id of what has none there. */
export function answerOf(result: Result, otherwise: string): Answer {
  if (result.error !== undefined || result.result === undefined)
    return { outcome: 'rejected', error: errorOf(result) };
  const version = result.revision === undefined ? {} : { remoteVersion: String(result.revision) };
  return { outcome: 'done', result: result.result, remoteId: result.sysId ?? otherwise, ...version };
}

function errorOf({ error, column }: Result): RemoteError {
  switch (error) {
    case 'held':
      return heldError();
    case 'outdated':
      return outdatedError();
    case 'unknown_column':
      return unknownColumn(column ?? 'the column');
    case 'not_deleted':
      return remoteError('transient', 'The instance did not delete the row.', {
        remote: { code: 'not_deleted' },
      });
    default:
      return refusedByRule({ code: 'not_saved' });
  }
}

/** The refusal of a record whose mapping names a column that the table does not have. */
export function unknownColumn(column: string): RemoteError {
  return remoteError('invalid_record', 'The table has no column of that name; nothing was written.', {
    fix: `Take ${column} out of the mapping, or add it to the table.`,
    remote: { code: 'unknown_column' },
  });
}

/** What stands of recordings on the instance, in the order given; with `columns`, what those have. Throws RemoteFailure. */
export function findRecordings(
  ctx: ServicenowContext,
  records: readonly { readonly tenantId: string; readonly id: string }[],
  columns: readonly string[] = [],
): Promise<FoundRecording[]> {
  const items = records.map((record) => ({ key: callKey(record), columns }));
  return callHubFor<FoundRecording>(ctx, '/recordings/find', items, 'read');
}
