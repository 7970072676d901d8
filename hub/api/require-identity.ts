import type { Request } from 'express';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { decideAccess, type Act } from '../../recorder-core/policy/access.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { identify, type Identity } from '../identity/sessions.ts';
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

/** Checks the role; a refusal is written to the ledger with its rule before it is answered. */
export async function requireAct(
  identity: Identity,
  act: Act | undefined,
  services: Services,
  now: Date,
): Promise<void> {
  if (act === undefined) return;
  const { allowed, rule } = decideAccess({ role: identity.user.role, act });
  if (allowed) return;
  await services.db.forTenant(identity.tenantId, (tx) =>
    appendLeaf(
      tx,
      identity.tenantId,
      {
        at: now,
        act: 'access.refused',
        object: { type: 'user', id: identity.user.id },
        outcome: 'refused',
        rules: [rule],
        facts: { act },
      },
      { actor: identity.user.name },
    ),
  );
  throw new HoldfastError(
    'forbidden',
    `Your role does not allow ${act} (rule ${rule}). Ask an administrator.`,
  );
}

function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
