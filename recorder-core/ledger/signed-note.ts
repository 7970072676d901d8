/**
 * Signed notes (https://c2sp.org/signed-note): a text and Ed25519 signatures by named keys. The form of our
 * checkpoints, which other implementations can check.
 */
import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';

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

const ED25519 = 1;
const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const SIGNATURE_LINE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/u;

/** A signer from an Ed25519 private key. @throws invalid_input for a bad name or another kind of key. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  const keyId = computeKeyId(name, rawPublicKey(createPublicKey(privateKey)));
  return { name, keyId, sign: (text) => sign(null, text, privateKey) };
}

/** The text form of a verifier key, `name+id+base64`, to be handed to whoever shall verify. `key` may be either half. */
export function verifierKeyText(name: string, key: KeyObject): string {
  const raw = rawPublicKey(key.type === 'private' ? createPublicKey(key) : key);
  const id = computeKeyId(name, raw).toString(16).padStart(8, '0');
  return `${name}+${id}+${Buffer.concat([Buffer.of(ED25519), raw]).toString('base64')}`;
}

/** @throws invalid_input when the text is not an Ed25519 verifier key or its id does not belong to it. */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || id === undefined || bytes.length !== 33 || bytes[0] !== ED25519) {
    throw badKey('it is not written as name+id+key for Ed25519');
  }
  const raw = bytes.subarray(1);
  const keyId = computeKeyId(name, raw);
  if (keyId !== Number.parseInt(id, 16)) throw badKey('its id does not belong to its name and key');
  const publicKey = createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' });
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
  const lines = signers.map((signer) => {
    const id = Buffer.alloc(4);
    id.writeUInt32BE(signer.keyId);
    return `\u2014 ${signer.name} ${Buffer.concat([id, signer.sign(message)]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * Checks a note against the trusted keys. Signatures of unknown keys are ignored, as the format asks.
 * @throws integrity_failed when the form is wrong, a trusted key's signature is false, or none is by a trusted key.
 */
export function openNote(note: string, trusted: readonly NoteVerifier[]): OpenedNote {
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
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw refused('it has too many signatures');
  const message = Buffer.from(text);
  const signedBy = new Set<NoteVerifier>();
  for (const line of lines) {
    const { name, keyId, signature } = parseSignatureLine(line);
    const verifier = trusted.find((key) => key.name === name && key.keyId === keyId);
    if (verifier === undefined) continue;
    if (!verifier.verify(message, signature)) throw refused(`the signature of ${name} is false`);
    signedBy.add(verifier);
  }
  if (signedBy.size === 0) throw refused('no trusted key signed it');
  return { text, signedBy: [...signedBy] };
}

function parseSignatureLine(line: string): { name: string; keyId: number; signature: Buffer } {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || !isKeyName(name) || bytes.length < 5 || bytes.toString('base64') !== encoded) {
    throw refused('a signature line is malformed');
  }
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4) };
}

function computeKeyId(name: string, raw: Buffer): number {
  if (!isKeyName(name)) throw badKey('its name is empty or contains a space or a plus sign');
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(ED25519))
    .update(raw)
    .digest()
    .readUInt32BE(0);
}

function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name) && !hasControls(name);
}

function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
}

function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw badKey('it is not an Ed25519 key');
  return key.export({ format: 'der', type: 'spki' }).subarray(ED25519_SPKI.length);
}

function badKey(reason: string): HoldfastError {
  return new HoldfastError('invalid_input', `This key cannot be used for signed notes: ${reason}.`);
}

function refused(reason: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The signed note is refused: ${reason}. Do not rely on its content; ask its issuer for the note and key again.`,
  );
}
