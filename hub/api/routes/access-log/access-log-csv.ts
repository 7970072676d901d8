import type { RequestHandler } from 'express';
import { noteInspection } from '../../audit-access.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { accessLogQuery, type AccessLogEntry } from '../../schemas/access-log.ts';
import type { Services } from '../../services.ts';
import { sendLeavesCsv } from '../ledger/send-leaves-csv.ts';
import { presentAccess, searchAccesses } from './search-accesses.ts';

const COLUMNS = [
  'index',
  'at',
  'entered',
  'act',
  'outcome',
  'object',
  'object id',
  'actor',
  'policies',
  'purpose',
  'means',
];

/** GET /access-log/csv: what a search of the access log finds, youngest first, 100,000 rows at most. */
export function accessLogCsv(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const caller = await requireIdentity(request, services, now);
    const object = { type: 'tenant', id: caller.tenantId };
    const permission = await requireAct(caller, 'ledger.read', services, now, object);
    const query = accessLogQuery.safeParse(request.query);
    if (!query.success) throw invalidInput('query', query.error);
    await noteInspection(services, caller, { act: 'ledger.read', ...permission, object }, now);
    const { before, ...asked } = query.data;
    const question = { act: 'ledger.read', object } as const;
    await sendLeavesCsv({ services, caller, question, response }, 'holdfast-access-log.csv', {
      columns: COLUMNS,
      before,
      read: (tx, below, limit) =>
        searchAccesses(tx, caller, { ...asked, ...(below !== undefined && { before: below }) }, limit),
      row: (leaf) => cellsOf(presentAccess(leaf)),
    });
  };
}

function cellsOf({ actor, object, ...entry }: AccessLogEntry): string[] {
  return [
    String(entry.index),
    entry.at,
    entry.entered,
    entry.act ?? '',
    entry.outcome,
    object.type,
    object.id,
    actor.kind === 'person' ? actor.name : actor.kind === 'product' ? 'Holdfast' : 'Name erased',
    entry.policies.join(' '),
    entry.purpose ?? '',
    entry.means ?? '',
  ];
}
