import { Router, urlencoded, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { AttemptPurpose } from '../../../../recorder-core/records/sign-in-attempts.ts';
import { isStillAllowed } from '../../../access/is-still-allowed.ts';
import { closeSession } from '../../../identity/sessions.ts';
import { beginAttempt } from '../../../identity/providers/begin-attempt.ts';
import {
  finishOidcAttempt,
  finishSamlAttempt,
  layResponse,
} from '../../../identity/providers/finish-attempt.ts';
import { leaveProvider } from '../../../identity/providers/leave-provider.ts';
import { openProvider } from '../../../identity/providers/open-provider.ts';
import {
  addressesOf,
  parseReference,
  writeReference,
  type ProviderReference,
} from '../../../identity/providers/provider-addresses.ts';
import { domainOf } from '../../../identity/providers/received-attributes.ts';
import { takeBackChannelLogout, takeSingleLogout } from '../../../identity/providers/take-logout.ts';
import { writeMetadata } from '../../../identity/providers/saml/write-metadata.ts';
import { problemOf } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import { clearSessionCookie } from '../../session-cookie.ts';
import type { Services } from '../../services.ts';
import { bindBrowser, browserOf } from './browser-cookie.ts';
import { endStep } from './end-step.ts';
import { NOT_SIGNED_OUT, noteRefusedSignIn, signInStep } from './show-refusal.ts';
import { signInOf } from './sign-in-of.ts';

/** What people who are not signed in yet, and their providers, come to: everything under `/auth`. */
export function authRoutes(services: Services): Router {
  const router = Router();
  const form = urlencoded({ extended: false, limit: '512kb', parameterLimit: 20 });
  router.get('/auth/providers', offerProviders(services));
  router.get('/auth/start', startSignIn(services));
  router.post('/auth/sign-out', signOut(services));
  router.post('/auth/oidc/:tenant/:provider/back-channel-logout', form, backChannelLogout(services));
  router.get('/auth/oidc/:tenant/:provider/callback', oidcCallback(services));
  router.post('/auth/saml/:tenant/:provider/acs', form, samlAnswer(services));
  router.get('/auth/saml/:tenant/:provider/finish', samlFinish(services));
  router.get('/auth/saml/:tenant/:provider/logout', samlLogout(services));
  router.get('/auth/saml/:tenant/:provider/metadata', samlMetadata(services));
  return router;
}

const posted = z.object({
  SAMLResponse: z
    .string()
    .max(512 * 1024)
    .default(''),
  RelayState: z.string().max(200).default(''),
});

function inPath({ params }: Request): ProviderReference {
  return parseReference(`${String(params['tenant'])}.${String(params['provider'])}`);
}

/** Which providers serve a e-mail domain. The answer is the same for every person of a domain, known or not. */
function offerProviders(services: Services) {
  return async (request: Request, response: Response): Promise<void> => {
    const email = String(request.query['email'] ?? '').trim();
    const domain = /^[^\s@]{0,64}@[^\s@]{3,253}$/.test(email) ? domainOf(email) : undefined;
    if (domain === undefined)
      throw new HoldfastError('invalid_input', 'Enter your e-mail address at work.', {
        field: '/query/email',
      });
    const found = await services.providersOfDomain(domain);
    response.set('Cache-Control', 'no-store').json({
      items: found.map(({ tenantId, id, name, tenant }) => ({
        provider: writeReference({ tenantId, id }),
        name,
        tenant,
      })),
    });
  };
}

/** Sends a browser to its provider: to sign in, to try the provider, or to prove presence anew. */
function startSignIn(services: Services) {
  const referenceOf = (request: Request) => parseReference(request.query['provider']);
  return signInStep(services, referenceOf, async (request, response, reference) => {
    const now = services.now();
    const purpose = purposeOf(request);
    const session =
      purpose === 'sign-in' ? undefined : await ownSession(services, request, reference, purpose);
    const { url } = await beginAttempt(signInOf(services), reference, {
      purpose,
      session,
      returnTo: request.query['next'],
      browser: bindBrowser(request, response, services.secureCookies),
      now,
    });
    response.redirect(303, url);
  });
}

function purposeOf({ query }: Request): AttemptPurpose {
  if (query['test'] === '1') return 'test';
  return query['stepUp'] === '1' ? 'step-up' : 'sign-in';
}

/** A test is for whoever manages providers, a step-up for whoever has a session of this very provider. */
async function ownSession(
  services: Services,
  request: Request,
  { tenantId, id }: ProviderReference,
  purpose: AttemptPurpose,
): Promise<{ readonly userId: string; readonly sessionId: string }> {
  const now = services.now();
  const identity = await requireIdentity(request, services, now);
  if (identity.tenantId !== tenantId)
    throw new HoldfastError('not_found', 'There is no identity provider with this id in your tenant.');
  // A test lets nobody in, and a page that the browser is led to cannot ask for a proof; opening the provider does.
  const question = {
    act: 'identity-provider.manage',
    object: { type: 'user', id: identity.user.id },
  } as const;
  if (purpose === 'test') {
    if (!(await isStillAllowed(services.db, identity, question, now)))
      await requireAct(identity, question.act, services, now);
  }
  if (purpose === 'step-up' && identity.providerId !== id)
    throw new HoldfastError(
      'forbidden',
      'You did not sign in with this identity provider, so it cannot prove your presence. Use an authenticator of Holdfast.',
    );
  return { userId: identity.user.id, sessionId: identity.sessionId };
}

/** Ends the session here, and says where the browser goes to end it at the provider as well. */
function signOut(services: Services) {
  return async (request: Request, response: Response): Promise<void> => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    const url = await leaveProvider(signInOf(services), identity, now);
    await closeSession(services.db, identity, now);
    clearSessionCookie(response, services);
    response.set('Cache-Control', 'no-store').json({ url });
  };
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.8: 200 where it was done, 400 where the token is not good. */
function backChannelLogout(services: Services) {
  return async (request: Request, response: Response): Promise<void> => {
    response.set('Cache-Control', 'no-store');
    const token = z.object({ logout_token: z.string().max(20_000) }).safeParse(request.body ?? {});
    let reference: ProviderReference | undefined;
    try {
      reference = inPath(request);
      if (!token.success) throw new HoldfastError('invalid_input', 'A logout_token is needed.');
      await takeBackChannelLogout(signInOf(services), reference, token.data.logout_token, services.now());
      response.status(200).end();
    } catch (error) {
      if (reference !== undefined) await noteRefusedSignIn(services, reference, error);
      const { status, detail } = problemOf(error);
      response
        .status(status < 500 ? 400 : status)
        .json({ error: 'invalid_request', error_description: detail });
    }
  };
}

/** Where an OpenID Connect provider sends the browser back to. */
function oidcCallback(services: Services): RequestHandler {
  return signInStep(services, inPath, async (request, response, reference) => {
    const deps = signInOf(services);
    const query = new URL(request.originalUrl, deps.publicUrl).searchParams;
    const browser = browserOf(request, services.secureCookies);
    const came = { query, browser, now: services.now() };
    await endStep(request, response, services, await finishOidcAttempt(deps, reference, came));
  });
}

/** Where the browser posts what a SAML provider answered; it comes for the rest by itself. */
function samlAnswer(services: Services): RequestHandler {
  return signInStep(services, inPath, async (request, response, reference) => {
    const deps = signInOf(services);
    const { SAMLResponse, RelayState } = posted.parse(request.body ?? {});
    const laid = { response: SAMLResponse, relayState: RelayState, now: services.now() };
    const answer = await layResponse(deps, reference, laid);
    if (!('state' in answer)) return endStep(request, response, services, answer);
    const { tenantId, id } = reference;
    response.redirect(303, `/auth/saml/${tenantId}/${id}/finish?state=${encodeURIComponent(answer.state)}`);
  });
}

/** Where the browser comes for what was posted. */
function samlFinish(services: Services): RequestHandler {
  return signInStep(services, inPath, async (request, response, reference) => {
    const deps = signInOf(services);
    const state = String(request.query['state'] ?? '');
    const came = { state, browser: browserOf(request, services.secureCookies), now: services.now() };
    await endStep(request, response, services, await finishSamlAttempt(deps, reference, came));
  });
}

/**
 * Where a SAML provider sends the browser to end sessions, and with its answer to a logout of ours: then the session here is over
 * already, and nothing of the answer is read.
 */
function samlLogout(services: Services): RequestHandler {
  const step = async (request: Request, response: Response, reference: ProviderReference): Promise<void> => {
    const query = request.originalUrl.split(/\?(.*)/s, 2)[1] ?? '';
    const asks = new URLSearchParams(query).has('SAMLRequest');
    const url = asks ? await takeSingleLogout(signInOf(services), reference, query, services.now()) : null;
    response.redirect(303, url ?? '/sign-in');
  };
  return signInStep(services, inPath, step, NOT_SIGNED_OUT);
}

/** Our own metadata, for the provider; there is nothing secret in it. */
function samlMetadata(services: Services): RequestHandler {
  return signInStep(services, inPath, async (_request, response, reference) => {
    const deps = signInOf(services);
    const provider = await openProvider(deps, reference, 'test');
    if (provider.kind !== 'saml') throw new HoldfastError('not_found', 'This provider does not speak SAML.');
    const ours = addressesOf(deps.publicUrl, reference);
    response.type('application/samlmetadata+xml').send(writeMetadata(provider.config, provider.secret, ours));
  });
}
