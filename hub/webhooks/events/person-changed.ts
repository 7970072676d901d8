import { z } from 'zod';
import type { RoleOperation } from '../../../recorder-core/policy/role-change.ts';
import { defineEventType, type EventType } from '../event-type.ts';
import { changePerson, type PersonData } from './change-person.ts';

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

function typeOf(type: string, operation: RoleOperation, schema: z.ZodType<PersonData>): EventType {
  return defineEventType({
    type,
    schema,
    objectOf: ({ personId }) => personId,
    handle: (context, event) => changePerson(context, event, { ...event.data, operation }),
  });
}
