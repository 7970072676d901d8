import type { RequestHandler } from 'express';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { leafHash } from '../../../../recorder-core/ledger/merkle.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import type { StoredLeaf } from '../../../../recorder-core/records/stored-leaves.ts';
import { unseenBy } from '../../../access/allowed-recordings.ts';
import type { Caller } from '../../../access/caller.ts';
import { noteInspection } from '../../audit-access.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { leafQuery, type CustodyEntry, type LeafQuery } from '../../schemas/ledger.ts';
import type { Services } from '../../services.ts';
import { actorOf } from './present-leaf.ts';
import { searchOf } from './search-leaves.ts';

const PAGE = 500;
const MOST_ROWS = 100_000;
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
    const identity = await requireIdentity(request, services, now);
    const object = { type: 'tenant', id: identity.tenantId };
    const permission = await requireAct(identity, 'ledger.read', services, now, object);
    const asked = leafQuery.safeParse(request.query);
    if (!asked.success) throw invalidInput('query', asked.error);
    await noteInspection(services, identity, { act: 'ledger.read', ...permission, object }, now);
    const first = await readPage(services, identity, asked.data, asked.data.before);
    response.set({
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': 'attachment; filename="holdfast-ledger.csv"',
    });
    response.write(lineOf(COLUMNS));
    for (let [page, rows] = [first, 0]; page.length > 0 && !response.closed;) {
      response.write(page.map(rowOf).join(''));
      rows += page.length;
      const last = page.at(-1);
      page =
        last === undefined || rows >= MOST_ROWS
          ? []
          : await readPage(services, identity, asked.data, last.index);
    }
    response.end();
  };
}

function readPage(
  { db }: Services,
  { tenantId, groups }: Caller,
  asked: LeafQuery,
  before: number | undefined,
): Promise<StoredLeaf[]> {
  const search = {
    ...searchOf(asked),
    unseen: unseenBy({ groups }),
    ...(before === undefined ? {} : { before }),
    limit: PAGE,
  };
  return db.forTenant(tenantId, (tx) => searchLeaves(tx, search));
}

function rowOf(stored: StoredLeaf): string {
  const leaf = parseLeaf(stored.body);
  return lineOf([
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
  ]);
}

function actorText(actor: CustodyEntry['actor']): string {
  if (actor.kind === 'person') return actor.name;
  return actor.kind === 'product' ? 'Holdfast' : 'Name erased';
}

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe in front. */
export function lineOf(cells: readonly string[]): string {
  const safe = cells.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell));
  return `${safe.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`;
}
