import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { RoleOperation } from '../../../recorder-core/policy/role-change.ts';
import { lockPerson } from '../../../recorder-core/records/people.ts';
import { askRoleChange } from '../../people/ask-role-change.ts';
import type { EventContext, InboundEvent } from '../event-type.ts';

/** What an HR system or a directory says of a person's place, in our words; its own ids of people. */
export interface PersonData {
  readonly personId: string;
  readonly name?: string | undefined;
  readonly department?: string | null | undefined;
  readonly job?: string | null | undefined;
  readonly managerId?: string | null | undefined;
  readonly effectiveAt?: string | undefined;
}

/** Carries a person's change out, or has it wait for its date. @throws HoldfastError as `askRoleChange` does. */
export async function changePerson(
  { tx, tenantId, now, newId }: EventContext,
  { id, occurredAt }: Pick<InboundEvent<unknown>, 'id' | 'occurredAt'>,
  { operation, ...data }: PersonData & { readonly operation: RoleOperation },
): Promise<void> {
  const { personId, name, department, job } = data;
  await askRoleChange(
    tx,
    { tenantId, now, newId, by: null, eventId: id },
    {
      operation,
      person: { externalId: personId },
      wanted: { name, department, job, managerId: await managerOf(tx, data) },
      effectiveAt: data.effectiveAt === undefined ? undefined : new Date(data.effectiveAt),
      occurredAt,
      reason: null,
    },
  );
}

/** Our id of the manager. @throws HoldfastError `unavailable` while nobody of that id is known: their hire may be on its way. */
async function managerOf(
  tx: EventContext['tx'],
  { managerId }: PersonData,
): Promise<string | null | undefined> {
  if (managerId === undefined || managerId === null) return managerId;
  const found = await lockPerson(tx, { externalId: managerId });
  if (found !== undefined) return found.id;
  throw new HoldfastError(
    'unavailable',
    'The manager is not known here yet; the event waits for their hire.',
  );
}
