/**
 * An age file (https://c2sp.org/age) opened for reading at any place, so that an encrypted bundle is verified
 * without ever lying decrypted on a disk. The header is opened by the age library; the payload is STREAM: chunks of
 * 64 KiB, each authenticated before a byte of it is used, the last one marked as the last.
 */
import { createDecipheriv, hkdfSync } from 'node:crypto';
import { Decrypter } from 'age-encryption';
import { HoldfastError } from '../../errors.ts';
import { refused, unreadable } from '../refused.ts';
import type { ByteSource } from './byte-source.ts';
import { MAX_READ } from './byte-source.ts';

const MAGIC = 'age-encryption.org/v1\n';
const MAX_HEADER = 64 * 1024;
const CHUNK = 64 * 1024;
const TAG = 16;
const NONCE = 16;

/** Whether a source begins like an age file. */
export async function isAge(source: ByteSource): Promise<boolean> {
  if (source.size < MAGIC.length) return false;
  return (await source.read(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Opens an age file with the identities of a key file (`AGE-SECRET-KEY-…` lines; `#` begins a comment).
 * @throws key_unavailable when no identity fits; integrity_failed when the file is malformed; unavailable.
 */
export async function openAge(source: ByteSource, identityFile: string): Promise<ByteSource> {
  const head = await source.read(0, Math.min(source.size, MAX_HEADER, MAX_READ));
  const headerBytes = headerLength(head);
  const fileKey = await openHeader(head.subarray(0, headerBytes), identityFile);
  if (source.size < headerBytes + NONCE + TAG) throw cut();
  const nonce = await source.read(headerBytes, NONCE);
  const key = Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
  return new AgeSource(source, key, headerBytes + NONCE);
}

function headerLength(head: Buffer): number {
  const mark = head.indexOf('\n--- ');
  const end = mark < 0 ? -1 : head.indexOf('\n', mark + 1);
  if (end < 0) throw refused('The encrypted bundle is not an age file: its header has no end.');
  return end + 1;
}

async function openHeader(header: Buffer, identityFile: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  const lines = identityFile.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  try {
    if (lines.length === 0) throw new Error('no identity');
    for (const line of lines) decrypter.addIdentity(line);
  } catch (cause) {
    throw unreadable(
      'The age key file holds no key of the form AGE-SECRET-KEY-…. Give the file that age-keygen wrote.',
      cause,
    );
  }
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    throw new HoldfastError(
      'key_unavailable',
      'The bundle is encrypted, and the age key given does not open it: it was made for another key, or its header was changed. Nothing can be said about its content.',
      { cause },
    );
  }
}

class AgeSource implements ByteSource {
  readonly size: number;
  readonly #source: ByteSource;
  readonly #key: Buffer;
  readonly #start: number;
  readonly #chunks: number;
  #opened: { readonly index: number; readonly bytes: Buffer } = { index: -1, bytes: Buffer.alloc(0) };

  constructor(source: ByteSource, key: Buffer, start: number) {
    const sealed = source.size - start;
    this.#source = source;
    this.#key = key;
    this.#start = start;
    this.#chunks = Math.ceil(sealed / (CHUNK + TAG));
    this.size = sealed - this.#chunks * TAG;
    if (this.size < (this.#chunks - 1) * CHUNK) throw cut();
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const first = Math.floor(offset / CHUNK);
    const pieces: Buffer[] = [];
    for (let index = first; index * CHUNK < offset + length; index += 1) {
      const bytes = await this.#open(index);
      pieces.push(bytes.subarray(Math.max(0, offset - index * CHUNK), offset + length - index * CHUNK));
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  async #open(index: number): Promise<Buffer> {
    if (this.#opened.index === index) return this.#opened.bytes;
    const from = this.#start + index * (CHUNK + TAG);
    const plain = Math.min(CHUNK, this.size - index * CHUNK);
    const sealed = await this.#source.read(from, plain);
    const tag = await this.#source.read(from + plain, TAG);
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(index, 5, 6);
    nonce[11] = index === this.#chunks - 1 ? 1 : 0;
    const decipher = createDecipheriv('chacha20-poly1305', this.#key, nonce, { authTagLength: TAG });
    decipher.setAuthTag(tag);
    try {
      const bytes = Buffer.concat([decipher.update(sealed), decipher.final()]);
      this.#opened = { index, bytes };
      return bytes;
    } catch {
      throw refused(
        'The encrypted bundle was changed, cut off or extended after it was encrypted: a part of it is not authentic.',
      );
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

function cut(): HoldfastError {
  return refused('The encrypted bundle was cut off: it ends within a chunk.');
}
