import { STEP_UP_SECONDS } from '../../../recorder-core/policy/step-up.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { noteProviderTest } from '../../../recorder-core/records/identity-providers.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { insertProviderSession } from '../../../recorder-core/records/provider-sessions.ts';
import { readSubject } from '../../../recorder-core/records/provider-subjects.ts';
import type { SignInAttempt } from '../../../recorder-core/records/sign-in-attempts.ts';
import { sealSecret } from '../../connections/credential-envelope.ts';
import { beginSession, type BegunSession } from '../begin-session.ts';
import type { SignInPlace } from '../sessions.ts';
import { acceptPerson, judge, type AcceptContext } from './accept-person.ts';
import type { FinishedAttempt } from './finish-attempt.ts';
import { secretPlace, type OpenedProvider } from './open-provider.ts';
import type { ProvenPerson } from './proven-person.ts';
import { refusedSignIn } from './refused-sign-in.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** Begins the session of somebody for whom a provider vouched. @throws HoldfastError `forbidden` with the rule. */
export async function completeSignIn(
  { db, keys }: SignInDependencies,
  context: AcceptContext,
  { provider, proven }: FinishedAttempt,
  place: SignInPlace,
): Promise<BegunSession> {
  const { tenantId, row } = provider;
  const sealed = await sealSecret(keys, secretPlace(tenantId, row.id, 'tokens'), proven.tokens);
  return db.forTenant(tenantId, async (tx) => {
    const userId = await acceptPerson(tx, context, provider, proven);
    const begun = await beginSession(tx, tenantId, {
      ...place,
      userId,
      means: provider.kind,
      providerId: row.id,
      authAt: proven.authAt,
      acr: proven.acr,
      amr: proven.amr,
      steppedUpAt: isStrong(provider, proven) ? proven.authAt : null,
      now: context.now,
    });
    await insertProviderSession(tx, tenantId, {
      sessionId: begun.identity.sessionId,
      providerId: row.id,
      subject: proven.subject,
      providerSid: proven.providerSid,
      sealed,
      renewAt: renewalOf(provider, proven, context.now),
    });
    return begun;
  });
}

/** Whether the class of authentication is one that the tenant counts as a proof of presence. */
function isStrong({ config }: OpenedProvider, { acr, authAt }: ProvenPerson): boolean {
  return acr !== null && authAt !== null && config.stepUpAcr.includes(acr);
}

function renewalOf(provider: OpenedProvider, { tokens }: ProvenPerson, now: Date): Date | null {
  if (provider.kind !== 'oidc' || provider.config.renewMinutes === null || tokens.refreshToken === undefined)
    return null;
  return new Date(now.getTime() + provider.config.renewMinutes * 60_000);
}

/**
 * Keeps what a test sign-in brought and the role that it would give; begins no session and changes nobody. The provider
 * counts as tested from then on, until it is changed.
 */
export async function completeTest(
  { db, keys }: SignInDependencies,
  { now }: AcceptContext,
  { provider, proven }: FinishedAttempt,
): Promise<void> {
  const { tenantId, row } = provider;
  const { person, answer } = await db.forTenant(tenantId, async (tx) =>
    judge(tx, provider, proven, await readSubject(tx, row.id, proven.subject)),
  );
  const kept = { subject: proven.subject, acr: proven.acr, person, answer };
  const sealed = await sealSecret(keys, secretPlace(tenantId, row.id, 'test'), kept);
  await db.forTenant(tenantId, async (tx) => {
    await noteProviderTest(tx, row.id, { version: row.version, sealed, passed: true, at: now });
    await appendLeaf(tx, tenantId, {
      at: now,
      act: 'configuration.changed',
      object: { type: 'identity-provider', id: row.id },
      outcome: 'tested',
      facts: { version: row.version, role: answer.role, rule: answer.rule },
    });
  });
}

/**
 * Checks that whoever came back for a step-up is the person of the session, and proved it after they were asked, by a class
 * that counts. Answers what was proved. @throws HoldfastError `forbidden` with the rule.
 */
export async function requireFreshPerson(
  tx: Tx,
  { config, row }: OpenedProvider,
  attempt: SignInAttempt,
  proven: ProvenPerson,
  now: Date,
): Promise<ProvenPerson> {
  const userId = await readSubject(tx, row.id, proven.subject);
  if (userId === undefined || userId !== attempt.userId)
    throw refusedSignIn(
      'sign-in/other-person',
      'Somebody else proved their presence than is signed in. Nothing was changed.',
    );
  const oldest = Math.max(attempt.askedAt.getTime(), now.getTime() - STEP_UP_SECONDS * 1000);
  if (proven.authAt === null || proven.authAt.getTime() < oldest - config.clockSkewSeconds * 1000)
    throw refusedSignIn(
      'sign-in/not-fresh',
      'The identity provider did not ask you anew, so your presence is not proved. Use an authenticator of Holdfast, or ask an administrator.',
    );
  if (config.stepUpAcr.length > 0 && !config.stepUpAcr.includes(proven.acr ?? ''))
    throw refusedSignIn(
      'sign-in/weak-proof',
      'The identity provider asked you for less than is needed here. Use an authenticator of Holdfast, or ask an administrator.',
    );
  return proven;
}
