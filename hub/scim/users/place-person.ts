import type { Role } from '../../../recorder-core/policy/access.ts';
import type { RoleOperation, WantedPlace } from '../../../recorder-core/policy/role-change.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { lockPerson, type PersonKey, type PersonRecord } from '../../../recorder-core/records/people.ts';
import { askRoleChange } from '../../people/ask-role-change.ts';
import type { ScimAsking } from '../scim-asking.ts';
import type { RuleRole } from './rule-role.ts';

/** Where a directory wants somebody. */
export interface DirectoryPlace {
  readonly name: string;
  readonly department: string | null;
  readonly job: string | null;
  readonly managerId: string | null;
  readonly active: boolean;
}

/** What the rules from groups and attributes said before a change and say after it; undefined: they say nothing. */
export interface RuleRoles {
  readonly before: RuleRole;
  readonly after: RuleRole;
}

/**
 * Brings a person to where a directory wants them, by the changes that people can ask for as well: hire, move, suspend, resume.
 * Whoever may not sign in by it is out with the commit. Answers the person's id.
 * @throws HoldfastError `conflict` where the last administrator would go; `invalid_input` for a manager who is none.
 */
export async function placePerson(
  tx: Tx,
  asking: ScimAsking,
  key: PersonKey | undefined,
  place: DirectoryPlace,
  rules: RuleRoles,
): Promise<string> {
  const present = key && (await lockPerson(tx, key));
  const wanted = wantedOf(place, rules.after);
  if (present === undefined || (present.status === 'left' && place.active)) {
    const id = await ask(tx, asking, 'hire', key, wanted, present);
    if (!place.active) await ask(tx, asking, 'suspend', { id }, {}, await lockPerson(tx, { id }));
    return id;
  }
  const { id, status } = present;
  if (status === 'left') return id;
  if (status === 'active' && !place.active) await ask(tx, asking, 'suspend', { id }, {}, present);
  const moves = differences(present, place, rules);
  if (Object.keys(moves).length > 0) await ask(tx, asking, 'move', { id }, moves, present);
  if (status === 'suspended' && place.active)
    await ask(tx, asking, 'resume', { id }, {}, await lockPerson(tx, { id }));
  return id;
}

/** Lets somebody go. @throws HoldfastError `conflict` for the last administrator. */
export async function letGo(tx: Tx, asking: ScimAsking, id: string): Promise<void> {
  const present = await lockPerson(tx, { id });
  if (present !== undefined && present.status !== 'left') await ask(tx, asking, 'leave', { id }, {}, present);
}

/** What a move must say; nothing where all is as it should be. */
function differences(present: PersonRecord, place: DirectoryPlace, rules: RuleRoles): WantedPlace {
  const movesPlace = present.department !== place.department || present.job !== place.job;
  const rulesLetGo = rules.before !== undefined && rules.after === undefined;
  const role =
    rules.after !== undefined && (movesPlace || rules.after !== present.role) ? rules.after : undefined;
  return {
    ...(present.name !== place.name && { name: place.name }),
    ...(present.managerId !== place.managerId && { managerId: place.managerId }),
    // Named although it is the same where the rules gave the role until now: then the mapping of the place decides anew.
    ...((movesPlace || rulesLetGo) && { department: place.department, job: place.job }),
    ...(role !== undefined && { role: role as Role }),
  };
}

function wantedOf({ name, department, job, managerId }: DirectoryPlace, role: RuleRole): WantedPlace {
  return { name, department, job, managerId, ...(role !== undefined && { role }) };
}

async function ask(
  tx: Tx,
  { tenantId, now, newId }: ScimAsking,
  operation: RoleOperation,
  person: PersonKey | undefined,
  wanted: WantedPlace,
  present: PersonRecord | undefined,
): Promise<string> {
  // What a directory says now is never old news, whatever the clocks of two machines think of each other.
  const known = present?.changedAt ?? null;
  const occurredAt = known !== null && Date.parse(known) > now.getTime() ? new Date(known) : now;
  const asked = { operation, person, wanted, occurredAt, reason: null };
  const { personId } = await askRoleChange(tx, { tenantId, now, newId, by: null }, asked);
  return personId;
}
