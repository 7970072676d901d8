import type { z } from 'zod';
import { foldWords } from '../../../../recorder-core/policy/fold-words.ts';
import { maySeeRestrictedPeople } from '../../../../recorder-core/policy/restriction.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { partyWordsOf, type RecordingFilter } from '../../../../recorder-core/records/recording-filter.ts';
import { allowedRecordings } from '../../../access/allowed-recordings.ts';
import type { Caller } from '../../../access/caller.ts';
import type { RecordingOrder, RecordingOrderBy } from '../../../../recorder-core/records/recording-order.ts';
import type { recordingFilters, RecordingSort } from '../../schemas/recording.ts';

/**
 * What a caller looks for as the records take it, together with what the policies allow that caller to see: the list, its
 * counts and its CSV all go by this one filter. For one request.
 */
export async function filterOf(
  tx: Tx,
  caller: Caller,
  now: Date,
  asked: z.output<typeof recordingFilters>,
): Promise<RecordingFilter> {
  const { q, party, held, restricted, partial, gaps, ...others } = asked;
  return {
    ...others,
    words: q === undefined ? undefined : foldWords(q).split(' ').filter(Boolean),
    partyWords: party === undefined ? undefined : partyWordsOf(party),
    held: truthOf(held),
    restricted: truthOf(restricted),
    partial: truthOf(partial),
    gaps: truthOf(gaps),
    allowed: await allowedRecordings(tx, caller, now),
    hidesRestricted: !maySeeRestrictedPeople(caller.user.role),
  };
}

function truthOf(text: 'true' | 'false' | undefined): boolean | undefined {
  return text === undefined ? undefined : text === 'true';
}

/** The order that a name of the API stands for. Pure. */
export function orderOf(sort: RecordingSort): RecordingOrder {
  return { by: sort.replace('-', '') as RecordingOrderBy, descending: sort.startsWith('-') };
}
