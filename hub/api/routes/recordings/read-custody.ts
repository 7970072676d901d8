import { leafHash } from '../../../../recorder-core/ledger/merkle.ts';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { checkpointNow, readCustody as queryCustody } from '../../../../recorder-core/records/checkpoints.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { custody } from '../../schemas/ledger.ts';
import { recordingParams, requireRecording } from './recording-params.ts';

export const readCustody = defineEndpoint({
  method: 'get',
  path: '/recordings/:id/custody',
  summary: 'All that the ledger says about a recording, each leaf proven against a signed checkpoint.',
  act: 'ledger.read',
  params: recordingParams,
  response: custody,
  async handle({ params, tx, identity, services, now }) {
    const recording = await requireRecording(tx, params.id);
    const checkpoint = await checkpointNow(tx, identity.tenantId, services.ledgerKey, now);
    const leaves = await queryCustody(tx, recording.id, checkpoint);
    return {
      checkpoint: checkpoint.note,
      verifierKey: checkpoint.verifierKey,
      entries: leaves.map(({ index, at, act, body, openings, proof, proven }) => ({
        index,
        at,
        act,
        outcome: parseLeaf(body).outcome,
        actor: openings.find(({ name }) => name === 'actor')?.value ?? null,
        leaf: body.toString('utf8'),
        leafHash: leafHash(body).toString('base64'),
        proof: proof.map((hash) => hash.toString('base64')),
        proven,
      })),
    };
  },
});
