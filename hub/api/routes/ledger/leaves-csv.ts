import type { RequestHandler } from 'express';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { leafHash } from '../../../../recorder-core/ledger/merkle.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import type { StoredLeaf } from '../../../../recorder-core/records/stored-leaves.ts';
import { unseenBy } from '../../../access/allowed-recordings.ts';
import { noteInspection } from '../../audit-access.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { leafQuery, type CustodyEntry } from '../../schemas/ledger.ts';
import type { Services } from '../../services.ts';
import { actorOf } from './present-leaf.ts';
import { searchOf } from './search-leaves.ts';
import { sendLeavesCsv } from './send-leaves-csv.ts';

const COLUMNS = [
  'index',
  'at',
  'act',
  'outcome',
  'object',
  'object id',
  'actor',
  'rules',
  'facts',
  'leaf hash',
];

/** GET /ledger/leaves/csv: what a search finds, youngest first, 100,000 rows at most; read page by page as it is sent. */
export function leavesCsv(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const caller = await requireIdentity(request, services, now);
    const object = { type: 'tenant', id: caller.tenantId };
    const permission = await requireAct(caller, 'ledger.read', services, now, object);
    const asked = leafQuery.safeParse(request.query);
    if (!asked.success) throw invalidInput('query', asked.error);
    await noteInspection(services, caller, { act: 'ledger.read', ...permission, object }, now);
    const search = { ...searchOf(asked.data), unseen: unseenBy(caller) };
    const question = { act: 'ledger.read', object } as const;
    await sendLeavesCsv({ services, caller, question, response }, 'holdfast-ledger.csv', {
      columns: COLUMNS,
      before: asked.data.before,
      read: (tx, before, limit) =>
        searchLeaves(tx, { ...search, ...(before === undefined ? {} : { before }), limit }),
      row: cellsOf,
    });
  };
}

function cellsOf(stored: StoredLeaf): string[] {
  const leaf = parseLeaf(stored.body);
  return [
    String(stored.index),
    stored.at,
    stored.act,
    leaf.outcome,
    stored.object.type,
    stored.object.id,
    actorText(actorOf(leaf, stored)),
    (leaf.rules ?? []).join(' '),
    JSON.stringify(leaf.facts ?? {}),
    leafHash(stored.body).toString('base64'),
  ];
}

function actorText(actor: CustodyEntry['actor']): string {
  if (actor.kind === 'person') return actor.name;
  return actor.kind === 'product' ? 'Holdfast' : 'Name erased';
}
