import type { Request } from 'express';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import { decideAccess, type Act } from '../../recorder-core/policy/access.ts';
import { requireFreshProof } from '../identity/step-up.ts';
import { identify, type Identity } from '../identity/sessions.ts';
import { noteRefusedAccess, type Access } from './audit-access.ts';
import type { Services } from './services.ts';

/** Name of the session cookie. */
export const SESSION_COOKIE = 'holdfast_session';

/** Methods that change nothing need no proof that our own console sent them. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Who sent this request. A browser adds our cookie to requests of foreign pages
 * too, but never our header, so an unsafe request needs both.
 */
export async function requireIdentity(request: Request, services: Services, now: Date): Promise<Identity> {
  requireConsole(request);
  const cookie = readCookie(request.get('Cookie') ?? '', SESSION_COOKIE);
  const identity = cookie === undefined ? undefined : await identify(services.db, cookie, now);
  if (identity === undefined) {
    throw new HoldfastError(
      'unauthenticated',
      'You are not signed in, or your session has ended. Get a new link with `holdfast sign-in`.',
    );
  }
  return identity;
}

/** Refuses an unsafe request that does not come from our console. */
export function requireConsole(request: Request): void {
  if (SAFE_METHODS.has(request.method) || request.get('X-Holdfast-Console') === '1') return;
  throw new HoldfastError(
    'forbidden',
    'A request that changes something needs the header X-Holdfast-Console: 1.',
  );
}

/** Checks the role and answers the rule that allows it; a refusal is in the ledger with its rule before it is answered. */
export async function requireAct(
  identity: Identity,
  act: Act | undefined,
  services: Services,
  now: Date,
  object: LeafObject = { type: 'user', id: identity.user.id },
): Promise<string> {
  if (act === undefined) return 'access/signed-in';
  const { allowed, rule } = decideAccess({ role: identity.user.role, act });
  if (allowed) {
    await requireProof(identity, act, services, now, object);
    return rule;
  }
  await noteRefusedAccess(services, identity, { act, rule, object }, now);
  throw new HoldfastError(
    'forbidden',
    `Your role does not allow ${act} (rule ${rule}). Ask an administrator.`,
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

/** The value of a cookie in a Cookie header. */
export function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
