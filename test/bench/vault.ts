import { createCipheriv, randomBytes } from 'node:crypto';
import { ChunkDecryptor } from '../../recorder-core/vault/chunk-decryptor.ts';
import { ChunkEncryptor, encryptChunks } from '../../recorder-core/vault/chunk-encryptor.ts';
import { partContext } from '../../recorder-core/vault/part-context.ts';
import type { Bench } from './bench.ts';
import { compare } from './rounds.ts';

const MEGABYTE = 1_000_000;
const PLAINTEXT_BYTES = 48 * MEGABYTE;
/** What one 20 ms packet of G.711 takes in a packet log: record frame, RTP header, payload. */
const RECORD_BYTES = 9 + 12 + 160;
const LARGE_BYTES = 16 * 1024;
const ROUNDS = 7;

/** Encrypting a part as capture does, against AES-256-GCM and nothing else over the same bytes. */
export const vault: Bench = {
  name: 'vault',
  async run() {
    const key = randomBytes(32);
    const context = partContext({ tenant: 'bench', recording: 'bench', part: 'bench', version: 1 });
    const records = piecesOf(randomBytes(MEGABYTE), RECORD_BYTES);
    const large = piecesOf(randomBytes(MEGABYTE), LARGE_BYTES);
    const ciphertext = await Array.fromAsync(encryptChunks(large, key, context));
    const comparison = await compare(
      ROUNDS,
      () => speed(() => encryptAll(key, context, records)),
      () => speed(() => encryptBare(key, large)),
    );
    const againstBareChunks = await compare(
      ROUNDS,
      () => speed(() => encryptAll(key, context, large)),
      () => speed(() => encryptBareEach(key, large)),
    );
    const inLargePieces = await compare(
      ROUNDS,
      () => speed(() => encryptAll(key, context, large)),
      () => speed(() => encryptBare(key, large)),
    );
    const decryption = await compare(
      ROUNDS,
      () => speed(() => decryptAll(key, context, ciphertext)),
      () => speed(() => encryptBare(key, large)),
    );
    return {
      what: 'Chunked, key-committing encryption of a part, fed one packet record of 181 bytes at a time',
      unit: 'MB for each second of processor time',
      baseline: 'bare AES-256-GCM of node:crypto over the same number of bytes in pieces of 16 KiB, one tag',
      comparison,
      details: { inLargePieces, againstBareChunks, decryption },
      notes: [
        `${PLAINTEXT_BYTES / MEGABYTE} MB a round, in memory, no disk.`,
        'againstBareChunks: the same against a bare cipher and tag for each 16 KiB, as any format with random access needs. A G.711 stream fills a chunk in about two seconds.',
      ],
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
function speed(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return PLAINTEXT_BYTES / MEGABYTE / ((user + system) / 1e6);
}

function encryptAll(key: Buffer, context: Buffer, pieces: readonly Buffer[]): number {
  const encryptor = new ChunkEncryptor(key, context);
  let bytes = encryptor.header().length;
  for (const piece of pieces) for (const chunk of encryptor.update(piece)) bytes += chunk.length;
  return bytes + encryptor.final().length;
}

function decryptAll(key: Buffer, context: Buffer, ciphertext: readonly Buffer[]): number {
  const decryptor = new ChunkDecryptor(key, context);
  let bytes = 0;
  for (const piece of ciphertext) for (const plaintext of decryptor.update(piece)) bytes += plaintext.length;
  return bytes + decryptor.final().length;
}

/** One message, one tag. */
function encryptBare(key: Buffer, pieces: readonly Buffer[]): number {
  const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
  let bytes = 0;
  for (const piece of pieces) bytes += cipher.update(piece).length;
  return bytes + cipher.final().length + cipher.getAuthTag().length;
}

/** A message and a tag for each piece: what random access costs at the least, however it is written. */
function encryptBareEach(key: Buffer, pieces: readonly Buffer[]): number {
  const nonce = randomBytes(12);
  let bytes = 0;
  for (const [index, piece] of pieces.entries()) {
    nonce.writeUInt32BE(index, 8);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    bytes += cipher.update(piece).length + cipher.final().length + cipher.getAuthTag().length;
  }
  return bytes;
}
