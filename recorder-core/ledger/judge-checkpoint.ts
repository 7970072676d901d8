/**
 * What a witness decides (https://c2sp.org/tlog-witness): it cosigns only what extends what it cosigned last. Pure;
 * keeping what was cosigned, before the answer goes out, is the caller's part.
 */
import { isHoldfastError } from '../errors.ts';
import { openCheckpoint, parseCheckpointText, type Checkpoint } from './checkpoint.ts';
import { emptyRoot } from './merkle.ts';
import { verifyConsistency } from './proofs.ts';
import { parseNote } from './signed-note.ts';
import { parseWitnessRequest, type WitnessRequest } from './witness-request.ts';

/** A refusal, with the status the protocol gives it. `size` only with 409: what the witness cosigned last. */
export interface WitnessRefusal {
  readonly status: 400 | 403 | 404 | 409 | 422;
  readonly reason: string;
  readonly size?: number;
}

/** A request signed by the log it is about; nothing was said yet on whether it extends what is known. */
export interface Submission extends WitnessRequest {
  readonly opened: Checkpoint;
}

/** The pinned verifier keys of a log that may sign now; undefined for a log that is not served. */
export type PinnedKeys = (origin: string) => readonly string[] | undefined;

/** Reads a request and checks its signature against the pinned keys. Never throws for what is in it. */
export function readSubmission(body: string, keysOf: PinnedKeys): Submission | WitnessRefusal {
  const request = attempt(() => parseWitnessRequest(body));
  if (request === undefined)
    return { status: 400, reason: 'The request is not of the form of add-checkpoint.' };
  const claimed = attempt(() => parseCheckpointText(parseNote(request.checkpoint).text));
  if (claimed === undefined) return { status: 400, reason: 'What follows the proof is not a checkpoint.' };
  const verifierKeys = keysOf(claimed.origin);
  if (verifierKeys === undefined) return { status: 404, reason: 'This witness does not serve that log.' };
  const opened = attempt(() => openCheckpoint(request.checkpoint, { origin: claimed.origin, verifierKeys }));
  if (opened === undefined)
    return { status: 403, reason: 'No pinned key of the log that is valid now signed it.' };
  if (request.oldSize > opened.size)
    return { status: 400, reason: 'The old size is larger than the new one.' };
  return { ...request, opened };
}

/** Judges a submission by the checkpoint that was cosigned last. @returns undefined where it may be cosigned. */
export function judgeSubmission(
  { oldSize, proof, opened }: Submission,
  known: Pick<Checkpoint, 'size' | 'root'> = { size: 0, root: emptyRoot() },
): WitnessRefusal | undefined {
  const conflict = (reason: string): WitnessRefusal => ({ status: 409, reason, size: known.size });
  if (oldSize !== known.size) return conflict('The old size is not that of the checkpoint cosigned last.');
  if (opened.size === known.size && !opened.root.equals(known.root))
    return conflict('A checkpoint of this size with another root was cosigned.');
  if (!verifyConsistency(oldSize, opened.size, proof, known.root, opened.root))
    return { status: 422, reason: 'The proof does not show that the log extends what was cosigned.' };
  return undefined;
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isHoldfastError(error)) return undefined;
    throw error;
  }
}
