/**
 * Cosignatures of witnesses (https://c2sp.org/tlog-cosignature, Ed25519): a statement that, as of a time, this
 * checkpoint is the largest consistent one the witness has seen of the log.
 */
import { sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { noteKey, parseNoteKey, type NoteKey } from './note-key.ts';
import { parseNote, signatureLine } from './signed-note.ts';

/** Signature type of timestamped Ed25519 cosignatures. */
const COSIGNATURE = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** A witness's public key. Its owner uses the pair for nothing else: the signed message does not name the witness. */
export type CosignerKey = NoteKey;

/** A cosignature that was checked. */
export interface Cosignature {
  readonly key: CosignerKey;
  /** When the witness says it signed; whole seconds. */
  readonly at: Date;
  /** The signature line without its newline. */
  readonly line: string;
}

/** The text form of a witness's key, `name+id+base64`. `key` may be either half. @throws invalid_input. */
export function cosignerKeyText(name: string, key: KeyObject): string {
  return noteKey(COSIGNATURE, name, key).text;
}

/** @throws invalid_input when the text is no key for cosignatures, as when it is the key of a log. */
export function parseCosignerKey(text: string): CosignerKey {
  return parseNoteKey(COSIGNATURE, text);
}

/** Cosigns the text of a checkpoint; answers the signature line without its newline. @throws invalid_input. */
export function cosign(text: string, name: string, privateKey: KeyObject, at: Date): string {
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  const { keyId } = noteKey(COSIGNATURE, name, privateKey);
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(seconds);
  return signatureLine(
    name,
    keyId,
    Buffer.concat([time, sign(null, cosignedMessage(text, seconds), privateKey)]),
  );
}

/**
 * The cosignatures of trusted witnesses on a note, at most one for each witness name; others are ignored.
 * @throws integrity_failed when the note is malformed or a trusted witness's cosignature is false.
 */
export function readCosignatures(note: string, trusted: readonly CosignerKey[]): Cosignature[] {
  const { text, signatures } = parseNote(note);
  const found = new Map<string, Cosignature>();
  for (const { name, keyId, signature, line } of signatures) {
    const key = trusted.find((one) => one.name === name && one.keyId === keyId);
    if (key === undefined) continue;
    const at = verifyCosignature(text, signature, key);
    if (at === undefined) {
      throw new HoldfastError(
        'integrity_failed',
        `The cosignature of ${name} does not belong to this checkpoint: one of the two was changed. Do not rely on it; ask the witness what it signed.`,
      );
    }
    if (!found.has(name)) found.set(name, { key, at, line });
  }
  return [...found.values()];
}

/** When the witness signed, or undefined where it did not sign this text. */
function verifyCosignature(text: string, signature: Buffer, { publicKey }: CosignerKey): Date | undefined {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const seconds = signature.readBigUInt64BE(0);
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return undefined;
  return verify(null, cosignedMessage(text, seconds), publicKey, signature.subarray(TIME_BYTES))
    ? at
    : undefined;
}

function cosignedMessage(text: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}
