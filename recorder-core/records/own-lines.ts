import type { Tx } from './database.ts';
import { readParties, type Party } from './parties.ts';
import { readParts, type Part } from './parts.ts';

/**
 * Labels of the media lines on which some parties of a recording spoke and nobody else did; undefined where they shared a line
 * with others, where nothing of theirs is left, or where it is not known on which line they spoke. Pure.
 * @param parties all of the recording @param parts all of the recording
 */
export function ownLines(
  parties: readonly Party[],
  parts: readonly Part[],
  partyIds: readonly string[],
): readonly string[] | undefined {
  const own = parties.filter(({ id }) => partyIds.includes(id)).map(({ label }) => label);
  const shared = parties.some(({ id, label }) => !partyIds.includes(id) && own.includes(label));
  if (shared || own.some((label) => label === null)) return undefined;
  const labels = own.filter((label) => label !== null);
  const left = parts.some(
    ({ kind, label, destroyedAt }) =>
      kind === 'media' && destroyedAt === null && label !== null && labels.includes(label),
  );
  return left ? [...new Set(labels)] : undefined;
}

/** The same of a recording as it is stored. */
export async function readOwnLines(
  tx: Tx,
  recordingId: string,
  partyIds: readonly string[],
): Promise<readonly string[] | undefined> {
  return ownLines(await readParties(tx, [recordingId]), await readParts(tx, recordingId), partyIds);
}
