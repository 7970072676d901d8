import type { AccessContext, AccessedThing, Principal } from '../../recorder-core/authorization/asked.ts';
import type { AccessDecision } from '../../recorder-core/authorization/access-decision.ts';
import { DEFAULT_DENY } from '../../recorder-core/authorization/access-decision.ts';
import { authorize } from '../../recorder-core/authorization/authorize.ts';
import { explainAccess, type AccessExplanation } from '../../recorder-core/authorization/explain-access.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { heldActs, ROLES, type Act } from '../../recorder-core/policy/access.ts';
import { readAccessedRecordings, readPrincipal } from '../../recorder-core/records/accessed-recordings.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listReachingGrants, readLiveGrants } from '../../recorder-core/records/live-grants.ts';
import { findUser, listUsers } from '../../recorder-core/records/users.ts';
import { policiesFor } from '../access/policy-sets.ts';

/** What is asked: may this person do this, with this, under these circumstances? */
export interface WhyQuestion {
  readonly tenantId: string;
  /** Who asks; what is hidden from them is not explained to them. */
  readonly askerId: string;
  readonly personId: string;
  readonly act: Act;
  /** Null: the question is about the tenant. */
  readonly recordingId: string | null;
  readonly context: AccessContext;
}

/** The answer. */
export interface WhyAnswer extends AccessExplanation {
  readonly person: { readonly id: string; readonly name: string; readonly role: string };
  /** Of the own policies that decided; 0: none are published. */
  readonly version: number;
  /** Whom to ask, or what to do, in sentences. */
  readonly ask: readonly string[];
}

const UNSEEN = 'wall/interception';
const MOST_NAMES = 5;

/**
 * Why somebody may, or may not: the same decision as at every door, with what came near. Changes nothing.
 * @throws HoldfastError `not_found` where there is no such person, or no recording that who asks may know of.
 */
export async function explainDecision(tx: Tx, question: WhyQuestion): Promise<WhyAnswer> {
  const { personId, act, context } = question;
  const [person, principal] = [await findUser(tx, personId), await readPrincipal(tx, personId)];
  if (person === undefined || principal === undefined)
    throw new HoldfastError('not_found', 'There is no active person with this id in your tenant.');
  const now = new Date(context.nowMs);
  const set = await policiesFor(tx);
  const thing = await thingOf(tx, question, principal, now);
  await requireSeen(tx, question, thing);
  const grants = await readLiveGrants(tx, principal.id, principal.groups, now);
  const explained = explainAccess(set, grants, { principal, act, thing, context });
  const { id, name, role } = person;
  return {
    ...explained,
    person: { id, name, role },
    version: set.version,
    ask: await whomToAsk(tx, act, explained),
  };
}

async function thingOf(
  tx: Tx,
  { tenantId, recordingId }: WhyQuestion,
  { id, groups }: Principal,
  now: Date,
): Promise<AccessedThing> {
  if (recordingId === null) return { type: 'tenant', id: tenantId };
  const found = (await readAccessedRecordings(tx, [recordingId])).get(recordingId);
  if (found === undefined) throw unseen();
  return { ...found, grants: await listReachingGrants(tx, recordingId, id, groups, now) };
}

/** A wall that hides that there is something hides it from this question too. */
async function requireSeen(tx: Tx, { askerId, context }: WhyQuestion, thing: AccessedThing): Promise<void> {
  if (thing.type === 'tenant') return;
  const asker = await readPrincipal(tx, askerId);
  if (asker === undefined) throw unseen();
  const question = { principal: asker, act: 'recording.list', thing, context } as const;
  const { policies } = authorize(await policiesFor(tx), [], question);
  if (policies.some(({ id }) => id === UNSEEN)) throw unseen();
}

function unseen(): HoldfastError {
  return new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
}

async function whomToAsk(
  tx: Tx,
  act: Act,
  { decision, nearMisses }: Pick<AccessExplanation, 'decision' | 'nearMisses'>,
): Promise<string[]> {
  if (decision.allowed) return [];
  const said = [...asksOf(decision), ...nearMisses.map(({ ask }) => ask)].filter((ask) => ask !== null);
  const needsRole = decision.rule === DEFAULT_DENY;
  const roles = ROLES.filter((role) => heldActs(role).some((held) => held.act === act));
  const names = (await listUsers(tx)).filter(({ role }) => role === 'administrator').map(({ name }) => name);
  return [
    ...new Set(said),
    ...(needsRole ? [`Roles with ${act}: ${roles.map(inWords).join(', ')}. Or ask for a grant.`] : []),
    `Administrators: ${names.slice(0, MOST_NAMES).join(', ') || 'nobody'}.`,
  ];
}

function asksOf({ policies }: AccessDecision): (string | null)[] {
  return policies.map(({ ask }) => ask);
}

function inWords(role: string): string {
  return role.replaceAll('_', ' ');
}
