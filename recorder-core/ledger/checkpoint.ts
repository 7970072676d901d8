/**
 * Checkpoints (https://c2sp.org/tlog-checkpoint): origin, size and root of a log, signed by it as a note.
 * A log must never sign two checkpoints that are inconsistent; see proofs.ts.
 */
import { HoldfastError } from '../errors.ts';
import { HASH_BYTES } from './merkle.ts';
import type { NoteSigner } from './signed-note.ts';
import { openNote, parseVerifierKey, signNote } from './signed-note.ts';

/** The head of a log at one size. */
export interface Checkpoint {
  /** The log's identity, such as `holdfast.example/tenant/acme`; also the name of the keys that may sign it. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** What a verifier pins beforehand. Taking either from the server that is to be checked would defeat the check. */
export interface TrustedLog {
  readonly origin: string;
  /** Verifier keys in text form, current and earlier ones; keys not named like the origin serve for nothing. */
  readonly verifierKeys: readonly string[];
}

/** The text of a checkpoint that is signed. @throws invalid_input. */
export function checkpointText(checkpoint: Checkpoint): string {
  const { origin, size, root } = checkpoint;
  if (!/^[^\s+]+$/u.test(origin) || !Number.isSafeInteger(size) || size < 0 || root.length !== HASH_BYTES) {
    throw new HoldfastError(
      'invalid_input',
      'A checkpoint needs an origin without spaces or plus signs, a size and a 32-byte root.',
    );
  }
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Signs a checkpoint. The signer must be named like the origin. @throws invalid_input. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  if (signer.name !== checkpoint.origin) {
    throw new HoldfastError(
      'invalid_input',
      'A checkpoint is signed by the key that bears the name of its log. Use the key of this log.',
    );
  }
  return signNote(checkpointText(checkpoint), [signer]);
}

/**
 * Opens a checkpoint of the given log and no other.
 * @throws integrity_failed when the form, the origin or the signature are not right, or an unknown key signed;
 *   invalid_input when a verifier key is malformed.
 */
export function openCheckpoint(note: string, trusted: TrustedLog): Checkpoint {
  const verifiers = trusted.verifierKeys.map(parseVerifierKey).filter(({ name }) => name === trusted.origin);
  const { text } = openNote(note, verifiers);
  const checkpoint = parseCheckpointText(text);
  if (checkpoint.origin !== trusted.origin) {
    throw refused('it belongs to another log than the one expected');
  }
  return checkpoint;
}

/**
 * Reads the text of a checkpoint without any check of its signature. Further lines, which the format allows
 * but no log of ours writes, are refused: nobody could audit them.
 * @throws integrity_failed.
 */
export function parseCheckpointText(text: string): Checkpoint {
  const [, origin, size, encoded] = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text) ?? [];
  const root = Buffer.from(encoded ?? '', 'base64');
  if (origin === undefined || !Number.isSafeInteger(Number(size)) || root.toString('base64') !== encoded) {
    throw refused('its text is not origin, size and root');
  }
  return { origin, size: Number(size), root };
}

function refused(reason: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The checkpoint is refused: ${reason}. Do not rely on it; compare it with the copy a witness or an earlier export holds.`,
  );
}
