import {
  listLineageConnections,
  listLineageExports,
  listLineageGrants,
} from '../../../../recorder-core/records/lineage.ts';
import { actsOf } from '../../../access/acts-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { lineage } from '../../schemas/lineage.ts';
import { recordingParams, requireRecording } from './recording-params.ts';

export const readLineage = defineEndpoint({
  method: 'get',
  path: '/recordings/:id/lineage',
  summary:
    'Where a recording went: connections and exports; and the grants by which somebody may use it now.',
  act: 'recording.read',
  params: recordingParams,
  accesses: ({ id }) => ({ type: 'recording', id }),
  response: lineage,
  async handle({ params, tx, identity, now }) {
    const { id } = await requireRecording(tx, params.id);
    const acts = await actsOf(tx, identity, now);
    const grants = acts.includes('grant.read') ? await listLineageGrants(tx, id, now) : null;
    return {
      connections: await listLineageConnections(tx, id),
      exports: acts.includes('export.read') ? await listLineageExports(tx, id) : null,
      grants: grants?.map((grant) => ({ ...grant, acts: [...grant.acts] })) ?? null,
    };
  },
});
