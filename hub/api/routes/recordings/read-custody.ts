import {
  checkpointForReading,
  readCustody as queryCustody,
} from '../../../../recorder-core/records/checkpoints.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { custody } from '../../schemas/ledger.ts';
import { presentLeaf } from '../ledger/present-leaf.ts';
import { recordingParams, requireRecording } from './recording-params.ts';

export const readCustody = defineEndpoint({
  method: 'get',
  path: '/recordings/:id/custody',
  summary: 'All that the ledger says about a recording, each leaf proven against a signed checkpoint.',
  act: 'ledger.read',
  params: recordingParams,
  accesses: ({ id }) => ({ type: 'recording', id }),
  response: custody,
  async handle({ params, tx, identity, services, now }) {
    const recording = await requireRecording(tx, params.id);
    const checkpoint = await checkpointForReading(tx, identity.tenantId, services.ledgerKeys, now);
    const leaves = await queryCustody(tx, recording.id, checkpoint);
    return {
      checkpoint: checkpoint.note,
      verifierKey: checkpoint.verifierKey,
      entries: leaves.map((leaf) => presentLeaf(leaf)),
    };
  },
});
