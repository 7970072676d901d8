import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import type { RecordingFilter } from '../../../../recorder-core/records/recording-filter.ts';
import { listRecordings, type Recording } from '../../../../recorder-core/records/recordings.ts';
import {
  readEngineStanding,
  readIndexedRevisions,
} from '../../../../recorder-core/records/search-engines.ts';
import {
  listSearchPlaces,
  openSearchPlace,
  placeToAsk,
  type SearchPlace,
} from '../../../connections/search-engines.ts';
import type { Caller } from '../../../access/caller.ts';
import { decodeCursor, encodeCursor, type Cursor } from '../../cursor.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { searchPage, searchQuery, type SearchPage } from '../../schemas/search.ts';
import type { Services } from '../../services.ts';
import { presentSummary } from '../recordings/present-recording.ts';
import { filterOf } from '../recordings/recording-filter-of.ts';
import { highlightsOf } from './highlights-of.ts';

/** Candidates that are asked for at once, and how often: behind walls of access there may be many that are not shown. */
const CANDIDATES = 200;
const MOST_ROUNDS = 25;
const MOST_WAITING = 10_000;

/** Searches recordings by words, in the built-in search or a connected engine. */
export const searchRecordings = defineEndpoint({
  method: 'get',
  path: '/search',
  summary: 'Finds recordings by words, newest first, with the words marked in what the asker may see.',
  act: 'recording.list',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: searchQuery,
  response: searchPage,
  async handle({ query: { in: wanted, cursor, limit, ...asked }, tx, identity, services, now }) {
    const places = await listSearchPlaces(tx);
    const place = placeToAsk(places, wanted);
    const filter = await filterOf(tx, identity, now, asked);
    const search = { filter, limit, ...(cursor === undefined ? {} : { before: decodeCursor(cursor) }) };
    const page = { identity, places, words: filter.words ?? [], limit };
    if (place.builtIn) return present(tx, page, place, await inBuiltIn(tx, search));
    return async () => {
      const { tenantId } = identity;
      const found = await inEngine(services, tenantId, place.id, search).catch(whyNot);
      return services.db.forTenant(tenantId, async (own) => {
        if (!('why' in found)) return present(own, page, place, found);
        // An engine that is away must not keep people from finding: the built-in search knows the same recordings.
        const instead = placeToAsk(
          places.filter(({ builtIn }) => builtIn),
          undefined,
        );
        const insteadOf = { name: place.name, why: found.why };
        return present(own, page, instead, await inBuiltIn(own, search), insteadOf);
      });
    };
  },
});

interface Search {
  readonly filter: RecordingFilter;
  readonly before?: Cursor;
  readonly limit: number;
}

/** Recordings that are shown, one more than the page where there are more, with the revision at which the engine knows each. */
interface FoundPage {
  readonly recordings: readonly Recording[];
  readonly known: ReadonlyMap<string, number>;
  readonly complete: boolean;
}

async function inBuiltIn(tx: Tx, { filter, before, limit }: Search): Promise<FoundPage> {
  const at = before === undefined ? {} : { before };
  const recordings = await listRecordings(tx, { ...filter, ...at, limit: limit + 1 });
  const ids = recordings.map(({ id }) => id);
  return { recordings, known: await readIndexedRevisions(tx, ids), complete: true };
}

/**
 * What the engine finds are candidates: our rows decide by the same filter and policies as the list which of them are shown.
 * How many are not is told nowhere, nor is the place of one in a cursor.
 */
async function inEngine(
  { db, keys, connectorHost }: Services,
  tenantId: string,
  connectionId: string,
  { filter: { words = [], ...filter }, before, limit }: Search,
): Promise<FoundPage> {
  const opened = await openSearchPlace({ db, keys, host: connectorHost }, { tenantId, connectionId });
  try {
    const recordings: Recording[] = [];
    const known = new Map<string, number>();
    let from = before;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const found = await opened.find({
        words,
        limit: CANDIDATES,
        ...(from === undefined ? {} : { before: from }),
      });
      for (const { id, revision } of found) known.set(id, revision);
      const named = found.map(({ id }) => id);
      const shown = await db.forTenant(tenantId, (tx) =>
        listRecordings(tx, { ...filter, named, limit: limit + 1 - recordings.length }),
      );
      recordings.push(...shown);
      const complete = found.length < CANDIDATES;
      if (complete || recordings.length > limit) return { recordings, known, complete: true };
      from = found.at(-1);
    }
    return { recordings, known, complete: false };
  } finally {
    opened.close();
  }
}

/** Why an engine gave no answer, in the words for a person; what is no failure of the engine's is thrown on. */
function whyNot(error: unknown): { readonly why: string } {
  const known = isHoldfastError(error) && error.code !== 'internal';
  if (!known) throw error;
  return { why: error.message };
}

async function present(
  tx: Tx,
  asked: {
    readonly identity: Caller;
    readonly places: readonly SearchPlace[];
    readonly words: readonly string[];
    readonly limit: number;
  },
  place: SearchPlace,
  { recordings, known, complete }: FoundPage,
  insteadOf: SearchPage['insteadOf'] = null,
): Promise<SearchPage> {
  const { identity, places, words, limit } = asked;
  const shown = recordings.slice(0, limit);
  const parties = await readParties(
    tx,
    shown.map(({ id }) => id),
  );
  const last = shown.at(-1);
  return {
    items: shown.map((recording) => {
      const summary = presentSummary(recording, parties, identity.user.role);
      return {
        recording: summary,
        highlights: highlightsOf(summary, recording, words),
        outdated: (known.get(recording.id) ?? 0) < recording.revision,
      };
    }),
    ...(recordings.length > limit && last !== undefined ? { nextCursor: encodeCursor(last) } : {}),
    complete,
    engine: { ...place, ...(await readEngineStanding(tx, place.id, MOST_WAITING)) },
    insteadOf,
    engines: [...places],
  };
}
