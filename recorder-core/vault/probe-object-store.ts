/**
 * What a store promises is probed, not believed. Real ones accept a lock and delete all the same, forget a legal hold
 * once a date beside it has passed, or let a COMPLIANCE date be brought forward. So everything that the product relies
 * on is tried with canaries: each attempt that the store should refuse has one of its own.
 */
import { createHash } from 'node:crypto';
import type { Attempt, Canary, CanaryStore } from './canary-store.ts';

/** What is tried. */
export const PROBE_CHECKS = {
  'create-once': 'A second object under the same key is refused.',
  'create-once-in-parts': 'A second object under the same key is refused, also when it comes in parts.',
  'digest-checked': 'An object that arrives damaged is refused.',
  'digest-kept': 'The digest of an object is kept and told.',
  'unlocked-goes': 'An object without a lock is deleted when that is asked for.',
  'lock-told': 'A lock is told as it was set.',
  'locked-stays': 'A locked object is not deleted.',
  'locked-stays-in-batch': 'A locked object is not deleted in a list of deletions.',
  'locked-stays-bypassed': 'A locked object is not deleted with the right to pass by governance locks.',
  'locked-stays-overwritten': 'A locked object keeps its content when its key is written again.',
  'lock-extended': 'The date of a lock can be moved away.',
  'lock-not-shortened': 'The date of a lock cannot be brought forward.',
  'lock-not-weakened': 'A compliance lock cannot be made a governance lock.',
  'held-stays': 'An object under legal hold is not deleted.',
  'held-stays-after-date': 'An object under legal hold is not deleted after the date of its lock has passed.',
} as const;
export type ProbeCheck = keyof typeof PROBE_CHECKS;

/** One check: whether the store kept the promise, and where not, what it did instead. */
export interface ProbeFinding {
  readonly check: ProbeCheck;
  readonly kept: boolean;
  readonly detail: string;
}

/**
 * `worm`: it kept every promise that a lock makes. `not-worm`: it is to lock, and broke one. `no-lock`: none is used.
 * Whether objects are created once and checked stands in the findings, whatever the verdict.
 */
export const PROBE_VERDICTS = ['worm', 'not-worm', 'no-lock'] as const;
export type ProbeVerdict = (typeof PROBE_VERDICTS)[number];

/** What a probe found. */
export interface StoreProbe {
  readonly verdict: ProbeVerdict;
  readonly findings: readonly ProbeFinding[];
}

export interface ProbeOptions {
  /** Names the canaries of this probe; must be new. */
  readonly id: string;
  /** How long canaries are locked, ms; a difference between clocks should fit in. */
  readonly lockMs?: number;
  readonly wait: (ms: number) => Promise<void>;
}

const LOCK_MS = 10 * 60_000;
/** A probe takes seconds; what is older than this was left. */
const CANARY_AGE_MS = 12 * 60_000;
/** Long enough to be written under its hold, short enough to wait for. */
const SHORT_LOCK_MS = 3_000;
const WAIT_STEP_MS = 500;
const WAIT_STEPS = 60;
const CONTENT = 'holdfast canary';

/** Checks that have nothing to do with locks. */
const BASIC: readonly ProbeCheck[] = ['create-once', 'create-once-in-parts', 'digest-checked', 'digest-kept'];
/** A store that refuses us everything would look like one that keeps every lock; these two must be allowed. */
const PROVES_NOTHING = 'It was refused, so that the other refusals prove nothing. Check our permissions.';

/**
 * Tries the store. Canaries that stay locked are left to `removeCanaries`.
 * @throws HoldfastError `unavailable` or `timeout` when it could not be asked: nothing is known then.
 */
export async function probeObjectStore(
  store: CanaryStore | undefined,
  options: ProbeOptions,
): Promise<StoreProbe> {
  if (store === undefined) return { verdict: 'no-lock', findings: [] };
  const findings = await probeBasics(store, options.id);
  if (store.mode === undefined) return { verdict: 'no-lock', findings };
  findings.push(...(await probeLock(store, options)), ...(await probeHold(store, options)));
  const broken = findings.some(({ check, kept }) => !kept && !BASIC.includes(check));
  return { verdict: broken ? 'not-worm' : 'worm', findings };
}

/** Whether objects are created once and what arrives damaged is refused. Fast; leaves nothing. */
export async function probeBasics(store: CanaryStore, id: string): Promise<ProbeFinding[]> {
  const canary = await store.write(`${id}-basic`, CONTENT);
  const digest = createHash('sha256').update(CONTENT).digest('base64');
  const findings = [
    refused('create-once', await store.createAgain(canary, 'whole')),
    refused('create-once-in-parts', await store.createAgain(canary, 'in-parts')),
    refused('digest-checked', await store.writeWithWrongDigest(`${id}-damaged`)),
    told('digest-kept', (await store.digestOf(canary)) === digest, 'It tells none, or another one.'),
  ];
  const removed = await store.remove(canary, 'plain');
  findings.push({
    check: 'unlocked-goes',
    kept: removed === 'done',
    detail: removed === 'done' ? 'It is.' : PROVES_NOTHING,
  });
  for await (const left of store.list()) {
    if (isOf(left, `${id}-basic`) || isOf(left, `${id}-damaged`)) await store.remove(left, 'plain');
  }
  return findings;
}

/**
 * Removes canaries that are older than any probe that may be running, whichever left them; answers how many of those the
 * store still keeps, because their locks stand. Idempotent. Errors as `probeObjectStore`.
 * @param minAgeMs younger ones belong to a probe that is trying them now: taking one away would look like a lie.
 */
export async function removeCanaries(
  store: CanaryStore | undefined,
  minAgeMs: number = CANARY_AGE_MS,
): Promise<number> {
  if (store === undefined) return 0;
  const before = new Date((await store.clock()).getTime() - minAgeMs);
  let left = 0;
  for await (const canary of store.list()) {
    if (canary.writtenAt > before || (await store.remove(canary, 'plain')) === 'done') continue;
    const lock = await store.lockOf(canary);
    if (lock?.legalHold === true) await store.setLegalHold(canary, false);
    if (lock?.legalHold !== true || (await store.remove(canary, 'plain')) === 'refused') left += 1;
  }
  return left;
}

async function probeLock(
  store: CanaryStore,
  { id, lockMs = LOCK_MS }: ProbeOptions,
): Promise<ProbeFinding[]> {
  const until = wholeSeconds((await store.clock()).getTime() + lockMs);
  const locked = (name: string): Promise<Canary> =>
    store.write(`${id}-${name}`, CONTENT, { retainUntil: until });
  const compliance = store.mode === 'compliance';
  const plain = await locked('plain');
  const lock = await store.lockOf(plain);
  const shown = lock?.mode === store.mode && lock?.retainUntil?.getTime() === until.getTime();
  return [
    told('lock-told', shown, 'It tells another lock than was set.'),
    await stays(store, 'locked-stays', plain, () => store.remove(plain, 'plain')),
    await triedOn(store, 'locked-stays-in-batch', await locked('batch'), 'batch'),
    ...(compliance
      ? [await triedOn(store, 'locked-stays-bypassed', await locked('bypass'), 'bypassing')]
      : []),
    await staysOverwritten(store, await locked('overwrite'), `${id}-overwrite`),
    await notShortened(store, await locked('shorten'), until, lockMs),
    await extended(store, await locked('extend'), wholeSeconds(until.getTime() + 1_000)),
    ...(compliance ? [await notWeakened(store, await locked('weaken'), until)] : []),
  ];
}

async function probeHold(store: CanaryStore, { id, wait }: ProbeOptions): Promise<ProbeFinding[]> {
  const held = await store.write(`${id}-held`, CONTENT, { legalHold: true });
  const findings = [await triedOn(store, 'held-stays', held, 'plain')];
  const retainUntil = wholeSeconds((await store.clock()).getTime() + SHORT_LOCK_MS);
  const expiring = await store.write(`${id}-expiring`, CONTENT, { legalHold: true, retainUntil });
  for (let step = 0; step < WAIT_STEPS && (await store.clock()) <= retainUntil; step += 1)
    await wait(WAIT_STEP_MS);
  findings.push(await triedOn(store, 'held-stays-after-date', expiring, 'plain'));
  for (const canary of [held, expiring]) {
    if ((await store.read(canary)) === undefined) continue; // the store let it go
    await store.setLegalHold(canary, false);
    await store.remove(canary, 'plain');
  }
  return findings;
}

function triedOn(
  store: CanaryStore,
  check: ProbeCheck,
  canary: Canary,
  how: 'plain' | 'bypassing' | 'batch',
): Promise<ProbeFinding> {
  return stays(store, check, canary, () => store.remove(canary, how));
}

/** What a store answers to a deletion is one thing, whether the bytes are still there another: both must be right. */
async function stays(
  store: CanaryStore,
  check: ProbeCheck,
  canary: Canary,
  attempt: () => Promise<Attempt>,
): Promise<ProbeFinding> {
  const answer = await attempt();
  const there = (await store.read(canary)) === CONTENT;
  if (!there) return { check, kept: false, detail: 'The object was gone afterwards.' };
  return refused(check, answer);
}

async function staysOverwritten(store: CanaryStore, canary: Canary, id: string): Promise<ProbeFinding> {
  // Refusing to write again, or keeping both versions: either keeps the locked content.
  const answer = await store.write(id, 'other content').then(
    (): Attempt => 'done',
    (): Attempt => 'refused',
  );
  const there = (await store.read(canary)) === CONTENT;
  const detail = there ? `Writing again was ${answer}.` : 'The locked content was gone afterwards.';
  return { check: 'locked-stays-overwritten', kept: there, detail };
}

async function notShortened(
  store: CanaryStore,
  canary: Canary,
  until: Date,
  lockMs: number,
): Promise<ProbeFinding> {
  const answer = await store.relock(
    canary,
    wholeSeconds(until.getTime() - lockMs / 2),
    store.mode ?? 'compliance',
  );
  const now = (await store.lockOf(canary))?.retainUntil ?? undefined;
  if (now === undefined || now < until)
    return { check: 'lock-not-shortened', kept: false, detail: 'The date was brought forward.' };
  return { check: 'lock-not-shortened', kept: true, detail: `Bringing it forward was ${answer}.` };
}

async function extended(store: CanaryStore, canary: Canary, until: Date): Promise<ProbeFinding> {
  await store.relock(canary, until, store.mode ?? 'compliance');
  const kept = (await store.lockOf(canary))?.retainUntil?.getTime() === until.getTime();
  return { check: 'lock-extended', kept, detail: kept ? 'It can.' : PROVES_NOTHING };
}

async function notWeakened(store: CanaryStore, canary: Canary, until: Date): Promise<ProbeFinding> {
  const answer = await store.relock(canary, until, 'governance');
  const kept = (await store.lockOf(canary))?.mode === 'compliance';
  const detail = kept ? `Weakening it was ${answer}.` : 'The mode was changed to governance.';
  return { check: 'lock-not-weakened', kept, detail };
}

function refused(check: ProbeCheck, answer: Attempt): ProbeFinding {
  const kept = answer === 'refused';
  return { check, kept, detail: kept ? 'It was refused.' : 'It was done without a word.' };
}

function told(check: ProbeCheck, kept: boolean, otherwise: string): ProbeFinding {
  return { check, kept, detail: kept ? 'It is.' : otherwise };
}

function isOf(canary: Canary, id: string): boolean {
  return canary.name.endsWith(`/${id}`);
}

function wholeSeconds(ms: number): Date {
  return new Date(Math.ceil(ms / 1000) * 1000);
}
