/** The keys that a person has pinned in this browser, by the log they sign, and the head that was seen last. */

/** A log whose keys were pinned. */
export interface PinnedLog {
  /** Name of the log. */
  readonly origin: string;
  /** Verifier keys in their text form; several after a rotation. */
  readonly keys: readonly string[];
  readonly pinnedAt: string;
  /** The largest checkpoint that held here; root in base64. */
  readonly seen?: { readonly size: number; readonly root: string; readonly at: string } | undefined;
}

type Store = Pick<Storage, 'getItem' | 'setItem'>;
const PLACE = 'holdfast.pinned-logs';

/** What is pinned of a log; undefined where nothing is, or where the browser keeps nothing. */
export function readPinned(origin: string, store: Store = localStorage): PinnedLog | undefined {
  return readAll(store).find((one) => one.origin === origin);
}

/** Pins a key beside those that are pinned already. */
export function pinKey(origin: string, key: string, at: Date, store: Store = localStorage): PinnedLog {
  const before = readPinned(origin, store);
  const keys = [...new Set([...(before?.keys ?? []), key])];
  return write({ ...before, origin, keys, pinnedAt: at.toISOString() }, store);
}

/** Notes the head that held, where it is the largest so far. */
export function noteSeen(
  origin: string,
  seen: NonNullable<PinnedLog['seen']>,
  store: Store = localStorage,
): void {
  const before = readPinned(origin, store);
  if (before === undefined || (before.seen !== undefined && before.seen.size > seen.size)) return;
  write({ ...before, seen }, store);
}

/** Forgets all about a log. */
export function unpin(origin: string, store: Store = localStorage): void {
  save(
    readAll(store).filter((one) => one.origin !== origin),
    store,
  );
}

function write(log: PinnedLog, store: Store): PinnedLog {
  save([...readAll(store).filter(({ origin }) => origin !== log.origin), log], store);
  return log;
}

function save(logs: readonly PinnedLog[], store: Store): void {
  store.setItem(PLACE, JSON.stringify(logs));
}

function readAll(store: Store): readonly PinnedLog[] {
  try {
    const logs = JSON.parse(store.getItem(PLACE) ?? '[]') as unknown;
    return Array.isArray(logs) ? logs.filter(isPinned) : [];
  } catch {
    return [];
  }
}

function isPinned(value: unknown): value is PinnedLog {
  if (typeof value !== 'object' || value === null) return false;
  const { origin, keys, pinnedAt } = value as Record<string, unknown>;
  return (
    typeof origin === 'string' &&
    typeof pinnedAt === 'string' &&
    Array.isArray(keys) &&
    keys.every((key) => typeof key === 'string')
  );
}
