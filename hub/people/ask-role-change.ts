import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  ROLE_OPERATIONS,
  type PersonPlace,
  type RoleOperation,
  type WantedPlace,
} from '../../recorder-core/policy/role-change.ts';
import { applyRoleChange, decideFor } from '../../recorder-core/records/apply-role-change.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { countAccess } from '../../recorder-core/records/end-access.ts';
import type { LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { listOwnedBy, type OwnedThing } from '../../recorder-core/records/owned-things.ts';
import {
  insertPerson,
  lockPerson,
  type PersonKey,
  type PersonRecord,
} from '../../recorder-core/records/people.ts';
import {
  insertRoleChange,
  readRoleChange,
  type RoleChange,
} from '../../recorder-core/records/role-changes.ts';
import { findActiveUser } from '../../recorder-core/records/users.ts';
import { carryTrace } from '../observability/tracing.ts';
import { findSuccessor } from '../../recorder-core/records/hand-over-duties.ts';

/** What somebody, or an event of another system, wants to happen to a person's place. */
export interface RoleChangeWish {
  readonly operation: RoleOperation;
  /** Who it is; undefined for a hire of somebody whom no directory knows. */
  readonly person: PersonKey | undefined;
  readonly wanted: WantedPlace;
  /** Left out, at once. */
  readonly effectiveAt?: Date | undefined;
  /** When it happened out there; decides which of two is the newer. */
  readonly occurredAt: Date;
  readonly reason: string | null;
}

/** On whose behalf: a person, or an event. */
export interface RoleChangeAsking {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly by: LeafPerson | null;
  readonly eventId?: string;
}

/**
 * Enters a change and, where its date has come, applies it in the same transaction: a leaver is out when this commits. The
 * workflow does what follows, or waits for the date. @throws HoldfastError `not_found`, `invalid_input`; `conflict` with the
 * rule where the change is refused, so that nothing of it stands.
 */
export async function askRoleChange(
  tx: Tx,
  asking: RoleChangeAsking,
  wish: RoleChangeWish,
): Promise<RoleChange> {
  const { tenantId, now, newId } = asking;
  const effectiveAt = wish.effectiveAt ?? now;
  const person = (await requirePerson(tx, wish)) ?? (await expectPerson(tx, asking, wish));
  await requireManager(tx, person.id, wish.wanted.managerId);
  const id = newId(now);
  await insertRoleChange(tx, tenantId, {
    id,
    personId: person.id,
    operation: wish.operation,
    wanted: wish.wanted,
    askedBy: asking.by?.id ?? null,
    eventId: asking.eventId ?? null,
    reason: wish.reason,
    occurredAt: wish.occurredAt.toISOString(),
    effectiveAt: effectiveAt.toISOString(),
    askedAt: now.toISOString(),
  });
  const { state } = await applyRoleChange(tx, { tenantId, now, newId }, id);
  const made = await readRoleChange(tx, id);
  if (made === undefined) throw new Error('The change vanished inside its own transaction.');
  if (state === 'refused') throw refusal(made);
  await insertOutbox(tx, {
    tenantId,
    id: newId(now),
    topic: 'role-change.asked',
    payload: { changeId: id },
    trace: carryTrace(),
  });
  return made;
}

/** What a change would come to, and what of the person's would end. */
export interface RoleChangePreview {
  readonly outcome: 'applied' | 'unchanged' | 'refused';
  readonly rule: string;
  readonly before: PersonPlace | null;
  readonly after: PersonPlace | null;
  readonly ends: Awaited<ReturnType<typeof countAccess>> | null;
  readonly owns: readonly OwnedThing[];
  /** Who would get what they own; null where nobody is there. */
  readonly successor: LeafPerson | null;
}

/** Decides a change without making it. @throws HoldfastError as `askRoleChange`, but for a refusal, which is the answer. */
export async function previewRoleChange(
  tx: Tx,
  { now }: Pick<RoleChangeAsking, 'now'>,
  wish: RoleChangeWish,
): Promise<RoleChangePreview> {
  const person = await requirePerson(tx, wish);
  const decision = await decideFor(tx, person, { ...wish, occurredAt: wish.occurredAt.toISOString() });
  const after = decision.outcome === 'applied' ? decision.after : null;
  const ends = decision.outcome === 'applied' && decision.accessEnds && person !== undefined;
  const leaves = ends && after?.status === 'left';
  return {
    outcome: decision.outcome,
    rule: decision.rule,
    before: person === undefined ? null : placeOf(person),
    after,
    ends: ends ? await countAccess(tx, person, now.toISOString()) : null,
    owns: leaves ? await listOwnedBy(tx, person.id) : [],
    successor: leaves ? await findSuccessor(tx, person.id) : null,
  };
}

function placeOf({ name, role, status, department, job, managerId }: PersonRecord): PersonPlace {
  return { name, role, status, department, job, managerId };
}

/** The person that is meant; undefined where a hire or a leave is about somebody yet unknown. */
async function requirePerson(
  tx: Tx,
  { operation, person: key }: RoleChangeWish,
): Promise<PersonRecord | undefined> {
  if (!(ROLE_OPERATIONS as readonly string[]).includes(operation)) {
    throw new HoldfastError(
      'invalid_input',
      `There is no such change of a person. Changes are ${ROLE_OPERATIONS.join(', ')}.`,
      { field: '/body/operation' },
    );
  }
  const found = key && (await lockPerson(tx, key));
  const mayBeNew =
    operation === 'hire' ? key === undefined || 'externalId' in key : key && 'externalId' in key;
  if (found === undefined && !(mayBeNew === true && ['hire', 'leave'].includes(operation)))
    throw new HoldfastError('not_found', 'There is nobody of this id, so nothing was changed.', {
      field: '/body/person',
    });
  return found;
}

/** A row for somebody who is not here yet, or never was: without a role and unable to sign in. */
async function expectPerson(
  tx: Tx,
  { tenantId, now, newId, by }: RoleChangeAsking,
  { operation, person: key, wanted }: RoleChangeWish,
): Promise<PersonRecord> {
  const id = newId(now);
  const externalId = key !== undefined && 'externalId' in key ? key.externalId : null;
  if (operation === 'hire' && (wanted.name ?? '') === '')
    throw new HoldfastError('invalid_input', 'Somebody who is hired has a name.', { field: '/body/name' });
  // A directory tells its people apart by their ids; here people do it by their names.
  if (by !== null && (await findActiveUser(tx, wanted.name ?? '')) !== undefined)
    throw new HoldfastError('conflict', 'Somebody has this name already. Choose one that tells them apart.', {
      field: '/body/name',
    });
  const place: PersonPlace = {
    name: wanted.name ?? 'Unnamed person',
    role: 'none',
    status: 'left',
    department: null,
    job: null,
    managerId: null,
  };
  // Older than anything, so that whatever is asked first counts.
  const changedAt = new Date(0).toISOString();
  await insertPerson(tx, tenantId, { ...place, id, externalId, changedAt });
  return { ...place, id, externalId, managerName: null, changedAt };
}

async function requireManager(tx: Tx, personId: string, managerId: string | null | undefined): Promise<void> {
  if (managerId === undefined || managerId === null) return;
  if (managerId !== personId && (await lockPerson(tx, { id: managerId })) !== undefined) return;
  throw new HoldfastError('invalid_input', 'The manager is somebody else who is known here.', {
    field: '/body/managerId',
  });
}

const REFUSALS: Readonly<Record<string, string>> = {
  'role-change/last-administrator':
    'This is the last active administrator, and without one nobody could manage people. Make somebody else administrator first.',
  'role-change/has-left': 'This person has left. Hire them again first.',
  'role-change/unknown-person': 'There is nobody of this id, so nothing was changed.',
};

function refusal({ rule }: RoleChange): HoldfastError {
  return new HoldfastError(
    'conflict',
    `${REFUSALS[rule ?? ''] ?? 'The change was refused.'} (rule ${rule ?? 'unknown'})`,
  );
}
