import type { ReceivedAttributes } from './received-attributes.ts';

/** Somebody for whom a provider vouched, after everything about its answer was checked. */
export interface ProvenPerson {
  /** What the provider calls them, for ever: `sub`, or the persistent name of SAML. */
  readonly subject: string;
  readonly attributes: ReceivedAttributes;
  /** Whether the provider says that the e-mail address is not proved. */
  readonly mailUnproved: boolean;
  /** When they proved who they are, where the provider tells. */
  readonly authAt: Date | null;
  readonly acr: string | null;
  readonly amr: readonly string[];
  /** Its name of this session, for a logout. */
  readonly providerSid: string | null;
  /** What is needed to end or renew the session at the provider; secret. */
  readonly tokens: ProviderTokens;
}

/** Kept sealed beside the session. */
export interface ProviderTokens {
  readonly idToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly nameId?: string | undefined;
  readonly nameIdFormat?: string | undefined;
}

/** It as text, for what is sealed until the browser comes for it. */
export function writeProven(proven: ProvenPerson): unknown {
  return { ...proven, authAt: proven.authAt?.toISOString() ?? null };
}

/** Reads what `writeProven` wrote. */
export function readProven(written: unknown): ProvenPerson {
  const { authAt, ...rest } = written as Omit<ProvenPerson, 'authAt'> & { readonly authAt: string | null };
  return { ...rest, authAt: authAt === null ? null : new Date(authAt) };
}
