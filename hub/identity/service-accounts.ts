import { randomBytes, X509Certificate } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { SCOPES, unfitForMachines } from '../../recorder-core/policy/service-scope.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  endServiceAccount,
  insertServiceAccount,
  lockServiceAccount,
  type ServiceAccount,
} from '../../recorder-core/records/service-accounts.ts';
import {
  insertServiceCredential,
  lockServiceCredential,
  revokeServiceCredential,
  type CredentialKind,
} from '../../recorder-core/records/service-credentials.ts';
import { findUser, type User } from '../../recorder-core/records/users.ts';
import { makeServiceToken } from './service-token.ts';

/** Who asks, for whom and when. */
export interface ServiceAsking {
  readonly tenantId: string;
  readonly person: User;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/** What a new token or certificate is to be. */
export interface CredentialWish {
  readonly accountId: string;
  readonly name: string;
  readonly scope: readonly string[];
  /** From now on; at most a year. */
  readonly days: number;
}

/** The longest that a machine proves itself by the same. */
export const MOST_CREDENTIAL_DAYS = 365;
const DAY_MS = 86_400_000;

/** Adds an account of a machine, which its maker looks after. @throws HoldfastError `conflict` where somebody has this name. */
export async function addServiceAccount(
  tx: Tx,
  { tenantId, person, now, newId }: ServiceAsking,
  wish: { readonly name: string; readonly purpose: string },
): Promise<string> {
  const name = wish.name.trim();
  if ((await findUser(tx, name)) !== undefined)
    throw new HoldfastError(
      'conflict',
      'A person or a machine has this name already. Choose one that tells them apart.',
      { field: 'name' },
    );
  const id = newId(now);
  const at = now.toISOString();
  await insertServiceAccount(tx, tenantId, {
    id,
    name,
    purpose: wish.purpose,
    ownerId: person.id,
    createdBy: person.id,
    createdAt: at,
  });
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'service.added', object: { type: 'user', id }, outcome: 'done' },
    { ...actedBy(person), name },
  );
  return id;
}

/** Ends an account: nothing that it proved itself by counts any more. @throws HoldfastError `not_found`, `conflict` where it has ended. */
export async function endService(tx: Tx, asking: ServiceAsking, id: string, reason: string): Promise<void> {
  const { tenantId, person, now } = asking;
  await standingAccount(tx, id);
  await endServiceAccount(tx, id, now.toISOString());
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'service.ended', object: { type: 'user', id }, outcome: 'done' },
    { ...actedBy(person), reason },
  );
}

/** Makes a token. Its text is in the answer and nowhere else. @throws HoldfastError as `issue`. */
export async function issueToken(
  tx: Tx,
  asking: ServiceAsking,
  wish: CredentialWish,
): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: string }> {
  const { text, digest } = makeServiceToken(asking.tenantId, randomBytes);
  return { token: text, ...(await issue(tx, asking, { ...wish, kind: 'token', digest })) };
}

/**
 * Lets an account prove itself by a client certificate, at most as long as the certificate is valid.
 * @throws HoldfastError `invalid_input` for what is no certificate or one that is over; `conflict` for one that stands for an account already.
 */
export async function registerCertificate(
  tx: Tx,
  asking: ServiceAsking,
  wish: CredentialWish & { readonly pem: string },
): Promise<{ readonly id: string; readonly fingerprint: string; readonly expiresAt: string }> {
  const certificate = readCertificate(wish.pem);
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  const days = (certificate.validToDate.getTime() - asking.now.getTime()) / DAY_MS;
  if (days <= 0) throw noCertificate('it is not valid any more');
  try {
    const issued = await issue(tx, asking, {
      ...wish,
      days: Math.min(wish.days, days),
      kind: 'certificate',
      digest: Buffer.from(fingerprint, 'hex'),
    });
    return { fingerprint, ...issued };
  } catch (error) {
    if ((error as { constraint?: unknown }).constraint !== 'service_credential_certificate') throw error;
    throw new HoldfastError(
      'conflict',
      'This certificate stands for an account already. Revoke it there, or use another one.',
      { field: 'certificate', cause: error },
    );
  }
}

/** Ends a token or certificate at once. @throws HoldfastError `not_found`, `conflict` where it was revoked before. */
export async function revokeCredential(
  tx: Tx,
  asking: ServiceAsking,
  id: string,
  reason: string,
): Promise<void> {
  const { tenantId, person, now } = asking;
  const credential = await lockServiceCredential(tx, id);
  if (credential === undefined)
    throw new HoldfastError('not_found', 'There is no token or certificate of this id.');
  if (!(await revokeServiceCredential(tx, id, now.toISOString())))
    throw new HoldfastError('conflict', 'This was revoked before; nothing was changed.');
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'credential.revoked',
      object: { type: 'user', id: credential.accountId },
      outcome: 'done',
      facts: { credential: id, kind: credential.kind },
    },
    { ...actedBy(person), reason },
  );
}

/** @throws HoldfastError `invalid_input` for a scope no machine may have, `not_found`, `conflict` where the account has ended. */
async function issue(
  tx: Tx,
  { tenantId, person, now, newId }: ServiceAsking,
  wish: CredentialWish & { readonly kind: CredentialKind; readonly digest: Buffer },
): Promise<{ readonly id: string; readonly expiresAt: string }> {
  await standingAccount(tx, wish.accountId);
  const scope = [...new Set(wish.scope)].sort();
  const unfit = unfitForMachines(scope);
  if (unfit.length > 0)
    throw new HoldfastError(
      'invalid_input',
      `A machine cannot be let do ${unfit.join(', ')}: it is unknown, or for people alone. It may have ${SCOPES.join(', ')}.`,
      { field: 'scope' },
    );
  const id = newId(now);
  const expiresAt = new Date(
    now.getTime() + Math.min(wish.days, MOST_CREDENTIAL_DAYS) * DAY_MS,
  ).toISOString();
  await insertServiceCredential(tx, tenantId, {
    id,
    accountId: wish.accountId,
    kind: wish.kind,
    name: wish.name,
    digest: wish.digest,
    scope,
    createdBy: person.id,
    createdAt: now.toISOString(),
    expiresAt,
  });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'credential.issued',
      object: { type: 'user', id: wish.accountId },
      outcome: 'done',
      facts: { credential: id, kind: wish.kind, scope, expiresAt },
    },
    actedBy(person),
  );
  return { id, expiresAt };
}

async function standingAccount(tx: Tx, id: string): Promise<ServiceAccount> {
  const account = await lockServiceAccount(tx, id);
  if (account === undefined) throw new HoldfastError('not_found', 'There is no service account of this id.');
  if (account.endedAt !== null)
    throw new HoldfastError('conflict', 'This service account has ended. Add a new one.');
  return account;
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw noCertificate('it is no X.509 certificate in PEM');
  }
}

function noCertificate(why: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The certificate cannot be used: ${why}. Paste the client certificate that the machine shows, without its key.`,
    { field: 'certificate' },
  );
}
