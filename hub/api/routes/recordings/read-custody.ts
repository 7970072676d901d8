import { leafHash } from '../../../../recorder-core/ledger/merkle.ts';
import { parseLeaf, type Leaf } from '../../../../recorder-core/ledger/leaf.ts';
import {
  checkpointNow,
  readCustody as queryCustody,
  type ProvenLeaf,
} from '../../../../recorder-core/records/checkpoints.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { custody, type CustodyEntry } from '../../schemas/ledger.ts';
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
      entries: leaves.map((leaf) => presentLeaf(leaf)),
    };
  },
});

function presentLeaf({ index, at, act, body, openings, proof, proven }: ProvenLeaf): CustodyEntry {
  const leaf = parseLeaf(body);
  return {
    index,
    at,
    act,
    outcome: leaf.outcome,
    actor: actorOf(leaf, openings.find(({ name }) => name === 'actor')?.value),
    leaf: body.toString('utf8'),
    leafHash: leafHash(body).toString('base64'),
    proof: proof.map((hash) => hash.toString('base64')),
    proven,
  };
}

/** A leaf that commits to an actor was a person's act; without its opening nobody can say whose any more. */
function actorOf(leaf: Leaf, name: string | undefined): CustodyEntry['actor'] {
  if (leaf.commitments?.['actor'] === undefined) return { kind: 'product' };
  return name === undefined ? { kind: 'erased' } : { kind: 'person', name };
}
