/** What every store that locks must do through the port; each such store's test calls this with a way to make an empty one. */
import { describe, expect, it } from '@jest/globals';
import type { LockMode, ObjectLock } from './object-lock.ts';
import type { ObjectStore, StoredVersion } from './object-store.ts';
import { eraseObjects } from './erase-objects.ts';

type MakeStore = (mode: LockMode) => Promise<ObjectStore>;
const HOUR_MS = 3_600_000;

/** Registers the suite; `make` answers an empty store that locks in that mode. */
export function objectLockConformance(name: string, make: MakeStore): void {
  describe.each(['governance', 'compliance'] as const)(`${name} with %s locks`, (mode) => {
    const open: OpenStore = async () => {
      const store = await make(mode);
      await store.put('t/r/a', bytes('evidence'));
      if (store.lock === undefined) throw new Error('The store has no lock.');
      return { store, lock: store.lock };
    };
    dateTests(mode, open);
    holdTests(open);
  });
}

/** A store with one object, `t/r/a`. */
type OpenStore = () => Promise<{ readonly store: ObjectStore; readonly lock: ObjectLock }>;

function dateTests(mode: LockMode, open: OpenStore): void {
  it('keeps an object until the date, whoever deletes, and says until when', async () => {
    const { store, lock } = await open();
    const until = inHours(1);
    await lock.retainUntil('t/r/a', until);
    expect(await lock.lockState('t/r/a')).toEqual({ retainUntil: until, mode, legalHold: false });
    expect(await store.delete('t/r/a')).toBe('locked');
    expect(await remaining(store)).toEqual([{ key: 't/r/a', size: 8, lockedUntil: until, legalHold: false }]);
    const object = await store.open('t/r/a');
    expect((await object.read(0, 8)).toString()).toBe('evidence');
    await object.close();
  });

  it('extends a date and never brings it forward', async () => {
    const { lock } = await open();
    await lock.retainUntil('t/r/a', inHours(2));
    await lock.retainUntil('t/r/a', inHours(1));
    expect(await lock.lockState('t/r/a')).toMatchObject({ retainUntil: inHours(2) });
    await lock.retainUntil('t/r/a', inHours(3));
    expect(await lock.lockState('t/r/a')).toMatchObject({ retainUntil: inHours(3), mode });
  });

  it('says when there is no object to be locked', async () => {
    const { lock } = await open();
    const missing = { code: 'not_found' };
    await expect(lock.retainUntil('t/none', inHours(1))).rejects.toMatchObject(missing);
    await expect(lock.setLegalHold('t/none', true)).rejects.toMatchObject(missing);
    await expect(lock.lockState('t/none')).rejects.toMatchObject(missing);
  });
}

function holdTests(open: OpenStore): void {
  it('keeps an object under legal hold, and lets it go when the hold is cleared', async () => {
    const { store, lock } = await open();
    await lock.setLegalHold('t/r/a', true);
    await lock.setLegalHold('t/r/a', true);
    expect(await lock.lockState('t/r/a')).toEqual({ retainUntil: null, mode: null, legalHold: true });
    expect(await store.delete('t/r/a')).toBe('locked');
    expect(await remaining(store)).toEqual([{ key: 't/r/a', size: 8, lockedUntil: null, legalHold: true }]);
    await lock.setLegalHold('t/r/a', false);
    expect(await store.delete('t/r/a')).toBe('deleted');
    expect(await remaining(store)).toEqual([]);
  });

  it('erases what it may and tells what is left and why', async () => {
    const { store, lock } = await open();
    await store.put('t/r/b', bytes('waveform'));
    await lock.retainUntil('t/r/a', inHours(1));
    expect(await eraseObjects(store, 't/r/')).toEqual({
      deleted: 1,
      remaining: [{ key: 't/r/a', size: 8, lockedUntil: inHours(1), legalHold: false }],
    });
  });
}

// One instant for the whole run: a date read back must be the one that was set.
const START = Math.ceil(Date.now() / 1000) * 1000;

function inHours(hours: number): Date {
  return new Date(START + hours * HOUR_MS);
}

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function remaining(store: ObjectStore): Promise<StoredVersion[]> {
  return Array.fromAsync(store.remainingVersions(''));
}
