import { z } from 'zod';
import {
  answerAttempt,
  readAttempt,
  takeAttempt,
  takeMessage,
  type SignInAttempt,
} from '../../../recorder-core/records/sign-in-attempts.ts';
import type { HoldfastError } from '../../../recorder-core/errors.ts';
import { openSecret, sealSecret } from '../../connections/credential-envelope.ts';
import { digestOf } from './begin-attempt.ts';
import { finishOidc } from './oidc/finish-oidc.ts';
import { openProvider, secretPlace, type OpenedProvider } from './open-provider.ts';
import { addressesOf, type ProviderReference } from './provider-addresses.ts';
import { readProven, writeProven, type ProvenPerson } from './proven-person.ts';
import { refusedSignIn } from './refused-sign-in.ts';
import type { ReadAssertion } from './saml/read-assertion.ts';
import { decode, readMessage } from './saml/read-response.ts';
import { takeResponse } from './saml/take-response.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** Somebody who came back from a provider; `attempt` is undefined where nobody here had sent them. */
export interface FinishedAttempt {
  readonly provider: OpenedProvider;
  readonly attempt: SignInAttempt | undefined;
  readonly proven: ProvenPerson;
}

const oidcAttempt = z.object({ verifier: z.string(), nonce: z.string() });
const samlAttempt = z.object({ requestId: z.string() });

/**
 * Ends an attempt at an OpenID Connect provider. The state works once and in its browser, also where what follows fails.
 * @throws HoldfastError `forbidden` with the rule, `unavailable`.
 */
export async function finishOidcAttempt(
  deps: SignInDependencies,
  reference: ProviderReference,
  came: { readonly query: URLSearchParams; readonly browser: string; readonly now: Date },
): Promise<FinishedAttempt> {
  const { tenantId, id } = reference;
  const state = came.query.get('state') ?? '';
  const attempt = await takeOwn(deps, reference, { state, browser: came.browser, now: came.now });
  const provider = await openProvider(deps, reference, attempt.purpose);
  if (provider.kind !== 'oidc') throw unknownAttempt();
  const { configuration } = await deps.network.clients.of(
    provider.row,
    provider.config,
    provider.secret,
    came.now,
  );
  const secret = oidcAttempt.parse(
    await openSecret(deps.keys, secretPlace(tenantId, id, 'attempt'), attempt.sealed),
  );
  const url = new URL(addressesOf(deps.publicUrl, reference).callback);
  url.search = came.query.toString();
  const proven = await finishOidc(configuration, provider.config, secret, { url, state });
  return { provider, attempt, proven };
}

/**
 * Takes what a SAML provider posted through a browser. A posted request of another site carries no cookie of ours, so a
 * good answer is laid at its attempt, and the browser comes for it by a request that does (`finishSamlAttempt`). Answers
 * the state; or, where the provider may send people whom nobody here had sent to it, who came.
 * @throws HoldfastError `forbidden` with the rule.
 */
export async function layResponse(
  deps: SignInDependencies,
  reference: ProviderReference,
  posted: { readonly response: string; readonly relayState: string; readonly now: Date },
): Promise<{ readonly state: string } | FinishedAttempt> {
  const { tenantId, id } = reference;
  const { now } = posted;
  const stateDigest = digestOf(posted.relayState);
  const attempt = await deps.db.forTenant(tenantId, (tx) => readAttempt(tx, stateDigest, id, now));
  const provider = await openProvider(deps, reference, attempt?.purpose ?? 'sign-in');
  if (provider.kind !== 'saml') throw unknownAttempt();
  if (attempt === undefined) requireUnsolicited(provider, posted.response);
  const secret =
    attempt && (await openSecret(deps.keys, secretPlace(tenantId, id, 'attempt'), attempt.sealed));
  const requestId = secret === undefined ? null : samlAttempt.parse(secret).requestId;
  const { config, secret: own } = provider;
  const ours = addressesOf(deps.publicUrl, reference);
  const assertion = await takeResponse(posted.response, { config, secret: own, ours, requestId, now });
  const answered = await sealSecret(
    deps.keys,
    secretPlace(tenantId, id, 'answer'),
    writeProven(assertion.proven),
  );
  await deps.db.forTenant(tenantId, async (tx) => {
    await takeOnce(tx, reference, assertion, now);
    if (attempt !== undefined && !(await answerAttempt(tx, stateDigest, answered))) throw replayed();
  });
  if (attempt !== undefined) return { state: posted.relayState };
  return { provider, attempt, proven: assertion.proven };
}

/** Ends an attempt whose answer was laid at it. @throws HoldfastError `forbidden` with the rule. */
export async function finishSamlAttempt(
  deps: SignInDependencies,
  reference: ProviderReference,
  came: { readonly state: string; readonly browser: string; readonly now: Date },
): Promise<FinishedAttempt> {
  const attempt = await takeOwn(deps, reference, came);
  const provider = await openProvider(deps, reference, attempt.purpose);
  if (attempt.answered === null || provider.kind !== 'saml') throw unknownAttempt();
  const place = secretPlace(reference.tenantId, reference.id, 'answer');
  return { provider, attempt, proven: readProven(await openSecret(deps.keys, place, attempt.answered)) };
}

async function takeOwn(
  { db }: SignInDependencies,
  { tenantId, id }: ProviderReference,
  { state, browser, now }: { readonly state: string; readonly browser: string; readonly now: Date },
): Promise<SignInAttempt> {
  const of = { providerId: id, browser: digestOf(browser), now };
  const attempt = await db.forTenant(tenantId, (tx) => takeAttempt(tx, digestOf(state), of));
  if (attempt === undefined) throw unknownAttempt();
  return attempt;
}

async function takeOnce(
  tx: Parameters<typeof takeMessage>[0],
  { tenantId, id }: ProviderReference,
  { digest, keepUntil }: ReadAssertion,
  now: Date,
): Promise<void> {
  if (await takeMessage(tx, tenantId, { providerId: id, digest, keepUntil, now })) return;
  throw replayed();
}

/** An answer that nobody asked for, where the provider may give one; it must not say that somebody asked. */
function requireUnsolicited(provider: OpenedProvider, response: string): void {
  const unsolicited = readMessage(decode(response)).attributes['InResponseTo'] === undefined;
  if (provider.kind === 'saml' && provider.config.idpInitiated && unsolicited) return;
  throw unknownAttempt();
}

function unknownAttempt(): HoldfastError {
  return refusedSignIn(
    'sign-in/unknown-attempt',
    'This sign-in was not begun in this browser, took longer than a quarter of an hour, or was ended before. Begin again at the sign-in page.',
  );
}

function replayed(): HoldfastError {
  return refusedSignIn(
    'sign-in/replay',
    'This answer of the identity provider was used before. Begin again.',
  );
}
