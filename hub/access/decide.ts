import { stepUpNeeded, type AccessDecision } from '../../recorder-core/authorization/access-decision.ts';
import { authorize } from '../../recorder-core/authorization/authorize.ts';
import type {
  AccessContext,
  AccessedRecording,
  AccessedThing,
  Principal,
} from '../../recorder-core/authorization/asked.ts';
import { policyOf, type GrantPolicy } from '../../recorder-core/authorization/compiled-policy.ts';
import type { PolicySet } from '../../recorder-core/authorization/policy-set.ts';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import { readAccessedRecordings } from '../../recorder-core/records/accessed-recordings.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listReachingGrants, readLiveGrants } from '../../recorder-core/records/live-grants.ts';
import type { Circumstances } from '../identity/circumstances.ts';
import { policiesFor } from './policy-sets.ts';

/** Who asks, from where and when. */
export interface Asker {
  readonly tenantId: string;
  readonly principal: Principal;
  readonly circumstances: Circumstances;
  readonly now: Date;
  /** How many other recordings they have played in the last five minutes. */
  readonly recentPlays?: number;
}

/** One question: an act on a thing. What is no recording is a matter of the tenant. */
export interface Question {
  readonly act: Act;
  readonly object: LeafObject;
  /** In place of the purpose of the circumstances. */
  readonly purpose?: string | null;
}

/** What an asker is decided by at a moment. */
export interface Rights {
  readonly set: PolicySet;
  readonly grants: readonly GrantPolicy[];
}

/** Rule of a refusal because a machine's token is not for this act. */
export const OUT_OF_SCOPE = 'access/out-of-scope';

/**
 * Decides by the policies that are in force at this moment of the transaction: those shipped, the tenant's own published ones,
 * the grants the asker has, and walls, residency and step-up among them. The one place where the product decides about access.
 */
export async function decide(tx: Tx, asker: Asker, question: Question): Promise<AccessDecision> {
  const [decision] = await decideEach(tx, asker, question.act, [question.object], question.purpose);
  if (decision === undefined) throw new Error('One question has one answer.');
  return decision;
}

/** As `decide`, for several things, in their order; policies and grants are read once. */
export async function decideEach(
  tx: Tx,
  asker: Asker,
  act: Act,
  objects: readonly LeafObject[],
  purpose: string | null = asker.circumstances.purpose,
): Promise<AccessDecision[]> {
  const rights = await rightsOf(tx, asker);
  const ids = objects.filter(({ type }) => type === 'recording').map(({ id }) => id);
  const recordings = await describeRecordings(tx, asker, ids, rights.grants);
  return objects.map((object) => {
    const recording = object.type === 'recording' ? recordings.get(object.id) : undefined;
    const thing = recording ?? ({ type: 'tenant', id: asker.tenantId } as const);
    return decideBy(rights, asker, act, thing, purpose);
  });
}

/** The policies in force and the asker's grants; a machine has none, its token says what it is for. */
export async function rightsOf(tx: Tx, { principal, circumstances, now }: Asker): Promise<Rights> {
  const set = await policiesFor(tx);
  if (circumstances.scope !== null) return { set, grants: [] };
  return { set, grants: await readLiveGrants(tx, principal.id, principal.groups, now) };
}

/** One decision by what was read before. */
export function decideBy(
  { set, grants }: Rights,
  asker: Asker,
  act: Act,
  thing: AccessedThing,
  purpose: string | null = asker.circumstances.purpose,
): AccessDecision {
  const { principal, circumstances } = asker;
  const { scope } = circumstances;
  if (scope !== null && !scope.includes(act)) return { allowed: false, rule: OUT_OF_SCOPE, policies: [] };
  const permits = permitsOf({ set, grants }, asker, act);
  const context = contextOf(asker, purpose);
  const decided = authorize(set, permits, { principal, act, thing, context });
  if (stepUpNeeded(decided) === undefined) return decided;
  // A proof is asked only of those whom it would help.
  const proven = authorize(set, permits, { principal, act, thing, context: { ...context, stepUpAgeMs: 0 } });
  return proven.allowed ? decided : proven;
}

/** The recordings as the policies see them, with the asker's grants that reach each. */
async function describeRecordings(
  tx: Tx,
  { principal, now }: Asker,
  ids: readonly string[],
  grants: readonly GrantPolicy[],
): Promise<ReadonlyMap<string, AccessedRecording>> {
  if (ids.length === 0) return new Map();
  const found = await readAccessedRecordings(tx, ids);
  if (grants.length === 0) return found;
  const reached = new Map<string, AccessedRecording>();
  for (const [id, recording] of found) {
    const reaching = await listReachingGrants(tx, id, principal.id, principal.groups, now);
    reached.set(id, { ...recording, grants: reaching });
  }
  return reached;
}

/** What else decides, at the moment of the asking. */
export function contextOf(
  { circumstances, now, recentPlays }: Asker,
  purpose: string | null = circumstances.purpose,
): AccessContext {
  const { means, address, country, region, steppedUpAt } = circumstances;
  const nowMs = now.getTime();
  return {
    nowMs,
    means,
    purpose,
    address,
    country,
    region,
    // A proof from the future, of a machine whose clock is ahead, is a fresh one.
    stepUpAgeMs: steppedUpAt === null ? null : Math.max(0, nowMs - Date.parse(steppedUpAt)),
    ...(recentPlays !== undefined && { recentPlays }),
  };
}

/** What permits besides the set: the grants of a person, or what the token of a machine is for. */
export function permitsOf(
  { grants }: Rights,
  { principal, circumstances: { scope } }: Asker,
  act: Act,
): readonly GrantPolicy[] {
  return scope === null ? grants : [scopePermit(principal.id, act)];
}

/** What the token of a machine is for, as a permit: walls and every other `forbid` stand above it. */
function scopePermit(accountId: string, act: Act): GrantPolicy {
  return policyOf({
    effect: 'permit',
    principal: { op: '==', entity: { type: 'User', id: accountId } },
    action: { op: '==', entity: { type: 'Action', id: act } },
    resource: { op: 'All' },
    conditions: [],
    annotations: { id: `access/service/${act}`, says: `The token of this machine is for ${act}.` },
  });
}
