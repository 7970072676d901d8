import type { Request } from 'express';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import { decideFor } from '../identity/decide-for.ts';
import type { Identity } from '../identity/identity.ts';
import { requireFreshProof } from '../identity/step-up.ts';
import { noteRefusedAccess, type Access } from './audit-access.ts';
import { findIdentity, serviceTokenOf } from './find-identity.ts';
import type { Services } from './services.ts';

/** Who sent this request, as `findIdentity` finds out. @throws HoldfastError `unauthenticated` where nobody is known; `forbidden`. */
export async function requireIdentity(request: Request, services: Services, now: Date): Promise<Identity> {
  const identity = await findIdentity(request, services, now);
  if (identity !== undefined) return identity;
  throw new HoldfastError('unauthenticated', serviceTokenOf(request) === undefined ? NOBODY : NO_TOKEN);
}

const NOBODY =
  'You are not signed in, or your session has ended. Sign in again; on the machine itself `holdfast sign-in` makes a link.';
const NO_TOKEN = 'This token is unknown, was revoked or has expired. Ask an administrator for a new one.';

/** Checks the role and answers the rule that allows it; a refusal is in the ledger with its rule before it is answered. */
export async function requireAct(
  identity: Identity,
  act: Act | undefined,
  services: Services,
  now: Date,
  object: LeafObject = { type: 'user', id: identity.user.id },
): Promise<string> {
  if (act === undefined) {
    requirePerson(identity);
    return 'access/signed-in';
  }
  const { allowed, rule } = decideFor(identity, act);
  if (allowed) {
    await requireProof(identity, act, services, now, object);
    return rule;
  }
  await noteRefusedAccess(services, identity, { act, rule, object }, now);
  throw new HoldfastError(
    'forbidden',
    `Your ${identity.scope === null ? 'role' : 'scope'} does not allow ${act} (rule ${rule}). Ask an administrator.`,
  );
}

/** What every signed-in person may do is about that person; a machine has no such things. @throws HoldfastError `forbidden`. */
function requirePerson({ kind }: Identity): void {
  if (kind === 'user') return;
  throw new HoldfastError(
    'forbidden',
    'This is for people who are signed in. A machine may do what its token is for, and nothing besides.',
  );
}

/** Asks for a fresh proof of presence where the act wants one; that it was asked is in the ledger. */
export async function requireProof(
  identity: Identity,
  act: Act,
  services: Services,
  now: Date,
  object: LeafObject,
): Promise<void> {
  try {
    requireFreshProof(identity, act, now);
  } catch (error) {
    await noteRefusedAccess(services, identity, { act, rule: `step-up/${act}`, object }, now);
    throw error;
  }
}

/**
 * Does what the role allows; where the thing itself is gone, or its use restricted, this is a refused access as well, and in
 * the ledger. Whatever else goes wrong is no decision about access.
 */
export async function noteRefusals<T>(
  services: Services,
  identity: Identity,
  access: Omit<Access, 'rule'>,
  now: Date,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const rule = isHoldfastError(error) ? refusalOf(error, access) : undefined;
    if (rule !== undefined) await noteRefusedAccess(services, identity, { ...access, rule }, now);
    throw error;
  }
}

/** The rule by which an error is a refused access; undefined where it is none. `requireUse` puts it into `detail`. */
function refusalOf({ code, detail }: HoldfastError, { object }: Omit<Access, 'rule'>): string | undefined {
  if (code === 'gone') return `${object.type}/gone`;
  return code === 'forbidden' && detail?.startsWith('restriction/') === true ? detail : undefined;
}
