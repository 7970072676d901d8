import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Role } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { removeRoleMapping, setRoleMapping } from '../../recorder-core/records/role-mappings.ts';
import type { Asking } from '../identity/asking.ts';

/** A place and the role that it gives. */
export interface MappingWish {
  readonly department: string | null;
  readonly job: string | null;
  readonly role: Role;
}

/** Sets the role of a place from now on; people who are there already keep theirs until they move. */
export async function setMapping(tx: Tx, asking: Asking, wish: MappingWish): Promise<string> {
  const { tenantId, person, now } = asking;
  const id = asking.newId(now);
  const by = { by: person.id, at: now.toISOString() };
  const before = await setRoleMapping(tx, tenantId, { id, ...wish, ...by });
  await note(tx, asking, id, { ...wish, before, after: wish.role });
  return id;
}

/** Removes a row. @throws HoldfastError `not_found`. */
export async function removeMapping(tx: Tx, asking: Asking, id: string): Promise<void> {
  const removed = await removeRoleMapping(tx, id);
  if (removed === undefined)
    throw new HoldfastError('not_found', 'There is no row of the mapping with this id.');
  const { department, job, role } = removed;
  await note(tx, asking, id, { department, job, before: role, after: null });
}

function note(
  tx: Tx,
  { tenantId, person, now }: Asking,
  id: string,
  facts: {
    readonly department: string | null;
    readonly job: string | null;
    readonly before: string | null;
    readonly after: string | null;
  },
): Promise<void> {
  const { department, job, before, after } = facts;
  return appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'mapping.changed',
      object: { type: 'mapping', id },
      outcome: 'done',
      facts: { department, job, before, after },
    },
    actedBy(person),
  );
}
