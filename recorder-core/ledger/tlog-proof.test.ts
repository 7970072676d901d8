import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { inclusionProof, verifyInclusion } from './proofs.ts';
import { noteSigner, verifierKeyText } from './signed-note.ts';
import { MemoryLog } from './testing/memory-log.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';
import { formatWitnessRequest, parseWitnessRequest } from './witness-request.ts';

const ORIGIN = 'holdfast/tenant/a';
const key = generateKeyPairSync('ed25519').privateKey;
const log = new MemoryLog(Array.from({ length: 11 }, (_, at) => Buffer.from(`entry ${at}`)));
const checkpoint = signCheckpoint(
  { origin: ORIGIN, size: log.size, root: log.root },
  noteSigner(ORIGIN, key),
);
const HASHES = fc.array(
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 63 },
);

describe('the text of a proof', () => {
  test('carries all that is needed to check an entry', async () => {
    const text = formatTlogProof({ index: 4, proof: await inclusionProof(4, 11, log.readNode), checkpoint });
    expect(text.split('\n').slice(0, 2)).toEqual(['c2sp.org/tlog-proof@v1', 'index 4']);
    const { index, proof, checkpoint: note } = parseTlogProof(text);
    const { size, root } = openCheckpoint(note, {
      origin: ORIGIN,
      verifierKeys: [verifierKeyText(ORIGIN, key)],
    });
    expect(verifyInclusion(log.entries[4]!, index, size, proof, root)).toBe(true);
    expect(verifyInclusion(log.entries[5]!, index, size, proof, root)).toBe(false);
  });

  test('reads back with any path and any extra data', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        HASHES,
        fc.option(fc.uint8Array(), { nil: undefined }),
        (index, proof, bytes) => {
          const extra = bytes === undefined ? {} : { extra: Buffer.from(bytes) };
          expect(parseTlogProof(formatTlogProof({ index, proof, checkpoint, ...extra }))).toEqual({
            index,
            proof,
            checkpoint,
            ...extra,
          });
        },
      ),
    );
  });

  test('is refused in any other form', () => {
    const good = formatTlogProof({ index: 1, proof: [randomBytes(32)], checkpoint, extra: Buffer.from('x') });
    const bad = [
      good.replace('@v1', '@v2'),
      good.replace('index 1', 'index 01'),
      good.replace('index 1\n', ''),
      good.replace('index 1', 'index 1 '),
      good.replace('index 1', 'an index 1'),
      good.replace('index 1', 'index 9999999999999999'),
      good.replace('extra eA==', 'an extra eA=='),
      good.replace('extra eA==', 'extra eA== '),
      good.replace('index 1\n', `index 1\n${randomBytes(31).toString('base64')}\n`),
      good.replace('index 1\n', `index 1\n${randomBytes(33).toString('base64')}\n`),
      `c2sp.org/tlog-proof@v1\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex 1\n${checkpoint.replace('\n\n', '\n')}`,
      good.replace('extra eA==', 'extra eA'),
      good.replace('index 1\n', 'index 1\nAAAA\n'),
      good.slice(0, good.indexOf('\n\n') + 2),
      good.slice(0, good.indexOf('\n\n')),
      good.replace('index 1\n', `index 1\n${`${randomBytes(32).toString('base64')}\n`.repeat(63)}`),
      '',
    ];
    for (const text of bad)
      expect(() => parseTlogProof(text)).toThrow(expect.objectContaining({ code: 'integrity_failed' }));
    expect(() => formatTlogProof({ index: -1, proof: [], checkpoint })).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        cause: expect.objectContaining({ code: 'integrity_failed' }) as unknown,
      }),
    );
  });

  test('takes a path as long as any log can have, and an index beside no hash', () => {
    const longest = Array.from({ length: 63 }, () => randomBytes(32));
    expect(parseTlogProof(formatTlogProof({ index: 1, proof: longest, checkpoint })).proof).toEqual(longest);
    expect(parseTlogProof(`c2sp.org/tlog-proof@v1\nindex 0\n\nx`)).toEqual({
      index: 0,
      proof: [],
      checkpoint: 'x',
    });
  });
});

describe('a request to a witness', () => {
  test('reads back what was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), HASHES, (oldSize, proof) => {
        expect(parseWitnessRequest(formatWitnessRequest({ oldSize, proof, checkpoint }))).toEqual({
          oldSize,
          proof,
          checkpoint,
        });
      }),
    );
  });

  test('is refused in any other form', () => {
    const hash = randomBytes(32).toString('base64');
    for (const text of [
      '',
      'old 1',
      'old 1\n',
      'old\n\nx',
      'old 01\n\nx',
      'old -1\n\nx',
      'new 1\n\nx',
      `old 1\n${hash.slice(1)}\n\nx`,
      `old 1\n${`${hash}\n`.repeat(64)}\nx`,
    ])
      expect(() => parseWitnessRequest(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
