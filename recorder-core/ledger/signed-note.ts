/**
 * Signed notes (https://c2sp.org/signed-note): a text and Ed25519 signatures by named keys. The form of our
 * checkpoints, which other implementations can check.
 */
import { sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { hasControls, isKeyName, noteKey, parseNoteKey } from './note-key.ts';

/** A key that signs notes. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  sign(text: Buffer): Buffer;
}

/** A key whose signatures are trusted. */
export interface NoteVerifier {
  readonly name: string;
  /** The 32-bit id that goes with the name; an identifier, not a fingerprint to trust. */
  readonly keyId: number;
  verify(text: Buffer, signature: Buffer): boolean;
}

/** A note whose signatures were checked. */
export interface OpenedNote {
  /** The signed text with its final newline. */
  readonly text: string;
  /** The trusted keys that signed it, at least one. */
  readonly signedBy: readonly NoteVerifier[];
}

/** Signature type of plain Ed25519. */
const ED25519 = 1;
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

/** A signer from an Ed25519 private key. @throws invalid_input for a bad name or another kind of key. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  const { keyId } = noteKey(ED25519, name, privateKey);
  return { name, keyId, sign: (text) => sign(null, text, privateKey) };
}

/** The text form of a verifier key, `name+id+base64`, to be handed to whoever shall verify. `key` may be either half. */
export function verifierKeyText(name: string, key: KeyObject): string {
  return noteKey(ED25519, name, key).text;
}

/** @throws invalid_input when the text is not an Ed25519 verifier key or its id does not belong to it. */
export function parseVerifierKey(text: string): NoteVerifier {
  const { name, keyId, publicKey } = parseNoteKey(ED25519, text);
  return { name, keyId, verify: (message, signature) => verify(null, message, publicKey, signature) };
}

/** Signs `text`, which must end in a newline. @throws invalid_input when a note cannot carry it. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n') || !text.isWellFormed() || hasControls(text) || signers.length === 0) {
    throw new HoldfastError(
      'invalid_input',
      'A note must be text without control characters that ends in a newline, and needs a signer.',
    );
  }
  const message = Buffer.from(text);
  const lines = signers.map((signer) => signatureLine(signer.name, signer.keyId, signer.sign(message)));
  return `${text}\n${lines.join('\n')}\n`;
}

/** A note taken apart; nothing in it was checked but its form. */
export interface ParsedNote {
  /** The signed text with its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** One signature line: who is said to have signed, and the bytes after the key's id. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Buffer;
  /** The line as it stands, without its newline. */
  readonly line: string;
}

/** Takes a note apart without any check of signatures. @throws integrity_failed when the form is wrong. */
export function parseNote(note: string): ParsedNote {
  const end = note.lastIndexOf('\n\n');
  if (
    note.length > MAX_NOTE_BYTES ||
    !note.isWellFormed() ||
    hasControls(note) ||
    end < 0 ||
    !note.endsWith('\n')
  ) {
    throw refused('it is not in the form of a signed note');
  }
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw refused('it has too many signatures');
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * Checks a note against the trusted keys. Signatures of unknown keys are ignored, as the format asks.
 * @throws integrity_failed when the form is wrong, a trusted key's signature is false, or none is by a trusted key.
 */
export function openNote(note: string, trusted: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const message = Buffer.from(text);
  const signedBy = new Set<NoteVerifier>();
  for (const { name, keyId, signature } of signatures) {
    const verifier = trusted.find((key) => key.name === name && key.keyId === keyId);
    if (verifier === undefined) continue;
    if (!verifier.verify(message, signature)) throw refused(`the signature of ${name} is false`);
    signedBy.add(verifier);
  }
  if (signedBy.size === 0) throw refused('no trusted key signed it');
  return { text, signedBy: [...signedBy] };
}

/**
 * Adds signature lines, without their newlines, to a note. A line that stands there already is not added again.
 * @throws integrity_failed when the note or a line is malformed.
 */
export function addSignatureLines(note: string, lines: readonly string[]): string {
  const present = new Set(parseNote(note).signatures.map(({ line }) => line));
  const added = [...new Set(lines)].filter((line) => !present.has(line));
  for (const line of added) parseSignatureLine(line);
  return `${note}${added.map((line) => `${line}\n`).join('')}`;
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || !isKeyName(name) || bytes.length < 5 || bytes.toString('base64') !== encoded) {
    throw refused('a signature line is malformed');
  }
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4), line };
}

/** The signature line of a key without its newline. */
export function signatureLine(name: string, keyId: number, signature: Buffer): string {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(keyId);
  return `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}`;
}

function refused(reason: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The signed note is refused: ${reason}. Do not rely on its content; ask its issuer for the note and key again.`,
  );
}
