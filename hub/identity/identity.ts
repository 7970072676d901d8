import type { Session, SignInMeans } from '../../recorder-core/records/sessions.ts';

/** Who acts, in which tenant: a person with a session, or a machine with a token or certificate. */
export interface Identity extends Omit<Session, 'means'> {
  readonly tenantId: string;
  /** Digest of the secret, or of the certificate, by which this request came; the only trace of it. */
  readonly sessionDigest: Buffer;
  readonly kind: 'user' | 'service';
  readonly means: SignInMeans | 'token' | 'certificate';
  /** Of a machine: all that it may do; null for people, whose role decides. */
  readonly scope: readonly string[] | null;
}

/** A session as whoever acts. */
export function personIdentity(tenantId: string, sessionDigest: Buffer, session: Session): Identity {
  return { ...session, tenantId, sessionDigest, kind: 'user', scope: null };
}
