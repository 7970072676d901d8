import type { z } from 'zod';
import type { PersonRecord } from '../../../../recorder-core/records/people.ts';
import type { RoleChange } from '../../../../recorder-core/records/role-changes.ts';
import type { RoleChangeWish } from '../../../people/ask-role-change.ts';
import type { changePerson, personSummary, roleChange } from '../../schemas/person.ts';

/** A person as lists show them. */
export function presentPerson(person: PersonRecord): z.input<typeof personSummary> {
  const { id, name, role, status, department, job, managerId, managerName, externalId } = person;
  return {
    id,
    name,
    role,
    status,
    department,
    job,
    manager: managerId === null ? null : { id: managerId, name: managerName ?? managerId },
    externalId,
  };
}

/** A change as the API shows it. */
export function presentChange(change: RoleChange): z.input<typeof roleChange> {
  const { id, operation, state, before, after, rule, reason, effectiveAt, askedAt, endedAt } = change;
  return {
    id,
    operation,
    state,
    before,
    after,
    rule,
    askedBy: change.askedBy?.name ?? null,
    reason,
    effectiveAt,
    askedAt,
    endedAt,
    ends: change.closed && {
      ...change.closed,
      grants: change.closed.grants ?? 0,
      serviceTokens: change.closed.serviceTokens ?? 0,
    },
    handedOver: change.handedOver && {
      to: change.handedOver.to?.name ?? null,
      things: change.handedOver.things.map((each) => ({ ...each })),
    },
  };
}

/** What a request wants, for `askRoleChange`; it happened when it was asked. */
export function wishOf(body: z.output<typeof changePerson>, now: Date): RoleChangeWish {
  const { operation, personId, name, department, job, managerId, role, effectiveAt, reason } = body;
  return {
    operation,
    person: personId === undefined ? undefined : { id: personId },
    wanted: { name, department, job, managerId, role },
    effectiveAt: effectiveAt === undefined ? undefined : new Date(effectiveAt),
    occurredAt: now,
    reason: reason ?? null,
  };
}
