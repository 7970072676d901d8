import { Router, type CookieOptions } from 'express';
import { HoldfastError, isHoldfastError } from '../../../../recorder-core/errors.ts';
import { ACTS, decideAccess } from '../../../../recorder-core/policy/access.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readTenant } from '../../../../recorder-core/records/tenants.ts';
import { parseToken } from '../../../identity/bearer-token.ts';
import { closeSession, openSession, type Identity } from '../../../identity/sessions.ts';
import { invalidInput } from '../../problem.ts';
import { requireConsole, requireIdentity, SESSION_COOKIE } from '../../require-identity.ts';
import { signIn, type Session } from '../../schemas/session.ts';
import type { Services } from '../../services.ts';
import { signInPlace } from '../../sign-in-place.ts';

/** Sign-in, who am I, sign-out: the routes that make and end the identity the others ask for. */
export function sessionRoutes(services: Services): Router {
  const router = Router();
  const cookieOptions: CookieOptions = {
    httpOnly: true,
    sameSite: 'strict',
    secure: services.secureCookies,
    path: '/',
  };
  router.post('/session', async (request, response) => {
    requireConsole(request);
    const body = signIn.safeParse(request.body);
    if (!body.success) throw invalidInput('body', body.error);
    const now = services.now();
    const { cookie, identity } = await openSession(
      services.db,
      body.data.token,
      now,
      signInPlace(request, services),
    ).catch(async (error: unknown) => {
      await noteFailedSignIn(services, body.data.token, now);
      throw error;
    });
    response.cookie(SESSION_COOKIE, cookie, { ...cookieOptions, expires: new Date(identity.expiresAt) });
    response.json(await describe(services, identity));
  });
  router.get('/session', async (request, response) => {
    response.json(await describe(services, await requireIdentity(request, services, services.now())));
  });
  router.delete('/session', async (request, response) => {
    const now = services.now();
    await closeSession(services.db, await requireIdentity(request, services, now), now);
    response.clearCookie(SESSION_COOKIE, cookieOptions).status(204).end();
  });
  return router;
}

/**
 * A link that is unknown, used or expired, at a tenant that exists, is in the ledger; a text that names none is nobody's
 * event. Bounded, because whoever knows a tenant's id could fill its ledger otherwise.
 */
async function noteFailedSignIn(services: Services, token: string, now: Date): Promise<void> {
  const tenantId = tenantOf(token);
  if (tenantId === undefined) return;
  if ((await services.db.forTenant(tenantId, readTenant)) === undefined) return;
  const allowance = services.refusals.allow(`tenant ${tenantId}`, now);
  if (allowance === undefined) return;
  await services.db.forTenant(tenantId, (tx) =>
    appendLeaf(tx, tenantId, {
      at: now,
      act: 'access.refused',
      object: { type: 'tenant', id: tenantId },
      outcome: 'refused',
      rules: ['session/link'],
      facts: {
        act: 'session.start',
        ...(allowance.unwritten === 0 ? {} : { unwrittenBefore: allowance.unwritten }),
      },
    }),
  );
}

function tenantOf(token: string): string | undefined {
  try {
    return parseToken(token).tenantId;
  } catch (error) {
    if (isHoldfastError(error)) return undefined;
    throw error;
  }
}

async function describe(services: Services, { tenantId, user, expiresAt }: Identity): Promise<Session> {
  const tenant = await services.db.forTenant(tenantId, readTenant);
  if (tenant === undefined)
    throw new HoldfastError('unauthenticated', 'Your tenant does not exist any more.');
  return {
    user: { id: user.id, name: user.name, role: user.role },
    tenant: { id: tenant.tenantId, name: tenant.name, region: tenant.region },
    acts: ACTS.filter((act) => decideAccess({ role: user.role, act }).allowed),
    expiresAt,
  };
}
