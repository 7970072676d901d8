import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signCheckpoint } from './checkpoint.ts';
import { makeLeaf } from './leaf.ts';
import { readRoot } from './merkle.ts';
import { consistencyProof, inclusionProof } from './proofs.ts';
import { noteSigner, verifierKeyText } from './signed-note.ts';
import { MemoryLog } from './testing/memory-log.ts';
import type { LedgerBundle, Verification } from './verifier.ts';
import { verifyBundle } from './verifier.ts';

const origin = 'holdfast.example/tenant/a';
const { privateKey } = generateKeyPairSync('ed25519');
const signer = noteSigner(origin, privateKey);
const trusted = { origin, verifierKeys: [verifierKeyText(origin, privateKey)] };

/** What an auditor kept from before the attack, and what happened to the log until today. */
const SEEN = 11;
const TODAY = 20;
const made = Array.from({ length: TODAY }, (_, n) => leaf(n));
const honest = new MemoryLog(made.map(({ bytes }) => bytes));
const seen = await checkpointOf(honest, SEEN);

function leaf(n: number, outcome = 'done'): ReturnType<typeof makeLeaf> {
  const at = new Date(Date.UTC(2026, 6, 1, 0, 0, n));
  const object = { type: 'recording', id: `r${n}` };
  return makeLeaf(
    { tenant: 'a', at, act: 'recording.sealed', object, outcome },
    { caller: `+4930${n}` },
    randomBytes,
  );
}

async function checkpointOf(log: MemoryLog, size = log.size): Promise<string> {
  return signCheckpoint({ origin, size, root: await readRoot(size, log.readNode) }, signer);
}

/** What a server shows: an entry of its log, proved to its current head, and that head against the kept one. */
async function show(log: MemoryLog, index: number): Promise<LedgerBundle> {
  return {
    leaf: log.entries[index]!,
    index,
    checkpoint: await checkpointOf(log),
    inclusion: await inclusionProof(index, log.size, log.readNode),
    earlier: {
      checkpoint: seen,
      consistency: await consistencyProof(Math.min(SEEN, log.size), log.size, log.readNode),
    },
  };
}

function failed({ ok, checks, ...rest }: Verification): string[] {
  expect(rest).toEqual(ok ? { leaf: expect.anything(), checkpoint: expect.anything() } : {});
  return checks.filter((result) => !result.ok).map((result) => result.check);
}

/** The log of a server that holds the signing key and rewrites the history before the kept checkpoint. */
function rewritten(change: (entries: Buffer[]) => Buffer[]): MemoryLog {
  return new MemoryLog(change([...honest.entries]));
}

describe('the offline verifier', () => {
  it('passes every entry of an honest log, and then hands out the leaf', async () => {
    for (let index = 0; index < TODAY; index += 1) {
      const bundle = { ...(await show(honest, index)), openings: made[index]!.openings };
      const result = verifyBundle(bundle, trusted);
      expect(result.checks.map(({ check, ok }) => [check, ok])).toEqual([
        ['checkpoint', true],
        ['leaf', true],
        ['inclusion', true],
        ['consistency', true],
        ['commitments', true],
      ]);
      expect(result.leaf?.object.id).toBe(`r${index}`);
      expect(result.checkpoint?.size).toBe(TODAY);
    }
  });

  it('says in words what does not hold', async () => {
    const bundle = { ...(await show(honest, 3)), leaf: leaf(3, 'failed').bytes };
    const { checks } = verifyBundle(bundle, trusted);
    expect(checks.find(({ ok }) => !ok)?.statement).toMatch(
      /not number 3 .* changed, moved, or never entered/,
    );
  });

  it('finds a leaf, a proof or a note with any one byte changed', async () => {
    const bundle = await show(honest, 6);
    const targets = fc.constantFrom('leaf', 'inclusion', 'checkpoint', 'consistency');
    await fc.assert(
      fc.asyncProperty(targets, fc.nat(), fc.nat(7), async (target, place, bit) => {
        const changed = structuredCloneBundle(bundle);
        const bytes = {
          leaf: changed.leaf,
          inclusion: changed.inclusion[place % changed.inclusion.length]!,
          consistency: changed.earlier!.consistency[place % changed.earlier!.consistency.length]!,
          checkpoint: Buffer.from(changed.checkpoint),
        }[target];
        bytes[place % bytes.length]! ^= 1 << bit;
        const note = target === 'checkpoint' ? { checkpoint: bytes.toString() } : {};
        expect(verifyBundle({ ...changed, ...note }, trusted).ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('finds a person named who is not the one', async () => {
    const bundle = await show(honest, 6);
    expect(failed(verifyBundle({ ...bundle, openings: made[7]!.openings }, trusted))).toEqual([
      'commitments',
    ]);
    const [opening] = made[6]!.openings;
    const renamed = [{ ...opening!, value: '+49301' }];
    expect(failed(verifyBundle({ ...bundle, openings: renamed }, trusted))).toEqual(['commitments']);
  });

  it('refuses to run with a verifier key that is none, instead of calling the evidence bad', async () => {
    const bundle = await show(honest, 6);
    expect(() => verifyBundle(bundle, { origin, verifierKeys: ['not a key'] })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });
});

describe('a malicious server that holds the signing key', () => {
  it.each([
    ['edits a row', (all: Buffer[]) => all.with(4, leaf(4, 'failed').bytes)],
    ['drops a row', (all: Buffer[]) => all.toSpliced(4, 1)],
    ['inserts a row', (all: Buffer[]) => all.toSpliced(4, 0, leaf(99).bytes)],
    ['reorders two rows', (all: Buffer[]) => all.with(4, all[5]!).with(5, all[4]!)],
    ['repeats a row in place of another', (all: Buffer[]) => all.with(4, all[5]!)],
    [
      'forks just before the kept checkpoint',
      (all: Buffer[]) => all.with(SEEN - 1, leaf(10, 'failed').bytes),
    ],
  ])('%s: caught by the checkpoint kept from before', async (_name, change) => {
    const log = rewritten(change);
    for (const index of [0, 4, log.size - 1]) {
      expect(failed(verifyBundle(await show(log, index), trusted))).toEqual(['consistency']);
    }
  });

  it('truncates the tail or restores an old copy: caught', async () => {
    for (const size of [1, SEEN - 1]) {
      const log = rewritten((all) => all.slice(0, size));
      expect(failed(verifyBundle(await show(log, 0), trusted))).toEqual(['consistency']);
    }
    const sameSize = rewritten((all) => all.slice(0, SEEN).with(2, all[3]!));
    expect(failed(verifyBundle(await show(sameSize, 0), trusted))).toEqual(['consistency']);
  });

  it('shows the honest proof of the old history beside a new root: caught', async () => {
    const log = rewritten((all) => all.with(4, leaf(4, 'failed').bytes));
    const honestView = await show(honest, 4);
    const forged = { ...(await show(log, 4)), earlier: honestView.earlier! };
    expect(failed(verifyBundle(forged, trusted))).toEqual(['consistency']);
    const old = { ...honestView, checkpoint: await checkpointOf(log) };
    expect(failed(verifyBundle(old, trusted))).toEqual(['inclusion', 'consistency']);
  });

  it('passes an entry off under an index it does not have: caught', async () => {
    const bundle = await show(honest, 6);
    for (const index of [0, 5, 7, TODAY, -1, 6.5]) {
      expect(failed(verifyBundle({ ...bundle, index }, trusted))).toEqual(['inclusion']);
    }
  });

  it('passes an inner node off as an entry: caught by its prefix', async () => {
    const left = await honest.readNode(1, 0);
    const right = await honest.readNode(1, 1);
    const inner = Buffer.concat([left, right]);
    const proof = (await inclusionProof(0, TODAY, honest.readNode)).slice(2);
    const bundle = { ...(await show(honest, 0)), leaf: inner, inclusion: proof };
    expect(failed(verifyBundle(bundle, trusted))).toEqual(['leaf', 'inclusion']);
  });
});

describe('a malicious server that chooses its own identity', () => {
  it('answers for another log or with a key of its own: nothing starts anew, the check fails', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const root = honest.root;
    const bundle = await show(honest, 6);
    const otherOrigin = 'holdfast.example/tenant/b';
    const notes = [
      signCheckpoint({ origin, size: TODAY, root }, noteSigner(origin, stranger)),
      signCheckpoint({ origin: otherOrigin, size: TODAY, root }, noteSigner(otherOrigin, stranger)),
      signCheckpoint({ origin: otherOrigin, size: TODAY, root }, noteSigner(otherOrigin, privateKey)),
      '',
    ];
    for (const checkpoint of notes) {
      expect(failed(verifyBundle({ ...bundle, checkpoint }, trusted))).toEqual(['checkpoint']);
    }
  });

  it('presents an earlier checkpoint the auditor never could have seen: caught', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const log = rewritten((all) => all.with(4, leaf(4, 'failed').bytes));
    const forged = signCheckpoint(
      { origin, size: SEEN, root: await readRoot(SEEN, log.readNode) },
      noteSigner(origin, stranger),
    );
    const bundle = await show(log, 4);
    const earlier = { ...bundle.earlier!, checkpoint: forged };
    expect(failed(verifyBundle({ ...bundle, earlier }, trusted))).toEqual(['consistency']);
  });
});

function structuredCloneBundle(bundle: LedgerBundle): LedgerBundle {
  return {
    ...bundle,
    leaf: Buffer.from(bundle.leaf),
    inclusion: bundle.inclusion.map((hash) => Buffer.from(hash)),
    earlier: {
      ...bundle.earlier!,
      consistency: bundle.earlier!.consistency.map((hash) => Buffer.from(hash)),
    },
  };
}
