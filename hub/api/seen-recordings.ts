import type { Tx } from '../../recorder-core/records/database.ts';
import { keepAllowed } from '../../recorder-core/records/keep-allowed.ts';
import { allowedRecordings } from '../access/allowed-recordings.ts';
import type { Caller } from '../access/caller.ts';

/** Names of recordings as somebody may see them: those that they may list, and how many others there are. */
export interface SeenNames {
  readonly recordingIds: string[];
  readonly withheld: number;
}

/** What of lists of recordings may be named to somebody, by the same policies as the list of recordings itself. */
export type NameSeen = (ids: readonly string[]) => SeenNames;

/** Things about a recording each: those that somebody may see, and how many others there are. */
export interface SeenOf<T> {
  readonly seen: T[];
  readonly withheld: number;
}

/** Of things about one recording each, those whose recordings the caller may see, in their order. */
export async function keepSeen<T extends { readonly recordingId: string }>(
  tx: Tx,
  caller: Caller,
  now: Date,
  things: readonly T[],
): Promise<SeenOf<T>> {
  const ids = things.map(({ recordingId }) => recordingId);
  const named = new Set((await seenRecordings(tx, caller, now, ids))(ids).recordingIds);
  const seen = things.filter(({ recordingId }) => named.has(recordingId));
  return { seen, withheld: things.length - seen.length };
}

/** Asks about all of these at once; what is answered then names those of them that the caller may see, in their order. */
export async function seenRecordings(
  tx: Tx,
  caller: Caller,
  now: Date,
  ids: readonly string[],
): Promise<NameSeen> {
  const all = [...new Set(ids)];
  const allowed = await allowedRecordings(tx, caller, now);
  const seen = new Set(await keepAllowed(tx, all, allowed));
  return (some) => {
    const recordingIds = some.filter((id) => seen.has(id));
    return { recordingIds, withheld: some.length - recordingIds.length };
  };
}
