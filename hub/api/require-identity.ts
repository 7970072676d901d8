import type { Request } from 'express';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import { askerOf, type Caller } from '../access/caller.ts';
import { decide, type Asker, type Question } from '../access/decide.ts';
import { noteRefusal } from '../access/note-access.ts';
import { explainRefusal } from '../access/refusal.ts';
import { noteRefusedAccess, type Access } from './audit-access.ts';
import { circumstancesOf } from './circumstances-of.ts';
import { findIdentity, serviceTokenOf } from './find-identity.ts';
import type { Services } from './services.ts';

/** Who sent this request, as `findIdentity` finds out, and from where. @throws HoldfastError `unauthenticated` where nobody is known; `forbidden`; `invalid_input`. */
export async function requireIdentity(request: Request, services: Services, now: Date): Promise<Caller> {
  const identity = await findIdentity(request, services, now);
  if (identity !== undefined)
    return { ...identity, circumstances: circumstancesOf(request, services, identity) };
  throw new HoldfastError('unauthenticated', serviceTokenOf(request) === undefined ? NOBODY : NO_TOKEN);
}

const NOBODY =
  'You are not signed in, or your session has ended. Sign in again; on the machine itself `holdfast sign-in` makes a link.';
const NO_TOKEN = 'This token is unknown, was revoked or has expired. Ask an administrator for a new one.';

/** Rule of what every signed-in person may do. */
const SIGNED_IN = 'access/signed-in';

/** How a question was answered: which policies allowed it. */
export interface Permission {
  /** The first of them, for what names one rule. */
  readonly rule: string;
  /** Ids of all that decided; at least that one. */
  readonly policies: readonly string[];
}

/**
 * Asks the policies, and answers which of them allow it; a refusal is in the ledger, with the policies that decided, before it
 * is answered. @throws HoldfastError `forbidden`, `step_up_required`, or `not_found` for what the caller may not know of.
 */
export async function requireAct(
  caller: Caller,
  act: Act | undefined,
  services: Services,
  now: Date,
  object: LeafObject = { type: 'user', id: caller.user.id },
): Promise<Permission> {
  if (act === undefined) {
    requirePerson(caller);
    return { rule: SIGNED_IN, policies: [SIGNED_IN] };
  }
  const question = { act, object };
  const asker = { ...askerOf(caller, now), ...playsOf(caller, question, services, now) };
  const answer = await services.db.forTenant(caller.tenantId, async (tx) => {
    const decision = await decide(tx, asker, question);
    return {
      decision,
      refusal: decision.allowed ? undefined : await explainRefusal(tx, asker, question, decision),
    };
  });
  const { decision, refusal } = answer;
  if (refusal !== undefined) {
    await noteRefusal(services.db, asker, caller.user, question, decision);
    throw refusal;
  }
  return { rule: decision.rule, policies: decision.policies.map(({ id }) => id) };
}

/** What every signed-in person may do is about that person; a machine has no such things. @throws HoldfastError `forbidden`. */
function requirePerson({ kind }: Caller): void {
  if (kind === 'user') return;
  throw new HoldfastError(
    'forbidden',
    'This is for people who are signed in. A machine may do what its token is for, and nothing besides.',
  );
}

/** Only playing is counted. */
function playsOf(
  { user }: Caller,
  { act, object }: Question,
  { plays }: Services,
  now: Date,
): Pick<Asker, 'recentPlays'> {
  return act === 'recording.play' ? { recentPlays: plays.count(user.id, object.id, now) } : {};
}

/**
 * Does what the role allows; where the thing itself is gone, or its use restricted, this is a refused access as well, and in
 * the ledger. Whatever else goes wrong is no decision about access.
 */
export async function noteRefusals<T>(
  services: Services,
  caller: Caller,
  access: Omit<Access, 'rule'>,
  now: Date,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const rule = isHoldfastError(error) ? refusalOf(error, access) : undefined;
    if (rule !== undefined) await noteRefusedAccess(services, caller, { ...access, rule }, now);
    throw error;
  }
}

/** The rule by which an error is a refused access; undefined where it is none. `requireUse` puts it into `detail`. */
function refusalOf(
  { code, detail, policies }: HoldfastError,
  { object }: Omit<Access, 'rule'>,
): string | undefined {
  if (policies !== undefined) return undefined; // the door that refused has entered it
  if (code === 'gone') return `${object.type}/gone`;
  return code === 'forbidden' && detail?.startsWith('restriction/') === true ? detail : undefined;
}
