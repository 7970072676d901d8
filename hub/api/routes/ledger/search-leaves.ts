import { checkpointForReading, proveLeaves } from '../../../../recorder-core/records/checkpoints.ts';
import { searchLeaves as query, type LeafSearch } from '../../../../recorder-core/records/search-leaves.ts';
import { unseenBy } from '../../../access/allowed-recordings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { ledgerPage, type LeafQuery, leafQuery } from '../../schemas/ledger.ts';
import { presentLeaf } from './present-leaf.ts';

export const searchLeaves = defineEndpoint({
  method: 'get',
  path: '/ledger/leaves',
  summary:
    'Searches the ledger by actor, object, act and time, youngest first; each leaf proven against a signed checkpoint.',
  act: 'ledger.read',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: leafQuery,
  response: ledgerPage,
  async handle({ query: asked, tx, identity, services, now }) {
    const checkpoint = await checkpointForReading(tx, identity.tenantId, services.ledgerKeys, now);
    const before = Math.min(asked.before ?? checkpoint.size, checkpoint.size);
    const unseen = unseenBy(identity);
    const found = await query(tx, { ...searchOf(asked), unseen, before, limit: asked.limit + 1 });
    const shown = await proveLeaves(tx, found.slice(0, asked.limit), checkpoint);
    const last = shown.at(-1);
    return {
      checkpoint: checkpoint.note,
      verifierKey: checkpoint.verifierKey,
      entries: shown.map((leaf) => ({ ...presentLeaf(leaf), object: leaf.object })),
      ...(found.length > asked.limit && last !== undefined ? { nextBefore: last.index } : {}),
    };
  },
});

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What is looked for; an actor is an id or a name, as it looks. */
export function searchOf(asked: LeafQuery): Omit<LeafSearch, 'limit'> {
  const { actor, objectType, objectId, act, from, to, before } = asked;
  return {
    ...(actor === undefined ? {} : { actor: ID.test(actor) ? { id: actor } : { name: actor } }),
    ...(objectType === undefined ? {} : { objectType }),
    ...(objectId === undefined ? {} : { objectId }),
    ...(act === undefined ? {} : { acts: act.split(',') }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(before === undefined ? {} : { before }),
  };
}
