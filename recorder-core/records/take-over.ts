import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';

const TABLES = { matter: 'matter', request: 'subject_request' } as const;

/**
 * From here on somebody looks after a matter or a request: they are told of its dates, and it is handed over when they leave. Taken
 * over by the same person again, nothing changes. @throws HoldfastError `not_found`.
 */
export async function takeOver(
  tx: Tx,
  about: { readonly type: keyof typeof TABLES; readonly id: string },
  { tenantId, person, now }: { readonly tenantId: string; readonly person: LeafPerson; readonly now: Date },
): Promise<void> {
  const table = TABLES[about.type];
  const { rows } = await tx.query<{ owner: string | null }>(
    `select owner_id as owner from ${table} where id = $1 for update`,
    [about.id],
  );
  if (rows[0] === undefined)
    throw new HoldfastError('not_found', `There is no ${about.type} with this id in your tenant.`);
  if (rows[0].owner === person.id) return;
  await tx.query(`update ${table} set owner_id = $2 where id = $1`, [about.id, person.id]);
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'duties.transferred', object: about, outcome: 'done', facts: { was: rows[0].owner } },
    { ...actedBy(person), to: person.name, toId: person.id },
  );
}
