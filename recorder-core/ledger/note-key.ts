/** The keys of signed notes (https://c2sp.org/signed-note): Ed25519 under a name, for one type of signature each. */
import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { HoldfastError } from '../errors.ts';

/** A named public key for one type of signature. */
export interface NoteKey {
  readonly name: string;
  /** The 32-bit id that goes with the name; an identifier, not a fingerprint to trust. */
  readonly keyId: number;
  readonly publicKey: KeyObject;
  /** The 32 bytes of the public key. */
  readonly raw: Buffer;
  /** `name+id+base64`. */
  readonly text: string;
}

const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_TEXT = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;

/** A key from either half of an Ed25519 pair. @throws invalid_input for a bad name or another kind of key. */
export function noteKey(type: number, name: string, key: KeyObject): NoteKey {
  if (key.asymmetricKeyType !== 'ed25519') throw badKey('it is not an Ed25519 key');
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEADER.length);
  const keyId = computeKeyId(type, name, raw);
  const material = Buffer.concat([Buffer.of(type), raw]).toString('base64');
  return { name, keyId, publicKey, raw, text: `${name}+${keyId.toString(16).padStart(8, '0')}+${material}` };
}

/** @throws invalid_input when the text is no key of this type or its id does not belong to it. */
export function parseNoteKey(type: number, text: string): NoteKey {
  const [, name, id, encoded] = KEY_TEXT.exec(text) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  if (name === undefined || id === undefined || bytes.length !== 33 || bytes.toString('base64') !== encoded)
    throw badKey('it is not written as name+id+key for Ed25519');
  if (bytes[0] !== type) throw badKey('it is for another type of signature than the one needed here');
  const raw = bytes.subarray(1);
  const keyId = computeKeyId(type, name, raw);
  if (keyId !== Number.parseInt(id, 16)) throw badKey('its id does not belong to its name and key');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_HEADER, raw]), format: 'der', type: 'spki' });
  return { name, keyId, publicKey, raw, text };
}

/** Whether a key may be called so. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name) && !hasControls(name);
}

/** Whether a text has control characters other than newlines, which a note cannot carry. */
export function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
}

function computeKeyId(type: number, name: string, raw: Buffer): number {
  if (!isKeyName(name)) throw badKey('its name is empty or contains a space or a plus sign');
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(type))
    .update(raw)
    .digest()
    .readUInt32BE(0);
}

function badKey(reason: string): HoldfastError {
  return new HoldfastError('invalid_input', `This key cannot be used for signed notes: ${reason}.`);
}
