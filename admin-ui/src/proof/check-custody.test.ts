import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { signCheckpoint } from '../../../recorder-core/ledger/checkpoint.ts';
import { leafHash } from '../../../recorder-core/ledger/merkle.ts';
import { consistencyProof, inclusionProof } from '../../../recorder-core/ledger/proofs.ts';
import { noteSigner, verifierKeyText } from '../../../recorder-core/ledger/signed-note.ts';
import { MemoryLog } from '../../../recorder-core/ledger/testing/memory-log.ts';
import type { Custody } from '../../../hub/api/schemas/ledger.ts';
import { checkCustody, type ProofQuestion } from './check-custody.ts';
import { noteSeen, pinKey, readPinned, unpin } from './pinned-logs.ts';

const ORIGIN = 'holdfast/tenant/a';
const OBJECT = { type: 'recording', id: 'r1' };
const PART = { id: 'p1', sha256: 'aa', sha512: 'bb', ciphertextSha256: 'cc' };
const { privateKey } = generateKeyPairSync('ed25519');
const KEY = verifierKeyText(ORIGIN, privateKey);

/** A log in which every other leaf is about the recording. */
function makeLeaves(count: number): string[] {
  const leaves: string[] = [];
  let ordinal = 0;
  let previous: string | null = null;
  for (let at = 0; at < count; at += 1) {
    const own = at % 2 === 1;
    const leaf: string = JSON.stringify({
      act: own && ordinal === 0 ? 'recording.sealed' : 'recording.played',
      object: own ? OBJECT : { type: 'recording', id: 'other' },
      facts: own && ordinal === 0 ? { parts: [PART] } : { parts: 3 },
      ...(own && { of: { ordinal: ordinal + 1, previous } }),
    });
    if (own) {
      ordinal += 1;
      previous = leafHash(Buffer.from(leaf)).toString('base64');
    }
    leaves.push(leaf);
  }
  return leaves;
}

async function custodyOf(leaves: readonly string[], key = privateKey): Promise<Custody> {
  const log = new MemoryLog(leaves.map((leaf) => Buffer.from(leaf)));
  const size = leaves.length;
  const entries = await Promise.all(
    leaves.flatMap((leaf, index) =>
      index % 2 === 0
        ? []
        : [
            (async () => ({
              index,
              at: '2026-01-01T00:00:00.000Z',
              act: 'recording.played',
              outcome: 'done',
              actor: { kind: 'product' as const },
              leaf,
              leafHash: leafHash(Buffer.from(leaf)).toString('base64'),
              proof: (await inclusionProof(index, size, log.readNode)).map((hash) => hash.toString('base64')),
              proven: true,
            }))(),
          ],
    ),
  );
  const checkpoint = signCheckpoint({ origin: ORIGIN, size, root: log.root }, noteSigner(ORIGIN, key));
  return { checkpoint, verifierKey: verifierKeyText(ORIGIN, key), entries };
}

const LEAVES = makeLeaves(11);
const custody = await custodyOf(LEAVES);
const pinned = { origin: ORIGIN, keys: [KEY], pinnedAt: '2026-01-01T00:00:00.000Z' };
const askConsistency = async (from: number, to: number): Promise<string[]> => {
  const log = new MemoryLog(LEAVES.slice(0, to).map((leaf) => Buffer.from(leaf)));
  return (await consistencyProof(from, to, log.readNode)).map((hash) => hash.toString('base64'));
};

const check = async (change: Partial<ProofQuestion> = {}) => {
  const result = await checkCustody({
    custody,
    object: OBJECT,
    parts: [PART],
    pinned,
    askConsistency,
    ...change,
  });
  const of = (outcome: string) =>
    result.steps.filter((step) => step.outcome === outcome).map(({ name }) => name);
  return { verdict: result.verdict, broken: of('broken'), open: of('open') };
};
const seenAt = (size: number, leaves = LEAVES) => ({
  ...pinned,
  seen: {
    size,
    root: new MemoryLog(leaves.slice(0, size).map((leaf) => Buffer.from(leaf))).root.toString('base64'),
    at: pinned.pinnedAt,
  },
});

describe('the check of custody in the page', () => {
  test('proves what holds, and says what it had nothing to hold against.', async () => {
    expect(await check()).toEqual({ verdict: 'proven', broken: [], open: ['grown'] });
    expect(await check({ pinned: seenAt(6) })).toEqual({ verdict: 'proven', broken: [], open: [] });
    expect(await check({ pinned: undefined })).toMatchObject({
      verdict: 'unpinned',
      open: ['signed', 'grown'],
    });
  });

  test('finds a leaf that was changed, one that is about something else, and one that was left out.', async () => {
    const changed = custody.entries.map((entry, at) =>
      at === 1 ? { ...entry, leaf: entry.leaf.replace('played', 'viewed') } : entry,
    );
    expect(await check({ custody: { ...custody, entries: changed } })).toMatchObject({
      verdict: 'broken',
      broken: ['included', 'chained'],
    });
    expect(await check({ object: { ...OBJECT, id: 'r2' } })).toMatchObject({ broken: ['about'] });
    const fewer = custody.entries.filter((_entry, at) => at !== 1);
    expect(await check({ custody: { ...custody, entries: fewer } })).toMatchObject({ broken: ['chained'] });
    expect(await check({ custody: { ...custody, entries: custody.entries.slice(1) } })).toMatchObject({
      broken: ['chained'],
    });
  });

  test('finds digests other than those that were sealed.', async () => {
    expect(await check({ parts: [{ ...PART, sha256: 'ab' }] })).toMatchObject({ broken: ['digests'] });
    expect(await check({ parts: [] })).toMatchObject({ verdict: 'proven', open: ['digests', 'grown'] });
  });

  test('finds a checkpoint of another key, another log, or one that was changed.', async () => {
    const other = await custodyOf(LEAVES, generateKeyPairSync('ed25519').privateKey);
    expect(await check({ custody: other })).toMatchObject({ verdict: 'broken', broken: ['signed'] });
    expect(await check({ pinned: { ...pinned, origin: 'holdfast/tenant/b' } })).toMatchObject({
      broken: ['signed'],
    });
    const note = custody.checkpoint.replace('\n11\n', '\n12\n');
    expect((await check({ custody: { ...custody, checkpoint: note } })).broken).toContain('signed');
    expect(await check({ custody: { ...custody, checkpoint: 'nonsense' } })).toMatchObject({
      verdict: 'broken',
    });
  });

  test('finds a log that shrank, and one with another past.', async () => {
    const longer = makeLeaves(20);
    expect(await check({ pinned: seenAt(15, longer) })).toMatchObject({ broken: ['grown'] });
    const otherPast = ['"another beginning"', ...LEAVES.slice(1)];
    expect(await check({ pinned: seenAt(6, otherPast) })).toMatchObject({ broken: ['grown'] });
    expect(await check({ pinned: seenAt(11, otherPast) })).toMatchObject({ broken: ['grown'] });
  });
});

describe('pinned logs', () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  const at = new Date('2026-01-01T00:00:00Z');

  test('keep keys by log, and the largest head that was seen.', () => {
    expect(readPinned('a', store)).toBeUndefined();
    pinKey('a', 'k1', at, store);
    pinKey('b', 'k3', at, store);
    pinKey('a', 'k2', at, store);
    noteSeen('a', { size: 5, root: 'r', at: 'x' }, store);
    noteSeen('a', { size: 3, root: 'q', at: 'x' }, store);
    expect(readPinned('a', store)).toMatchObject({ keys: ['k1', 'k2'], seen: { size: 5, root: 'r' } });
    unpin('a', store);
    expect(readPinned('a', store)).toBeUndefined();
    expect(readPinned('b', store)).toMatchObject({ keys: ['k3'] });
  });

  test('are nothing where the browser keeps nonsense.', () => {
    kept.set('holdfast.pinned-logs', '{nonsense');
    expect(readPinned('a', store)).toBeUndefined();
    kept.set('holdfast.pinned-logs', '[1,{"origin":"a","keys":"k"}]');
    expect(readPinned('a', store)).toBeUndefined();
  });
});
