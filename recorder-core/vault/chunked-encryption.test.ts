import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  SALT_BYTES,
  SEALED_CHUNK_BYTES,
  ciphertextSize,
  deriveStreamKeys,
  layoutOf,
  sealChunk,
} from './chunk-format.ts';
import { ChunkEncryptor, encryptChunks } from './chunk-encryptor.ts';
import { ChunkReader, bufferSource } from './chunk-reader.ts';
import { partContext } from './part-context.ts';

interface Vector {
  plaintextBytes: number;
  key: string;
  context: string;
  header: string;
  ciphertextBytes: number;
  ciphertextSha256: string;
  ciphertext?: string;
}

const { vectors } = JSON.parse(
  readFileSync(new URL('./vectors/cobblestone-256.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };

const key = randomBytes(32);
const context = Buffer.from('a context');
const threeChunks = encrypt(randomBytes(2 * CHUNK_BYTES + 100));

function encrypt(plaintext: Buffer, pieceBytes = 50_000): Buffer {
  const encryptor = new ChunkEncryptor(key, context);
  const sealed = [encryptor.header()];
  for (let at = 0; at < plaintext.length; at += pieceBytes) {
    sealed.push(...encryptor.update(plaintext.subarray(at, at + pieceBytes)));
  }
  return Buffer.concat([...sealed, ...encryptor.final()]);
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function decrypt(ciphertext: Buffer, withKey = key, withContext = context): Promise<Buffer> {
  return collect(new ChunkReader(bufferSource(ciphertext), withKey, withContext).stream());
}

/** The code with which reading was refused. */
async function refusal(ciphertext: Buffer, withKey = key, withContext = context): Promise<unknown> {
  return decrypt(ciphertext, withKey, withContext).then(
    () => 'accepted',
    (error: unknown) => (error as { code: unknown }).code,
  );
}

const REFUSED = 'integrity_failed';

describe('the chunked encryption format', () => {
  it.each(vectors)(
    'equals what pyca/cryptography made of $plaintextBytes bytes, context "$context"',
    async (vector) => {
      const salt = Buffer.from(vector.header, 'hex').subarray(0, SALT_BYTES);
      const plaintext = Buffer.alloc(vector.plaintextBytes);
      for (let i = 0; i < plaintext.length; i += 1) plaintext[i] = (i * 31 + vector.plaintextBytes) % 251;
      const vectorKey = Buffer.from(vector.key, 'hex');
      const vectorContext = Buffer.from(vector.context);

      const ours = await collect(encryptChunks([plaintext], vectorKey, vectorContext, () => salt));

      expect(ours.subarray(0, HEADER_BYTES).toString('hex')).toBe(vector.header);
      expect(ours.length).toBe(vector.ciphertextBytes);
      expect(createHash('sha256').update(ours).digest('hex')).toBe(vector.ciphertextSha256);
      if (vector.ciphertext !== undefined) {
        const theirs = Buffer.from(vector.ciphertext, 'base64');
        expect((await decrypt(theirs, vectorKey, vectorContext)).equals(plaintext)).toBe(true);
      }
    },
  );

  it('returns what went in, however the bytes were cut on the way in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 * CHUNK_BYTES + 7 }),
        fc.integer({ min: 900, max: 40_000 }),
        async (size, pieceIn) => {
          const plaintext = randomBytes(size);
          const ciphertext = encrypt(plaintext, pieceIn);
          expect(ciphertext.length).toBe(ciphertextSize(size));
          expect(layoutOf(ciphertext.length).plaintextBytes).toBe(size);
          expect((await decrypt(ciphertext)).equals(plaintext)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 255, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 38 - 1])(
    'numbers chunk %d in its nonce',
    (index) => {
      const keys = deriveStreamKeys(key, Buffer.alloc(SALT_BYTES), context);
      const nonce = BigInt(`0x${keys.baseNonce.toString('hex')}`) ^ BigInt(index);
      const cipher = createCipheriv(
        'aes-256-gcm',
        keys.key,
        Buffer.from(nonce.toString(16).padStart(24, '0'), 'hex'),
      );
      const expected = Buffer.concat([cipher.update('plaintext'), cipher.final(), cipher.getAuthTag()]);
      expect(Buffer.concat(sealChunk(keys, index, Buffer.from('plaintext'))).equals(expected)).toBe(true);
    },
  );

  it('ends at 4 PiB, before a nonce could repeat', () => {
    const keys = deriveStreamKeys(key, Buffer.alloc(SALT_BYTES), context);
    expect(() => sealChunk(keys, 2 ** 38, Buffer.alloc(0))).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
  });

  it('counts what a crash would lose: never a whole chunk', () => {
    const encryptor = new ChunkEncryptor(key, context);
    expect(encryptor.update(Buffer.alloc(CHUNK_BYTES - 1))).toHaveLength(0);
    expect(encryptor.pendingBytes).toBe(CHUNK_BYTES - 1);
    expect(Buffer.concat(encryptor.update(Buffer.alloc(1)))).toHaveLength(SEALED_CHUNK_BYTES);
    expect(encryptor.pendingBytes).toBe(0);
    expect(encryptor.plaintextBytes).toBe(CHUNK_BYTES);
    encryptor.final();
    expect(() => encryptor.update(Buffer.alloc(1))).toThrow(/already finished/);
    expect(() => encryptor.final()).toThrow(/already finished/);
  });

  it('uses another salt, and so another ciphertext, for the same plaintext', () => {
    expect(encrypt(Buffer.from('same')).equals(encrypt(Buffer.from('same')))).toBe(false);
  });
});

describe('reading at random', () => {
  it('gives exactly the bytes of any range', async () => {
    const plaintext = randomBytes(20 * CHUNK_BYTES + 5);
    const reader = new ChunkReader(bufferSource(encrypt(plaintext)), key, context);
    const offset = fc.integer({ min: 0, max: plaintext.length });
    await fc.assert(
      fc.asyncProperty(offset, offset, async (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        expect((await reader.read(from, to)).equals(plaintext.subarray(from, to))).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(await reader.size()).toBe(plaintext.length);
    expect((await collect(reader.stream())).equals(plaintext)).toBe(true);
  });

  it.each([
    [-1, 0],
    [0, 11],
    [5, 4],
    [0.5, 1],
  ])('refuses the range %d to %d of ten bytes', async (from, to) => {
    const reader = new ChunkReader(bufferSource(encrypt(Buffer.alloc(10))), key, context);
    await expect(reader.read(from, to)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('works again after its source was unreachable for a moment', async () => {
    const source = bufferSource(encrypt(Buffer.from('heard')));
    let reachable = false;
    const flaky = {
      size: source.size,
      read: (offset: number, length: number) =>
        reachable ? source.read(offset, length) : Promise.reject(new Error('connection reset')),
    };
    const reader = new ChunkReader(flaky, key, context);
    await expect(reader.read(0, 5)).rejects.toThrow('connection reset');
    reachable = true;
    expect((await reader.read(0, 5)).toString()).toBe('heard');
  });

  it('yields nothing of a cut part, even when the range asked for is intact', async () => {
    for (const length of [HEADER_BYTES + 2 * SEALED_CHUNK_BYTES, HEADER_BYTES + SEALED_CHUNK_BYTES + 999]) {
      const reader = new ChunkReader(bufferSource(threeChunks.subarray(0, length)), key, context);
      await expect(reader.read(0, 10)).rejects.toMatchObject({ code: 'integrity_failed' });
    }
  });

  it('says that the final chunk is missing when a part ends after a whole one', async () => {
    const cut = threeChunks.subarray(0, HEADER_BYTES + 2 * SEALED_CHUNK_BYTES);
    await expect(new ChunkReader(bufferSource(cut), key, context).size()).rejects.toThrow(
      /final chunk is missing/,
    );
  });
});

describe('a damaged ciphertext', () => {
  it('is refused when any one bit is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(threeChunks.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(threeChunks);
        damaged[at]! ^= 1 << bit;
        expect(await refusal(damaged)).toEqual(REFUSED);
      }),
      { numRuns: 150 },
    );
  });

  it('is refused when cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(threeChunks.length - 1), async (length) => {
        expect(await refusal(threeChunks.subarray(0, length))).toEqual(REFUSED);
      }),
      { numRuns: 150 },
    );
  });

  it.each([1, 15, 16, 17, SEALED_CHUNK_BYTES])('is refused when extended by %d bytes', async (bytes) => {
    expect(await refusal(Buffer.concat([threeChunks, randomBytes(bytes)]))).toEqual(REFUSED);
  });

  it('is refused when two chunks changed places or one was repeated', async () => {
    const header = threeChunks.subarray(0, HEADER_BYTES);
    const [first, second, last] = [0, 1, 2].map((i) =>
      threeChunks.subarray(
        HEADER_BYTES + i * SEALED_CHUNK_BYTES,
        HEADER_BYTES + (i + 1) * SEALED_CHUNK_BYTES,
      ),
    );
    expect(await refusal(Buffer.concat([header, second!, first!, last!]))).toEqual(REFUSED);
    expect(await refusal(Buffer.concat([header, first!, first!, last!]))).toEqual(REFUSED);
    expect(await refusal(Buffer.concat([header, first!, last!]))).toEqual(REFUSED);
  });

  it('is refused when a chunk comes from another message under the same key', async () => {
    const other = encrypt(randomBytes(2 * CHUNK_BYTES + 100));
    const spliced = Buffer.concat([threeChunks.subarray(0, HEADER_BYTES), other.subarray(HEADER_BYTES)]);
    expect(await refusal(spliced)).toEqual(REFUSED);
  });

  it('says so when key or context are the wrong ones', async () => {
    expect(await refusal(threeChunks, randomBytes(32))).toEqual(REFUSED);
    const moved = new ChunkReader(bufferSource(threeChunks), key, Buffer.from('another context'));
    await expect(moved.size()).rejects.toThrow(/not made with this key and context/);
  });
});

describe('the context of a part', () => {
  const field = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
  const identity = fc.record({
    tenant: field,
    recording: field,
    part: field,
    version: fc.integer({ min: 1, max: 99 }),
  });

  it('differs whenever any of tenant, recording, part and version differs', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        expect(partContext(a).equals(partContext(b))).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    const base = { tenant: 'ab', recording: 'c', part: 'd', version: 1 };
    expect(partContext(base).equals(partContext({ ...base, tenant: 'a', recording: 'bc' }))).toBe(false);
  });

  it('keeps its encoding, because stored ciphertexts depend on it', () => {
    const bytes = partContext({ tenant: 't1', recording: 'r1', part: 'audio', version: 2 });
    expect(bytes.toString('latin1')).toBe('\0\x10holdfast/part/v1\0\x02t1\0\x02r1\0\x05audio\0\x012');
  });

  it.each([
    ['tenant', { tenant: '' }],
    ['part', { part: 'x'.repeat(70_000) }],
    ['recording', { recording: '\ud800' }],
    ['version', { version: 0 }],
  ])('refuses a bad %s', (name, change) => {
    const bad = { tenant: 't', recording: 'r', part: 'p', version: 1, ...change };
    expect(() => partContext(bad)).toThrow(expect.objectContaining({ code: 'invalid_input', field: name }));
  });
});
