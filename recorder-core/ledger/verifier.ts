/**
 * The offline check of one ledger entry: no database, no network, no state. What is trusted (the log's identity
 * and its keys) is given by the person who checks, never taken from what is checked.
 */
import { isHoldfastError } from '../errors.ts';
import type { Checkpoint, TrustedLog } from './checkpoint.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { Opening } from './commitment.ts';
import { openCommitment } from './commitment.ts';
import type { Leaf } from './leaf.ts';
import { parseLeaf } from './leaf.ts';
import type { Proof } from './proofs.ts';
import { verifyConsistency, verifyInclusion } from './proofs.ts';

/** What is presented as evidence. All of it is untrusted. */
export interface LedgerBundle {
  readonly leaf: Buffer;
  readonly index: number;
  /** The signed note. */
  readonly checkpoint: string;
  readonly inclusion: Proof;
  /** An earlier signed checkpoint the verifier knows of, and the proof that the log grew out of it. */
  readonly earlier?: { readonly checkpoint: string; readonly consistency: Proof };
  /** Personal values the leaf is said to commit to. */
  readonly openings?: readonly Opening[];
}

/** The names of the checks, in the order they are made. */
export type CheckName = 'checkpoint' | 'leaf' | 'inclusion' | 'consistency' | 'commitments';

/** One check and a sentence a layman can read. */
export interface CheckResult {
  readonly check: CheckName;
  readonly ok: boolean;
  readonly statement: string;
}

/** The verdict; `ok` only when every check made was passed. */
export interface Verification {
  readonly ok: boolean;
  /** Of the checks that could be made; what depends on a failed one is left out. */
  readonly checks: readonly CheckResult[];
  /** Given only when `ok`: nothing unverified shall be read out of a bundle. */
  readonly leaf?: Leaf;
  readonly checkpoint?: Checkpoint;
}

/** Checks a bundle. Never throws for anything the bundle contains; a malformed verifier key throws invalid_input. */
export function verifyBundle(bundle: LedgerBundle, trusted: TrustedLog): Verification {
  const checks: CheckResult[] = [];
  const note = (check: CheckName, ok: boolean, statement: string): boolean => {
    checks.push({ check, ok, statement });
    return ok;
  };

  const checkpoint = attempt(() => openCheckpoint(bundle.checkpoint, trusted));
  note(
    'checkpoint',
    !isFailure(checkpoint),
    isFailure(checkpoint) ? checkpoint.failure : 'The checkpoint is signed by the trusted key of this log.',
  );
  const leaf = attempt(() => parseLeaf(bundle.leaf));
  note('leaf', !isFailure(leaf), isFailure(leaf) ? leaf.failure : 'The entry is a well-formed leaf.');

  if (!isFailure(checkpoint)) {
    const { size, root } = checkpoint;
    const included = verifyInclusion(bundle.leaf, bundle.index, size, bundle.inclusion, root);
    note(
      'inclusion',
      included,
      included
        ? `The entry is number ${bundle.index} of the ${size} entries under the checkpoint.`
        : `The entry is not number ${bundle.index} under the checkpoint: it was changed, moved, or never entered.`,
    );
    if (bundle.earlier) checkEarlier(bundle.earlier, checkpoint, trusted, note);
  }
  if (bundle.openings && !isFailure(leaf)) {
    const opened = bundle.openings.every((opening) => openCommitment(leaf.commitments, opening));
    note(
      'commitments',
      opened,
      opened
        ? 'The entry concerns the persons named.'
        : 'A person named is not the one the entry was made for.',
    );
  }

  const ok = checks.every((result) => result.ok);
  return ok && !isFailure(leaf) && !isFailure(checkpoint)
    ? { ok, checks, leaf, checkpoint }
    : { ok: false, checks };
}

function checkEarlier(
  earlier: NonNullable<LedgerBundle['earlier']>,
  now: Checkpoint,
  trusted: TrustedLog,
  note: (check: CheckName, ok: boolean, statement: string) => boolean,
): void {
  const before = attempt(() => openCheckpoint(earlier.checkpoint, trusted));
  if (isFailure(before)) {
    note('consistency', false, `The earlier checkpoint does not hold. ${before.failure}`);
    return;
  }
  const extended = verifyConsistency(before.size, now.size, earlier.consistency, before.root, now.root);
  note(
    'consistency',
    extended,
    extended
      ? `The log of ${now.size} entries contains, unchanged, the ${before.size} entries it had before.`
      : `The log of ${now.size} entries is not a continuation of the one that had ${before.size}: entries were changed, removed or reordered, or two histories were signed.`,
  );
}

interface Failure {
  readonly failure: string;
}

function attempt<T extends object>(act: () => T): T | Failure {
  try {
    return act();
  } catch (error) {
    // Anything else is no statement about the evidence: a wrong key of the verifier, or a defect.
    if (isHoldfastError(error) && error.code === 'integrity_failed') return { failure: error.message };
    throw error;
  }
}

function isFailure(value: object): value is Failure {
  return 'failure' in value;
}
