/** What Salesforce answered for each record, as the host wants it. */
import { failedAnswer, notSent } from '../kit/failed-answer.ts';
import type { Answer, Planned } from '../kit/outcome.ts';
import type { OutboundRecord } from '../kit/record.ts';
import { isRemoteFailure, remoteError, type RemoteError } from '../kit/remote-error.ts';
import { classifyFault, type RecordFault } from './classify.ts';

/** One entry of the answer to a collections request, or one row of the results of a job brought to its form. */
export interface SaveResult {
  readonly id?: string | null;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly RecordFault[];
}

/** What the guard of the package says, with the revision that stands there and its record where it knows them. */
export interface GuardWord {
  readonly word: 'UNCHANGED' | 'SUPERSEDED' | 'HELD';
  readonly revision?: string;
  readonly id?: string;
}

const WORD = /\bHOLDFAST_(UNCHANGED|SUPERSEDED|HELD)\b(?::(\d{1,18})(?::([A-Za-z0-9]{15,18}))?)?/;

/** The guard's word in the errors of a record; undefined where something else refused it. */
export function guardWord(errors: readonly RecordFault[]): GuardWord | undefined {
  for (const { message } of errors) {
    const [, word, revision, id] = WORD.exec(message) ?? [];
    if (word === 'UNCHANGED' || word === 'SUPERSEDED' || word === 'HELD') {
      return { word, ...(revision === undefined ? {} : { revision }), ...(id === undefined ? {} : { id }) };
    }
  }
  return undefined;
}

/** The refusal of one record by what Salesforce said. */
export function refused(errors: readonly RecordFault[], what?: string): Answer {
  return failedAnswer(classifyFault(errors[0], what));
}

/** An answer that does not speak of a record that was sent. */
export function unanswered(): Answer {
  return failedAnswer(
    remoteError('unknown_outcome', 'Salesforce answered for other records than were sent.', {
      scope: 'batch',
    }),
  );
}

/**
 * Sends piece after piece, each once. Where a piece fails for everybody, the rest is not sent. A piece that was refused as
 * a whole, of which nothing was written, is cut in two until the record at fault stands alone.
 */
export async function sendPieces<R extends OutboundRecord>(
  pieces: readonly (readonly Planned<R>[])[],
  send: (piece: readonly Planned<R>[]) => Promise<readonly Answer[]>,
): Promise<Map<Planned<R>, Answer>> {
  const answers = new Map<Planned<R>, Answer>();
  const waiting = [...pieces];
  let stopped: RemoteError | undefined;
  for (let piece = waiting.shift(); piece !== undefined; piece = waiting.shift()) {
    if (stopped !== undefined) {
      for (const plan of piece) answers.set(plan, failedAnswer(stopped));
      continue;
    }
    try {
      const sent = await send(piece);
      piece.forEach((plan, index) => answers.set(plan, sent[index] ?? unanswered()));
    } catch (failure) {
      if (!isRemoteFailure(failure)) throw failure;
      const error = failure.remoteError;
      if (error.class === 'invalid_record' && piece.length > 1) {
        const half = Math.ceil(piece.length / 2);
        waiting.unshift(piece.slice(0, half), piece.slice(half));
        continue;
      }
      for (const plan of piece) answers.set(plan, failedAnswer(ofOne(error, piece.length)));
      if (error.scope === 'connection' || error.class === 'unknown_outcome') stopped = notSent(error);
    }
  }
  return answers;
}

/** A request for one record speaks of that record alone. */
function ofOne(error: RemoteError, size: number): RemoteError {
  return size === 1 && error.class === 'invalid_record' ? { ...error, scope: 'record' } : error;
}
