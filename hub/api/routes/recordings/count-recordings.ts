import { countFacets } from '../../../../recorder-core/records/recording-facets.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recordingFacets, recordingFilters } from '../../schemas/recording.ts';
import { filterOf } from './recording-filter-of.ts';

export const countRecordings = defineEndpoint({
  method: 'get',
  path: '/recordings/facets',
  summary:
    'Counts what the list of recordings has by state, department and other properties, of the newest 10,000.',
  act: 'recording.list',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: recordingFilters,
  response: recordingFacets,
  async handle({ query, tx, identity, now }) {
    const { total, complete, facets } = await countFacets(tx, await filterOf(tx, identity, now, query));
    return { total, complete, facets: facets.map((facet) => ({ ...facet, values: [...facet.values] })) };
  },
});
