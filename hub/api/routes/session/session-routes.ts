import { Router } from 'express';
import { HoldfastError, isHoldfastError } from '../../../../recorder-core/errors.ts';
import { ACTS } from '../../../../recorder-core/policy/access.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readTenant } from '../../../../recorder-core/records/tenants.ts';
import { parseToken } from '../../../identity/bearer-token.ts';
import { decideFor } from '../../../identity/decide-for.ts';
import { closeSession, openSession, type Identity } from '../../../identity/sessions.ts';
import { invalidInput } from '../../problem.ts';
import { requireConsole } from '../../require-console.ts';
import { requireIdentity } from '../../require-identity.ts';
import { signIn, type Session } from '../../schemas/session.ts';
import type { Services } from '../../services.ts';
import { clearSessionCookie, setSessionCookie } from '../../session-cookie.ts';
import { signInPlace } from '../../sign-in-place.ts';

/** Sign-in, who am I, sign-out: the routes that make and end the identity the others ask for. */
export function sessionRoutes(services: Services): Router {
  const router = Router();
  router.post('/session', async (request, response) => {
    requireConsole(request, services);
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
    setSessionCookie(response, services, { cookie, expiresAt: identity.expiresAt });
    response.json(await describeSession(services, identity));
  });
  router.get('/session', async (request, response) => {
    response.json(await describeSession(services, await requireIdentity(request, services, services.now())));
  });
  router.delete('/session', async (request, response) => {
    const now = services.now();
    await closeSession(services.db, await requireIdentity(request, services, now), now);
    clearSessionCookie(response, services);
    response.status(204).end();
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

/** Who is signed in, as every way to sign in answers it. */
export async function describeSession(services: Services, identity: Identity): Promise<Session> {
  const { tenantId, user, expiresAt } = identity;
  const tenant = await services.db.forTenant(tenantId, readTenant);
  if (tenant === undefined)
    throw new HoldfastError('unauthenticated', 'Your tenant does not exist any more.');
  return {
    user: { id: user.id, name: user.name, role: user.role },
    tenant: { id: tenant.tenantId, name: tenant.name, region: tenant.region },
    acts: ACTS.filter((act) => decideFor(identity, act).allowed),
    expiresAt,
  };
}
