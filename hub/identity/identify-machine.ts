import type { Database } from '../../recorder-core/records/database.ts';
import {
  tenantOfCertificate,
  useServiceCredential,
  type StandingCredential,
} from '../../recorder-core/records/service-credentials.ts';
import { parseServiceToken } from './service-token.ts';
import type { Identity } from './identity.ts';

/** No tenant has this id; a transaction in its name sees no row of anybody. */
const NO_TENANT = '00000000-0000-0000-0000-000000000000';

/**
 * The machine behind a token; undefined where the token is unknown, revoked or expired.
 * @throws HoldfastError `unauthenticated` for a text that was never one.
 */
export async function identifyToken(db: Database, text: string, now: Date): Promise<Identity | undefined> {
  const { tenantId, digest } = parseServiceToken(text);
  return identifyBy(db, tenantId, { kind: 'token', digest }, now);
}

/** The machine behind a client certificate that TLS has checked, by its SHA-256 fingerprint; undefined where nobody registered it. */
export async function identifyCertificate(
  db: Database,
  fingerprint: Buffer,
  now: Date,
): Promise<Identity | undefined> {
  const tenantId = await db.forTenant(NO_TENANT, (tx) => tenantOfCertificate(tx, fingerprint));
  return tenantId === undefined
    ? undefined
    : identifyBy(db, tenantId, { kind: 'certificate', digest: fingerprint }, now);
}

async function identifyBy(
  db: Database,
  tenantId: string,
  by: { readonly kind: 'token' | 'certificate'; readonly digest: Buffer },
  now: Date,
): Promise<Identity | undefined> {
  const found = await db.forTenant(tenantId, (tx) => useServiceCredential(tx, by, now.toISOString()));
  return found && machineIdentity(tenantId, by.digest, found);
}

/** A machine as whoever acts. Its scope is all that it may do; its proof is as old as its credential, and no presence. */
export function machineIdentity(
  tenantId: string,
  digest: Buffer,
  { id, kind, scope, createdAt, expiresAt, account }: StandingCredential,
): Identity {
  return {
    tenantId,
    sessionDigest: digest,
    kind: 'service',
    scope,
    user: { id: account.id, name: account.name, role: 'service' },
    sessionId: id,
    means: kind,
    providerId: null,
    authAt: createdAt.toISOString(),
    steppedUpAt: null,
    acr: null,
    amr: [],
    country: null,
    groups: [],
    department: account.department,
    job: null,
    region: account.region,
    expiresAt: expiresAt.toISOString(),
  };
}
