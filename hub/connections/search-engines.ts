import { connectorById } from '../../connectors/registry.ts';
import type { RecordingFound, RecordingSearch } from '../../connectors/kit/search.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { listConnections } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';

/** Somewhere recordings can be searched for. */
export interface SearchPlace {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly builtIn: boolean;
}

const BUILT_IN = 'embedded-search';

/** Where the tenant's recordings can be searched for: live search engines in the order of their names, then the built-in search. */
export async function listSearchPlaces(tx: Tx): Promise<SearchPlace[]> {
  const live = (await listConnections(tx)).filter(({ state }) => state === 'live');
  const places = live.flatMap(({ id, name, connector }): SearchPlace[] => {
    const builtIn = connector === BUILT_IN;
    return builtIn || connectorById(connector).manifest.searches ? [{ id, name, connector, builtIn }] : [];
  });
  return places.toSorted(
    (a, b) => Number(a.builtIn) - Number(b.builtIn) || a.name.localeCompare(b.name, 'en'),
  );
}

/** The place that is to be asked. @throws HoldfastError `not_found` where there is none of that id, or none at all. */
export function placeToAsk(places: readonly SearchPlace[], id: string | undefined): SearchPlace {
  const found = id === undefined ? places[0] : places.find((place) => place.id === id);
  if (found !== undefined) return found;
  throw new HoldfastError(
    'not_found',
    id === undefined
      ? 'No search is live: not the built-in one either. An administrator can take it live under Connections.'
      : 'No live search engine has this id. Leave it out to ask the one that is there.',
    { field: '/query/in' },
  );
}

/** Reads pages of what an engine found, one after the other; close it afterwards. */
export interface OpenSearchPlace {
  find(search: RecordingSearch): Promise<readonly RecordingFound[]>;
  close(): void;
}

/** Opens a search engine for one search; never in a transaction. Throws as `openConnection`. */
export async function openSearchPlace(
  deps: ConnectionDependencies,
  { tenantId, connectionId }: { readonly tenantId: string; readonly connectionId: string },
): Promise<OpenSearchPlace> {
  const { connector, ctx, close } = await openConnection(deps, { tenantId, connectionId, dryRun: true });
  return { find: (search) => connector.search(ctx, search), close };
}
