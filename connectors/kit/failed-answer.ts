/** What a failure comes to for the record it met, and for those that were to be sent after it. */
import type { Answer } from './outcome.ts';
import { isRemoteFailure, remoteError, type RemoteError } from './remote-error.ts';

/** An error as the answer for one record: what nobody knows the end of is unknown, all else is rejected. */
export function failedAnswer(error: RemoteError): Exclude<Answer, { outcome: 'done' }> {
  return { outcome: error.class === 'unknown_outcome' ? 'unknown' : 'rejected', error };
}

/** What was thrown as the answer for one record; throws what is no remote failure on. */
export function answerOfFailure(thrown: unknown): Exclude<Answer, { outcome: 'done' }> {
  if (!isRemoteFailure(thrown)) throw thrown;
  return failedAnswer(thrown.remoteError);
}

/** The answer for a record that was sent and of which the remote side did not say enough; `title` says what was missing. */
export function unknownAnswer(title: string): Exclude<Answer, { outcome: 'done' }> {
  return failedAnswer(remoteError('unknown_outcome', title));
}

/** A failure of the connection as it looks to a record that was not sent because of it. */
export function notSent(error: RemoteError): RemoteError {
  return error.class === 'unknown_outcome'
    ? remoteError('transient', 'Not sent, because the connection failed before.', { scope: 'connection' })
    : error;
}
