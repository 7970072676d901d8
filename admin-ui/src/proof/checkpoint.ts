/** Signed checkpoints as C2SP writes them (tlog-checkpoint, signed-note), read and verified in the page. */
import { fromBase64, joined, sha256, toHex, utf8, type Bytes } from './bytes.ts';

/** The head of a log as its note states it, with every signature that stands under it; nothing is verified yet. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  /** What is signed. */
  readonly text: string;
  readonly signatures: readonly {
    readonly name: string;
    readonly keyId: number;
    readonly signature: Bytes;
  }[];
}

/** A verifier key in its text form, `name+id+base64`, taken apart. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: number;
  readonly raw: Bytes;
  readonly text: string;
}

/** Signature type of plain Ed25519. */
const ED25519 = 1;
const TEXT = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;
const KEY = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;

/** Takes a note apart; undefined where it is no checkpoint. */
export function parseCheckpoint(note: string): Checkpoint | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  const [, origin, size, encoded] = TEXT.exec(text) ?? [];
  const root = encoded === undefined ? undefined : fromBase64(encoded);
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map(parseSignature);
  if (origin === undefined || root === undefined || !signatures.every((one) => one !== undefined))
    return undefined;
  return { origin, size: Number(size), root, text, signatures };
}

/** Reads a verifier key and checks that its id belongs to its name and bytes; undefined where it is none. */
export async function parseVerifierKey(text: string): Promise<VerifierKey | undefined> {
  const [, name, id, encoded] = KEY.exec(text.trim()) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || id === undefined || bytes?.length !== 33 || bytes[0] !== ED25519)
    return undefined;
  const keyId = idIn(await sha256(joined(utf8(`${name}\n`), bytes)));
  if (keyId !== Number.parseInt(id, 16)) return undefined;
  return { name, keyId, raw: bytes.slice(1), text: text.trim() };
}

/** SHA-256 of the public key in groups of four digits, to be read aloud and compared. */
export async function fingerprintOf({ raw }: Pick<VerifierKey, 'raw'>): Promise<string> {
  return (toHex(await sha256(raw)).match(/.{4}/g) ?? []).join(' ');
}

/**
 * Whether this key signed the checkpoint, by Ed25519 of WebCrypto: `unsigned` where none of its signatures stands there,
 * `false` where one does that is not right.
 */
export async function isSignedBy(
  checkpoint: Checkpoint,
  key: VerifierKey,
): Promise<'true' | 'false' | 'unsigned'> {
  const own = checkpoint.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
  if (own.length === 0 || key.name !== checkpoint.origin) return 'unsigned';
  const imported = await crypto.subtle.importKey('raw', key.raw, 'Ed25519', false, ['verify']);
  const message = utf8(checkpoint.text);
  for (const { signature } of own)
    if (!(await crypto.subtle.verify('Ed25519', imported, signature, message))) return 'false';
  return 'true';
}

function parseSignature(line: string): Checkpoint['signatures'][number] | undefined {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || bytes === undefined || bytes.length < 5) return undefined;
  return { name, keyId: idIn(bytes), signature: bytes.slice(4) };
}

function idIn(bytes: Bytes): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
