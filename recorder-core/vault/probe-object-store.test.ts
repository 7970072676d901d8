import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Attempt, Canary, CanaryLock, CanaryStore, StoredCanary } from './canary-store.ts';
import type { LockMode, LockState } from './object-lock.ts';
import { probeObjectStore, removeCanaries, type ProbeCheck } from './probe-object-store.ts';

/** Ways to lie that no server at hand has all of; by the check that must find each. */
type Lie = ProbeCheck | 'content-lost';

interface Kept {
  readonly name: string;
  readonly writtenAt: Date;
  content: string;
  mode: LockMode | null;
  until: Date | null;
  held: boolean;
}

/** A store in memory on a clock of its own that keeps every promise but those it is told to break. */
class ModelStore implements CanaryStore {
  readonly versions = new Map<string, Kept>();
  readonly mode: LockMode | undefined;
  readonly #lies: ReadonlySet<Lie>;
  now = Date.parse('2026-11-02T10:00:00.250Z');
  #next = 0;

  constructor(mode: LockMode | undefined, ...lies: Lie[]) {
    this.mode = mode;
    this.#lies = new Set(lies);
  }

  readonly pass = (ms: number): Promise<void> => {
    this.now += ms;
    return Promise.resolve();
  };

  clock = (): Promise<Date> => Promise.resolve(new Date(this.now));

  write(id: string, content: string, lock: CanaryLock = {}): Promise<Canary> {
    const name = `.holdfast-canary/${id}`;
    const before = [...this.versions].find(([, kept]) => kept.name === name);
    if (before !== undefined && this.#lies.has('locked-stays-overwritten')) before[1].content = content;
    this.#next += 1;
    const versionId = String(this.#next);
    const until = lock.retainUntil ?? null;
    const told = until !== null && this.#lies.has('lock-told') ? new Date(until.getTime() - 1000) : until;
    const mode = until === null ? null : (this.mode ?? null);
    this.versions.set(versionId, {
      name,
      writtenAt: new Date(this.now),
      content,
      mode,
      until: told,
      held: lock.legalHold ?? false,
    });
    return Promise.resolve({ name, versionId });
  }

  createAgain(_canary: Canary, how: 'whole' | 'in-parts'): Promise<Attempt> {
    return this.#refuseUnless(how === 'whole' ? 'create-once' : 'create-once-in-parts');
  }

  writeWithWrongDigest(): Promise<Attempt> {
    return this.#refuseUnless('digest-checked');
  }

  digestOf(canary: Canary): Promise<string | undefined> {
    const content = this.#at(canary)?.content ?? '';
    const digest = createHash('sha256').update(content).digest('base64');
    return Promise.resolve(this.#lies.has('digest-kept') ? undefined : digest);
  }

  remove(canary: Canary, how: 'plain' | 'bypassing' | 'batch'): Promise<Attempt> {
    const kept = this.#at(canary);
    if (kept === undefined) return Promise.resolve('done');
    if (kept.until === null && !kept.held && this.#lies.has('unlocked-goes'))
      return Promise.resolve('refused');
    const refused = this.#keeps(kept, how);
    // One lie is to refuse in words and delete in deed.
    if (!refused || this.#lies.has('content-lost')) this.versions.delete(canary.versionId ?? '');
    return Promise.resolve(refused ? 'refused' : 'done');
  }

  relock(canary: Canary, until: Date, mode: LockMode): Promise<Attempt> {
    const kept = this.#at(canary);
    if (kept?.until === undefined || kept.until === null) return Promise.resolve('refused');
    const lie: Lie =
      until < kept.until ? 'lock-not-shortened' : mode === kept.mode ? 'lock-extended' : 'lock-not-weakened';
    const allowed = lie === 'lock-extended' ? !this.#lies.has(lie) : this.#lies.has(lie);
    if (!allowed) return Promise.resolve('refused');
    Object.assign(kept, { until, mode });
    return Promise.resolve('done');
  }

  setLegalHold(canary: Canary, on: boolean): Promise<void> {
    const kept = this.#at(canary);
    if (kept !== undefined) kept.held = on;
    return Promise.resolve();
  }

  lockOf(canary: Canary): Promise<LockState | undefined> {
    const kept = this.#at(canary);
    return Promise.resolve(kept && { retainUntil: kept.until, mode: kept.mode, legalHold: kept.held });
  }

  read(canary: Canary): Promise<string | undefined> {
    return Promise.resolve(this.#at(canary)?.content);
  }

  async *list(): AsyncGenerator<StoredCanary> {
    for (const [versionId, { name, writtenAt }] of [...this.versions]) yield { name, versionId, writtenAt };
  }

  #at({ versionId }: Canary): Kept | undefined {
    return this.versions.get(versionId ?? '');
  }

  #keeps({ until, held, mode }: Kept, how: 'plain' | 'bypassing' | 'batch'): boolean {
    const locked = until !== null && until.getTime() > this.now;
    if (held) return !this.#lies.has(until === null ? 'held-stays' : 'held-stays-after-date');
    if (!locked) return false;
    if (how === 'bypassing') return mode === 'compliance' && !this.#lies.has('locked-stays-bypassed');
    return !this.#lies.has(how === 'batch' ? 'locked-stays-in-batch' : 'locked-stays');
  }

  #refuseUnless(lie: Lie): Promise<Attempt> {
    return Promise.resolve(this.#lies.has(lie) ? 'done' : 'refused');
  }
}

async function probe(store: ModelStore) {
  const { verdict, findings } = await probeObjectStore(store, { id: 'p1', wait: store.pass });
  return { verdict, broken: findings.filter(({ kept }) => !kept).map(({ check }) => check) };
}

describe('a probe', () => {
  test.each(['governance', 'compliance'] as const)(
    'calls a store with honest %s locks WORM',
    async (mode) => {
      expect(await probe(new ModelStore(mode))).toEqual({ verdict: 'worm', broken: [] });
    },
  );

  test.each([
    'unlocked-goes',
    'locked-stays',
    'locked-stays-in-batch',
    'locked-stays-bypassed',
    'locked-stays-overwritten',
    'lock-extended',
    'lock-not-shortened',
    'lock-not-weakened',
    'held-stays',
    'held-stays-after-date',
  ] as const)('exposes a store that breaks the promise of %s', async (lie) => {
    const found = await probe(new ModelStore('compliance', lie));
    expect(found).toMatchObject({ verdict: 'not-worm', broken: [lie] });
  });

  test.each(['create-once', 'create-once-in-parts', 'digest-checked', 'digest-kept'] as const)(
    'tells a broken promise of %s from one of the locks',
    async (lie) => {
      expect(await probe(new ModelStore('compliance', lie))).toEqual({ verdict: 'worm', broken: [lie] });
      expect(await probe(new ModelStore(undefined, lie))).toEqual({ verdict: 'no-lock', broken: [lie] });
    },
  );

  test('exposes a store that keeps another date than it was given', async () => {
    const found = await probe(new ModelStore('compliance', 'lock-told'));
    expect(found).toEqual({ verdict: 'not-worm', broken: ['lock-told', 'lock-not-shortened'] });
  });

  test('does not believe a refusal when the object is gone afterwards', async () => {
    const found = await probe(new ModelStore('compliance', 'content-lost'));
    expect(found.verdict).toBe('not-worm');
    expect(found.broken).toEqual(
      expect.arrayContaining(['locked-stays', 'locked-stays-in-batch', 'held-stays']),
    );
  });

  test('leaves canaries whose locks stand, which the tidying takes once they have ended', async () => {
    const store = new ModelStore('compliance');
    await probe(store);
    const left = await removeCanaries(store, 0);
    expect(left).toBeGreaterThan(5);
    expect(store.versions.size).toBe(left);
    await store.pass(13 * 60_000);
    expect(await removeCanaries(store)).toBe(0);
    expect(store.versions.size).toBe(0);
  });

  test('takes canaries away that a probe which was killed left under legal hold', async () => {
    const store = new ModelStore('governance');
    await store.write('killed-held', 'x', { legalHold: true });
    await store.pass(13 * 60_000);
    expect(await removeCanaries(store)).toBe(0);
    expect(store.versions.size).toBe(0);
  });

  test('keeps its canaries while another probe is tidied away, so that nothing honest looks like a lie', async () => {
    const store = new ModelStore('compliance');
    const remove = store.remove.bind(store);
    store.remove = async (canary, how) => {
      await removeCanaries(store);
      return remove(canary, how);
    };
    expect(await probe(store)).toEqual({ verdict: 'worm', broken: [] });
  });

  test('of a store that makes no promises finds nothing', async () => {
    expect(await probeObjectStore(undefined, { id: 'p1', wait: () => Promise.resolve() })).toEqual({
      verdict: 'no-lock',
      findings: [],
    });
    expect(await removeCanaries(undefined)).toBe(0);
  });
});
