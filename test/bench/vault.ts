import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { ChunkEncryptor, encryptChunks } from '../../recorder-core/vault/chunk-encryptor.ts';
import { CHUNK_BYTES, TAG_BYTES } from '../../recorder-core/vault/chunk-format.ts';
import { bufferSource, ChunkReader } from '../../recorder-core/vault/chunk-reader.ts';
import { partContext } from '../../recorder-core/vault/part-context.ts';
import type { Bench } from './bench.ts';
import { compare } from './rounds.ts';

const MEGABYTE = 1_000_000;
const PLAINTEXT_BYTES = 48 * MEGABYTE;
/** What one 20 ms packet of G.711 takes in a packet log: record frame, RTP header, payload. */
const RECORD_BYTES = 9 + 12 + 160;
const ROUNDS = 15;

/** Encrypting and decrypting parts, against nothing but AES-256-GCM over the same chunks. */
export const vault: Bench = {
  name: 'vault',
  async run() {
    const key = randomBytes(32);
    const context = partContext({ tenant: 'bench', recording: 'bench', part: 'bench', version: 1 });
    const chunks = piecesOf(randomBytes(64 * CHUNK_BYTES), CHUNK_BYTES);
    const records = piecesOf(randomBytes(MEGABYTE), RECORD_BYTES);
    const ciphertext = Buffer.concat(await Array.fromAsync(encryptChunks(chunks, key, context)));
    const bare = chunks.slice(0, 64).map((chunk, index) => sealBare(key, chunk, index));
    const encryption = await compare(
      ROUNDS,
      () => speed(() => encryptAll(key, context, chunks)),
      () => speed(() => encryptBare(key, chunks)),
    );
    const decryption = await compare(
      ROUNDS,
      () => speed(() => decryptAll(key, context, ciphertext)),
      () => speed(() => decryptBare(key, bare, chunks.length)),
    );
    const packetRecords = await compare(
      ROUNDS,
      () => speed(() => encryptAll(key, context, records)),
      () => speed(() => encryptBare(key, chunks)),
    );
    return {
      what: 'Chunked, key-committing encryption of a part',
      unit: 'MB for each second of processor time',
      baseline: 'bare AES-256-GCM of node:crypto over the same chunks of 16 KiB, a nonce and a tag for each',
      comparison: encryption,
      details: { decryption, packetRecords },
      notes: [
        `${PLAINTEXT_BYTES / MEGABYTE} MB a round, in memory, no disk.`,
        'packetRecords: encryption fed one packet record of 181 bytes at a time, through the general way; capture writes packets straight into the chunk. A G.711 stream fills a chunk in about two seconds.',
      ],
      summary: { encryptRatio: encryption.ratio, decryptRatio: decryption.ratio },
    };
  },
};

function piecesOf(block: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let bytes = 0, at = 0; bytes < PLAINTEXT_BYTES; bytes += size) {
    if (at + size > block.length) at = 0;
    pieces.push(block.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** MB for each second of processor time, which a busy machine disturbs less than the clock on the wall. */
async function speed(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return PLAINTEXT_BYTES / MEGABYTE / ((user + system) / 1e6);
}

function encryptAll(key: Buffer, context: Buffer, pieces: readonly Buffer[]): number {
  const encryptor = new ChunkEncryptor(key, context);
  let bytes = encryptor.header().length;
  for (const piece of pieces) for (const sealed of encryptor.update(piece)) bytes += sealed.length;
  for (const sealed of encryptor.final()) bytes += sealed.length;
  return bytes;
}

async function decryptAll(key: Buffer, context: Buffer, ciphertext: Buffer): Promise<number> {
  let bytes = 0;
  for await (const piece of new ChunkReader(bufferSource(ciphertext), key, context).stream())
    bytes += piece.length;
  return bytes;
}

interface BareChunk {
  readonly body: Buffer;
  readonly tag: Buffer;
}

const NONCE = Buffer.alloc(12);

function sealBare(key: Buffer, chunk: Buffer, index: number): BareChunk {
  NONCE.writeUInt32BE(index, 8);
  const cipher = createCipheriv('aes-256-gcm', key, NONCE);
  const body = cipher.update(chunk);
  cipher.final();
  return { body, tag: cipher.getAuthTag() };
}

/** A message and a tag for each chunk, with the key set up once: the least that random access costs. */
function encryptBare(rawKey: Buffer, chunks: readonly Buffer[]): number {
  const key = createSecretKey(rawKey);
  let bytes = 0;
  for (const [index, chunk] of chunks.entries()) {
    NONCE.writeUInt32BE(index, 8);
    const cipher = createCipheriv('aes-256-gcm', key, NONCE);
    bytes += cipher.update(chunk).length;
    cipher.final();
    bytes += cipher.getAuthTag().length;
  }
  return bytes;
}

function decryptBare(rawKey: Buffer, sealed: readonly BareChunk[], count: number): number {
  const key = createSecretKey(rawKey);
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const chunk = sealed[index % sealed.length];
    if (chunk === undefined) break;
    NONCE.writeUInt32BE(index % sealed.length, 8);
    const decipher = createDecipheriv('aes-256-gcm', key, NONCE, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(chunk.tag);
    bytes += decipher.update(chunk.body).length;
    decipher.final();
  }
  return bytes;
}
