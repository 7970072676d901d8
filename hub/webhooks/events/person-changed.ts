import { z } from 'zod';
import type { RoleOperation } from '../../../recorder-core/policy/role-change.ts';
import { lockPerson } from '../../../recorder-core/records/people.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { askRoleChange } from '../../people/ask-role-change.ts';
import { defineEventType, type EventType } from '../event-type.ts';

const text = z.string().trim().min(1).max(200);
const place = {
  name: text.optional(),
  department: text.nullable().optional(),
  job: text.nullable().optional(),
  managerId: text.nullable().optional().describe("The directory's id of the manager."),
};
const common = { personId: text.describe("The directory's id of the person.") };
/** From when on it counts; left out, at once. */
const effectiveAt = z.iso.datetime({ offset: true }).optional();

/**
 * What an HR system or a directory tells of people. It says where somebody works, never which role they have: that is ours to
 * map. An older one than was applied changes nothing, whatever it says.
 */
export const personChanged: readonly EventType[] = [
  typeOf('person.hired', 'hire', z.strictObject({ ...common, ...place, name: text, effectiveAt })),
  typeOf('person.moved', 'move', z.strictObject({ ...common, ...place, effectiveAt })),
  typeOf('person.suspended', 'suspend', z.strictObject({ ...common, effectiveAt })),
  typeOf('person.resumed', 'resume', z.strictObject({ ...common, effectiveAt })),
  typeOf('person.left', 'leave', z.strictObject({ ...common, name: text.optional(), effectiveAt })),
];

interface PersonData {
  readonly personId: string;
  readonly name?: string | undefined;
  readonly department?: string | null | undefined;
  readonly job?: string | null | undefined;
  readonly managerId?: string | null | undefined;
  readonly effectiveAt?: string | undefined;
}

function typeOf(type: string, operation: RoleOperation, schema: z.ZodType<PersonData>): EventType {
  return defineEventType({
    type,
    schema,
    objectOf: ({ personId }) => personId,
    async handle({ tx, tenantId, now, newId }, { id, data, occurredAt }) {
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
    },
  });
}

/** Our id of the manager. @throws HoldfastError `unavailable` while nobody of that id is known: their hire may be on its way. */
async function managerOf(
  tx: Parameters<typeof lockPerson>[0],
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
