import { HoldfastError } from '../errors.ts';
import type { LeafInput } from '../ledger/leaf.ts';
import {
  decideRoleChange,
  type PersonPlace,
  type RoleChangeDecision,
  type RoleOperation,
  type WantedPlace,
} from '../policy/role-change.ts';
import { listApprovals, lockApproval } from './approvals.ts';
import { endApproval } from './ask-approval.ts';
import { forgetProofs } from './authenticators.ts';
import type { Tx } from './database.ts';
import { endAccess } from './end-access.ts';
import { revokeGrantsOf } from './end-grants.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { countOtherAdministrators, lockPerson, updatePerson, type PersonRecord } from './people.ts';
import { endRoleChange, lockRoleChange, type RoleChange, type RoleChangeState } from './role-changes.ts';
import { listRoleMappings } from './role-mappings.ts';

/** In whose transaction a change is applied. */
export interface RoleChangeContext {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/** Where a change stands after it was looked at. */
export interface RoleChangeStep {
  readonly state: RoleChangeState;
  readonly effectiveAt: string;
  /** Whether the person may not sign in any more by it. */
  readonly accessEnds: boolean;
}

const ACTS = {
  hire: 'person.hired',
  move: 'person.moved',
  suspend: 'person.suspended',
  resume: 'person.resumed',
  leave: 'person.left',
} as const satisfies Record<RoleOperation, LeafInput['act']>;

/**
 * Applies a change whose date has come, once: the place and role of the person, and where they may not sign in any more
 * the end of all access and of all their open questions, in one transaction. One whose date is to come goes on waiting.
 * @throws HoldfastError `not_found`.
 */
export async function applyRoleChange(
  tx: Tx,
  context: RoleChangeContext,
  changeId: string,
): Promise<RoleChangeStep> {
  const change = await lockRoleChange(tx, changeId);
  if (change === undefined)
    throw new HoldfastError('not_found', 'There is no change of a person with this id.');
  const { state, effectiveAt } = change;
  if (state !== 'waiting' || Date.parse(effectiveAt) > context.now.getTime())
    return { state, effectiveAt, accessEnds: change.after !== null && change.after.status !== 'active' };
  const person = await lockPerson(tx, { id: change.personId });
  if (person === undefined) throw new Error('A change names a person who is not there.');
  const decision = await decideFor(tx, person, change);
  const accessEnds = decision.outcome === 'applied' && decision.accessEnds;
  const closed = accessEnds ? await endEverything(tx, context, person) : null;
  const after = decision.outcome === 'applied' ? decision.after : null;
  if (after?.status === 'left') await forgetProofs(tx, person.id);
  if (after !== null) await updatePerson(tx, person.id, after, change.occurredAt);
  // What changes nothing is news all the same: something older may come after it.
  else if (decision.rule === 'role-change/no-change')
    await updatePerson(tx, person.id, person, change.occurredAt);
  const at = context.now.toISOString();
  const end = { state: decision.outcome, before: placeOf(person), after, rule: decision.rule, closed, at };
  await endRoleChange(tx, changeId, end);
  await noteApplied(tx, context, change, person, decision);
  if (closed !== null) await noteClosed(tx, context, person, changeId, closed);
  return { state: decision.outcome, effectiveAt, accessEnds };
}

/** What a change of a person would come to now. */
export async function decideFor(
  tx: Tx,
  person: PersonRecord | undefined,
  change: { readonly operation: RoleOperation; readonly wanted: WantedPlace; readonly occurredAt: string },
): Promise<RoleChangeDecision> {
  return decideRoleChange({
    operation: change.operation,
    wanted: change.wanted,
    occurredAtMs: Date.parse(change.occurredAt),
    current: person && {
      ...placeOf(person),
      changedAtMs: person.changedAt === null ? null : Date.parse(person.changedAt),
    },
    mappings: await listRoleMappings(tx),
    otherAdministrators: person === undefined ? 1 : await countOtherAdministrators(tx, person.id),
  });
}

function placeOf({ name, role, status, department, job, managerId }: PersonPlace): PersonPlace {
  return { name, role, status, department, job, managerId };
}

async function endEverything(tx: Tx, context: RoleChangeContext, person: LeafPerson) {
  const grants = await revokeGrantsOf(tx, context, person.id);
  const ended = { ...(await endAccess(tx, person, context.now.toISOString())), grants };
  const reason = 'Whoever asked may not sign in any more.';
  let approvals = 0;
  for (const { id } of await listApprovals(tx, { open: true, requestedBy: person.id })) {
    const approval = await lockApproval(tx, id);
    if (approval === undefined) continue;
    if ((await endApproval(tx, approval, 'withdraw', { ...context, reason })) !== undefined) approvals += 1;
  }
  return { ...ended, approvals };
}

async function noteApplied(
  tx: Tx,
  { tenantId, now }: RoleChangeContext,
  change: RoleChange,
  person: PersonRecord,
  decision: RoleChangeDecision,
): Promise<void> {
  const after = decision.outcome === 'applied' ? decision.after : person;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: ACTS[change.operation],
      object: { type: 'user', id: person.id },
      outcome: decision.outcome === 'applied' ? 'done' : decision.outcome,
      rules: [decision.rule],
      facts: {
        change: change.id,
        event: change.eventId,
        before: { role: person.role, status: person.status },
        after: { role: after.role, status: after.status },
      },
    },
    {
      ...(change.askedBy === null ? {} : actedBy(change.askedBy)),
      name: after.name,
      ...(change.reason === null ? {} : { reason: change.reason }),
    },
  );
}

async function noteClosed(
  tx: Tx,
  { tenantId, now }: RoleChangeContext,
  person: LeafPerson,
  changeId: string,
  closed: NonNullable<RoleChange['closed']>,
): Promise<void> {
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'access.ended',
    object: { type: 'user', id: person.id },
    outcome: 'done',
    facts: { change: changeId, ...closed },
  });
}
