import type { RecordingWithdrawal } from './record.ts';
import { remoteError, type RemoteError } from './remote-error.ts';

/**
 * Why a withdrawal may not delete what the remote side holds (undefined: nothing); undefined when it may. A hold wins
 * whenever either side knows of one that the withdrawal does not outdate, and an outdated withdrawal deletes nothing.
 */
export function withdrawalRefusal(
  withdrawal: RecordingWithdrawal,
  remote: { readonly revision: number; readonly held: boolean } | undefined,
): RemoteError | undefined {
  if (withdrawal.held) return heldError();
  if (remote === undefined) return undefined;
  if (remote.held && remote.revision >= withdrawal.revision) return heldError();
  return remote.revision > withdrawal.revision ? outdatedError() : undefined;
}

/** The refusal of a deletion that a hold forbids. */
export function heldError(): RemoteError {
  return remoteError('held', 'The recording is held; nothing was deleted.', {
    fix: 'Release the hold first, if the matter allows it.',
  });
}

/** The refusal of a deletion that was asked for before the remote side learned something newer. */
export function outdatedError(): RemoteError {
  return remoteError('conflict', 'The remote side knows a newer revision; nothing was deleted.', {
    fix: 'Ask again with the current revision.',
  });
}
