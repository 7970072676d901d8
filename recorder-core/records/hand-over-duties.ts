import type { Tx } from './database.ts';
import { type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { handOver, listOwnedBy } from './owned-things.ts';
import { readPerson } from './people.ts';
import { lockRoleChange, noteHandedOver } from './role-changes.ts';

/** A chain of managers longer than this is a mistake of the directory. */
const MOST_MANAGERS = 20;

/** Who takes over what a person looks after: the nearest manager who is active; null where there is none. */
export async function findSuccessor(tx: Tx, personId: string): Promise<LeafPerson | null> {
  const seen = new Set([personId]);
  let next = (await readPerson(tx, personId))?.managerId ?? null;
  while (next !== null && !seen.has(next) && seen.size <= MOST_MANAGERS) {
    seen.add(next);
    const manager = await readPerson(tx, next);
    if (manager?.status === 'active') return { id: manager.id, name: manager.name };
    next = manager?.managerId ?? null;
  }
  return null;
}

/**
 * Gives what a leaver looks after to the nearest active manager, or names it ownerless; once for each change. Whoever was
 * hired again meanwhile keeps it. Answers how many things that were.
 */
export async function handOverDuties(
  tx: Tx,
  { tenantId, now }: { readonly tenantId: string; readonly now: Date },
  changeId: string,
): Promise<{ readonly things: number; readonly ownerless: boolean }> {
  const change = await lockRoleChange(tx, changeId);
  const person = change && (await readPerson(tx, change.personId));
  const known = change?.handedOver ?? null;
  if (change === undefined || person?.status !== 'left' || known !== null)
    return { things: known?.things.length ?? 0, ownerless: known !== null && known.to === null };
  const things = await listOwnedBy(tx, person.id);
  const to = things.length === 0 ? null : await findSuccessor(tx, person.id);
  await handOver(tx, things, to?.id ?? null);
  await noteHandedOver(tx, changeId, { to, things });
  if (things.length > 0) {
    await appendLeaf(
      tx,
      tenantId,
      {
        at: now,
        act: 'duties.transferred',
        object: { type: 'user', id: person.id },
        outcome: to === null ? 'ownerless' : 'done',
        facts: { change: changeId, things: things.map(({ type, id }) => `${type}/${id}`) },
      },
      to === null ? {} : { to: to.name, toId: to.id },
    );
  }
  return { things: things.length, ownerless: to === null && things.length > 0 };
}
