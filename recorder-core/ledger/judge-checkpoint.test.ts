import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signCheckpoint, type Checkpoint } from './checkpoint.ts';
import { judgeSubmission, readSubmission, type Submission } from './judge-checkpoint.ts';
import { leafHash, readRoot } from './merkle.ts';
import { consistencyProof } from './proofs.ts';
import { noteSigner, signNote, verifierKeyText } from './signed-note.ts';
import { MemoryLog } from './testing/memory-log.ts';
import { formatWitnessRequest } from './witness-request.ts';

const ORIGIN = 'holdfast/tenant/a';
const key = generateKeyPairSync('ed25519').privateKey;
const signer = noteSigner(ORIGIN, key);
const keysOf = (origin: string): readonly string[] | undefined =>
  origin === ORIGIN ? [verifierKeyText(ORIGIN, key)] : undefined;

/** A log that has `shared` entries in common with every other made by this, and its own from there on. */
function history(name: string, shared: number, size: number): MemoryLog {
  return new MemoryLog(
    Array.from({ length: size }, (_, at) => Buffer.from(`${at < shared ? '' : name}${at}`)),
  );
}

async function submit(log: MemoryLog, oldSize: number, size: number, proofFrom = log): Promise<Submission> {
  const root = await readRoot(size, log.readNode);
  const proof = oldSize <= size ? await consistencyProof(oldSize, size, proofFrom.readNode) : [];
  const read = readSubmission(
    formatWitnessRequest({
      oldSize,
      proof,
      checkpoint: signCheckpoint({ origin: ORIGIN, size, root }, signer),
    }),
    keysOf,
  );
  if ('status' in read) throw new Error(read.reason);
  return read;
}

async function headOf(log: MemoryLog, size: number): Promise<Checkpoint> {
  return { origin: ORIGIN, size, root: await readRoot(size, log.readNode) };
}

describe('reading a submission', () => {
  const checkpoint = signCheckpoint({ origin: ORIGIN, size: 3, root: leafHash(Buffer.from('x')) }, signer);
  const statusOf = (body: string): number | undefined => {
    const read = readSubmission(body, keysOf);
    return 'status' in read ? read.status : undefined;
  };

  test('tells an unknown log, an unknown key and a malformed request apart', () => {
    const elsewhere = 'holdfast/tenant/b';
    const foreign = signCheckpoint(
      { origin: elsewhere, size: 3, root: leafHash(Buffer.from('x')) },
      noteSigner(elsewhere, key),
    );
    const impostor = noteSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);
    expect(statusOf(`old 0\n\n${checkpoint}`)).toBeUndefined();
    expect(statusOf(`old 4\n\n${checkpoint}`)).toBe(400);
    expect(statusOf('garbage')).toBe(400);
    expect(statusOf('old 0\n\ngarbage')).toBe(400);
    expect(statusOf(`old 0\n\n${foreign}`)).toBe(404);
    expect(
      statusOf(
        `old 0\n\n${signCheckpoint({ origin: ORIGIN, size: 3, root: leafHash(Buffer.from('x')) }, impostor)}`,
      ),
    ).toBe(403);
    expect(statusOf(`old 0\n\n${checkpoint.replace('\n3\n', '\n4\n')}`)).toBe(403);
    expect(statusOf(`old 3\n\n${checkpoint}`)).toBeUndefined();
    expect(statusOf(`old 0\n\n${signNote('a text\n', [signer])}`)).toBe(400);
  });

  test('does not take a fault of its own for a refusal', () => {
    const noList = () => null as unknown as readonly string[];
    expect(() => readSubmission(`old 0\n\n${checkpoint}`, noList)).toThrow(TypeError);
  });
});

describe('judging a submission', () => {
  const log = history('a', 0, 20);

  test('accepts the first checkpoint of a log, an extension, and the same one again', async () => {
    expect(judgeSubmission(await submit(log, 0, 7))).toBeUndefined();
    expect(judgeSubmission(await submit(log, 0, 0))).toBeUndefined();
    expect(judgeSubmission(await submit(log, 5, 7))).toMatchObject({ status: 409, size: 0 });
    expect(judgeSubmission(await submit(log, 7, 20), await headOf(log, 7))).toBeUndefined();
    expect(judgeSubmission(await submit(log, 7, 7), await headOf(log, 7))).toBeUndefined();
  });

  test('tells what it cosigned last when asked from another size', async () => {
    const known = await headOf(log, 7);
    expect(judgeSubmission(await submit(log, 0, 20), known)).toMatchObject({ status: 409, size: 7 });
    expect(judgeSubmission(await submit(log, 5, 6), known)).toMatchObject({ status: 409, size: 7 });
  });

  test('refuses another history, at the same size and at a larger one', async () => {
    const fork = history('b', 5, 20);
    const known = await headOf(log, 7);
    expect(judgeSubmission(await submit(fork, 7, 7), known)).toMatchObject({ status: 409, size: 7 });
    expect(judgeSubmission(await submit(fork, 7, 20), known)).toMatchObject({ status: 422 });
    expect(judgeSubmission(await submit(fork, 7, 20, log), known)).toMatchObject({ status: 422 });
  });

  test('checks every hash of a proof (CVE-2022-36111: the middle of immudb’s linear proof went unchecked)', async () => {
    const known = await headOf(log, 7);
    const good = await submit(log, 7, 20);
    expect(good.proof.length).toBeGreaterThan(3);
    for (const at of good.proof.keys()) {
      const proof = good.proof.map((hash, index) => (index === at ? leafHash(hash) : hash));
      expect(judgeSubmission({ ...good, proof }, known)).toMatchObject({ status: 422 });
      expect(judgeSubmission({ ...good, proof: good.proof.toSpliced(at, 1) }, known)).toMatchObject({
        status: 422,
      });
      expect(
        judgeSubmission({ ...good, proof: good.proof.toSpliced(at, 0, leafHash(Buffer.of(at))) }, known),
      ).toMatchObject({ status: 422 });
    }
  });

  test('never accepts two checkpoints of which none extends the other, in whatever order they come', async () => {
    const histories = [history('a', 0, 24), history('b', 9, 24), history('c', 16, 24)].map(
      // The third shares its first 16 entries with the first.
      (one, at) =>
        at === 2 ? new MemoryLog([...history('a', 0, 16).entries, ...one.entries.slice(16)]) : one,
    );
    const move = fc.record({
      log: fc.nat(2),
      oldSize: fc.nat(24),
      honest: fc.boolean(),
      size: fc.nat(24),
      proofFrom: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 25 }), async (moves) => {
        let known: Checkpoint | undefined;
        const cosigned: Checkpoint[] = [];
        for (const { log: from, oldSize, honest, size, proofFrom } of moves) {
          const old = honest ? (known?.size ?? 0) : oldSize;
          if (old > size) continue;
          const submission = await submit(histories[from]!, old, size, histories[proofFrom]);
          if (judgeSubmission(submission, known) !== undefined) continue;
          known = submission.opened;
          cosigned.push(known);
        }
        const isOf = async (one: MemoryLog): Promise<boolean> => {
          for (const { size, root } of cosigned)
            if (!root.equals(await readRoot(size, one.readNode))) return false;
          return true;
        };
        const fitting = await Promise.all(histories.map(isOf));
        expect(fitting).toContain(true);
      }),
      { numRuns: 300 },
    );
  });
});
