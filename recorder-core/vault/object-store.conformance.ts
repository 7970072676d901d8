/** What every ObjectStore must do; each implementation's test calls this with a way to make an empty one. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { eraseObjects } from './erase-objects.ts';
import type { ObjectStore, StoredVersion } from './object-store.ts';

type MakeStore = () => Promise<ObjectStore>;

/** More than one page of a listing. */
const MANY = 1_003;
const MANY_MS = 120_000;

/** Registers the suite; `make` returns an empty store for each test. A stand-in that is slow at listing is asked for less. */
export function objectStoreConformance(name: string, make: MakeStore, many = MANY): void {
  describe(`${name} as an object store`, () => {
    readingTests(make);
    conditionalCreateTests(make);
    deletionAndListingTests(make);
    erasureTests(make, many);
    largeObjectTests(make);
  });
}

/** Several parts where a store takes large objects in parts, the last one short. */
const LARGE = 12 * 1024 * 1024 + 345;

async function* body(...pieces: (Buffer | string)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const head of store.list(prefix)) keys.push(head.key);
  return keys;
}

async function versionsOf(store: ObjectStore, prefix: string): Promise<StoredVersion[]> {
  return Array.fromAsync(store.remainingVersions(prefix));
}

function largeObjectTests(make: MakeStore): void {
  it('stores a large object, returns any range of it, and knows it again', async () => {
    const store = await make();
    const bytes = randomBytes(LARGE);
    const pieces = () => body(bytes.subarray(0, 7_000_001), bytes.subarray(7_000_001));
    const stored = { sha256: digest(bytes), size: LARGE };
    expect(await store.put('large', pieces(), stored)).toEqual({ outcome: 'stored', ...stored });
    const object = await store.open('large');
    expect((await object.read(5_242_870, 40)).equals(bytes.subarray(5_242_870, 5_242_910))).toBe(true);
    expect((await object.read(LARGE - 5, 100)).equals(bytes.subarray(LARGE - 5))).toBe(true);
    expect(digest(await object.read(0, LARGE))).toBe(stored.sha256);
    await object.close();
    expect(await store.put('large', pieces())).toEqual({ outcome: 'exists', ...stored });
    await expect(store.put('large', body(bytes.subarray(1)))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('leaves nothing of a large object whose source fails late or whose digest is another', async () => {
    const store = await make();
    const bytes = randomBytes(LARGE);
    const broken = (async function* () {
      yield bytes;
      throw new Error('source broke');
    })();
    await expect(store.put('large', broken)).rejects.toThrow('source broke');
    const other = { sha256: digest(Buffer.from('other')) };
    await expect(store.put('large', body(bytes), other)).rejects.toMatchObject({ code: 'integrity_failed' });
    expect(await versionsOf(store, '')).toEqual([]);
    expect(await store.removeAbandoned(new Date(Date.now() + 60_000))).toBe(0);
  });
}

function readingTests(make: MakeStore): void {
  it('returns any range of what was stored, and its size', async () => {
    const store = await make();
    const bytes = randomBytes(100_000);
    const put = await store.put('t1/r1/audio.v1', body(bytes.subarray(0, 7), bytes.subarray(7)));
    expect(put).toEqual({ outcome: 'stored', sha256: digest(bytes), size: bytes.length });
    const object = await store.open('t1/r1/audio.v1');
    expect(object.size).toBe(bytes.length);
    expect((await object.read(5, 60_000)).equals(bytes.subarray(5, 60_005))).toBe(true);
    expect((await object.read(99_990, 100)).equals(bytes.subarray(99_990))).toBe(true);
    await object.close();
    expect(await store.head('t1/r1/audio.v1')).toMatchObject({ key: 't1/r1/audio.v1', size: bytes.length });
  });

  it('says when there is no such object', async () => {
    const store = await make();
    await expect(store.open('t1/none')).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.head('t1/none')).toBeUndefined();
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    '../a',
    'a/../b',
    './a',
    'a//b',
    'a/.hidden',
    '-a',
    'a\\b',
    'a b',
    'ä',
    'a\0',
    'x'.repeat(129),
  ])('refuses the key %j everywhere', async (key) => {
    const store = await make();
    const refused = { code: 'invalid_input', field: 'key' };
    await expect(store.put(key, body('x'))).rejects.toMatchObject(refused);
    await expect(store.open(key)).rejects.toMatchObject(refused);
    await expect(store.head(key)).rejects.toMatchObject(refused);
    await expect(store.delete(key)).rejects.toMatchObject(refused);
  });
}

function conditionalCreateTests(make: MakeStore): void {
  it('refuses a source file that is not there, and stores nothing', async () => {
    const store = await make();
    const missing = join(tmpdir(), 'holdfast-no-such-file', 'part');
    await expect(store.put('a/b', missing)).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.head('a/b')).toBeUndefined();
  });

  it('accepts the same content again and refuses other content, keeping the first', async () => {
    const store = await make();
    await store.put('a/b', body('first'));
    expect(await store.put('a/b', body('fir', 'st'))).toMatchObject({ outcome: 'exists' });
    await expect(store.put('a/b', body('second'))).rejects.toMatchObject({ code: 'conflict' });
    const object = await store.open('a/b');
    expect((await object.read(0, object.size)).toString()).toBe('first');
    await object.close();
  });

  it('lets one of several writers with different content win, and tells the others', async () => {
    const store = await make();
    const results = await Promise.allSettled(
      ['1', '2', '3', '4'].map((text) => store.put('race', body(text))),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    }
  });

  it('takes equal content from several writers at once and stores it once', async () => {
    const store = await make();
    const results = await Promise.all([1, 2, 3, 4].map(() => store.put('race', body('same'))));
    expect(results.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
    expect(await keysOf(store, '')).toEqual(['race']);
  });

  it('stores nothing when digest or size are not as announced, or when the source fails', async () => {
    const store = await make();
    const wrong = { code: 'integrity_failed' };
    await expect(store.put('k', body('x'), { sha256: digest(Buffer.from('y')) })).rejects.toMatchObject(
      wrong,
    );
    await expect(store.put('k', body('x'), { size: 2 })).rejects.toMatchObject(wrong);
    const broken = (async function* () {
      yield Buffer.from('half');
      throw new Error('source broke');
    })();
    await expect(store.put('k', broken)).rejects.toThrow('source broke');
    expect(await store.head('k')).toBeUndefined();
    expect(await keysOf(store, '')).toEqual([]);
    const right = { sha256: digest(Buffer.from('x')), size: 1 };
    expect(await store.put('k', body('x'), right)).toMatchObject({ outcome: 'stored' });
  });
}

function deletionAndListingTests(make: MakeStore): void {
  it('deletes once, and says so when it was gone already', async () => {
    const store = await make();
    await store.put('a/b', body('x'));
    expect(await store.delete('a/b')).toBe('deleted');
    expect(await store.delete('a/b')).toBe('absent');
    expect(await store.delete('never/was')).toBe('absent');
    await expect(store.open('a/b')).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.put('a/b', body('new'))).toMatchObject({ outcome: 'stored' });
  });

  it('lists by prefix in the order of the keys', async () => {
    const store = await make();
    for (const key of ['t2/x', 't1/r2/a', 't1/r1/b', 't1/r1/a', 't1/r1-b/a']) await store.put(key, body(key));
    expect(await keysOf(store, 't1/')).toEqual(['t1/r1-b/a', 't1/r1/a', 't1/r1/b', 't1/r2/a']);
    expect(await keysOf(store, 't1/r1')).toEqual(['t1/r1-b/a', 't1/r1/a', 't1/r1/b']);
    expect(await keysOf(store, '')).toHaveLength(5);
    expect(await keysOf(store, 't3/')).toEqual([]);
    expect(await keysOf(store, '../')).toEqual([]);
  });
}

function erasureTests(make: MakeStore, many: number): void {
  it('has nothing left of what was deleted, in any version, and keeps its neighbours', async () => {
    const store = await make();
    for (const key of ['a/b', 'a/b.v2', 'a/bc']) await store.put(key, body(key));
    await store.delete('a/b');
    await store.put('a/b', body('new'));
    expect(await versionsOf(store, 'a/')).toEqual([
      { key: 'a/b', size: 3, lockedUntil: null, legalHold: false },
      { key: 'a/b.v2', size: 6, lockedUntil: null, legalHold: false },
      { key: 'a/bc', size: 4, lockedUntil: null, legalHold: false },
    ]);
    expect(await store.delete('a/b')).toBe('deleted');
    expect((await versionsOf(store, '')).map(({ key }) => key)).toEqual(['a/b.v2', 'a/bc']);
    expect(await versionsOf(store, '../')).toEqual([]);
  });

  it('erases all that begins alike and reads back that nothing is left', async () => {
    const store = await make();
    for (const key of ['t/r/1', 't/r/2', 't/s/1']) await store.put(key, body(key));
    expect(await eraseObjects(store, 't/r/')).toEqual({ deleted: 2, remaining: [] });
    expect(await eraseObjects(store, 't/r/')).toEqual({ deleted: 0, remaining: [] });
    expect(await keysOf(store, '')).toEqual(['t/s/1']);
  });

  it(
    'lists and erases more objects than fit on one page',
    async () => {
      const store = await make();
      const keys = Array.from({ length: many }, (_, index) => `many/${String(index).padStart(5, '0')}`);
      for (let from = 0; from < many; from += 8)
        await Promise.all(keys.slice(from, from + 8).map((key) => store.put(key, body(key))));
      expect(await keysOf(store, 'many/')).toEqual(keys);
      expect(await eraseObjects(store, 'many/')).toEqual({ deleted: many, remaining: [] });
    },
    MANY_MS,
  );
}
