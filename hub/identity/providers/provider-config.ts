import { X509Certificate } from 'node:crypto';
import { z } from 'zod';

const attributeName = z.string().min(1).max(300).nullable();

/** Which attribute or claim says what of a person; null where nothing does. Nested claims are named with dots. */
export const attributeNames = z.strictObject({
  email: attributeName.default('email'),
  name: attributeName.default('name'),
  groups: attributeName.default('groups'),
  department: attributeName.default('department'),
  job: attributeName.default('title'),
});
export type AttributeNames = z.output<typeof attributeNames>;

const absoluteUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((text) => {
    const { username, password, hash } = new URL(text);
    return username === '' && password === '' && hash === '';
  }, 'an address here has no password and no fragment');

const certificate = z.string().max(20_000).refine(isCertificate, 'it is no X.509 certificate in PEM');

const common = {
  /** People are made and changed by what the provider says of them; else only people who are known already may come. */
  justInTime: z.boolean().default(true),
  attributes: attributeNames.prefault({}),
  /** How far clocks may differ; three minutes at most. */
  clockSkewSeconds: z.int().min(0).max(180).default(60),
  /** Classes of authentication that count as a fresh proof of presence; empty: none does. */
  stepUpAcr: z.array(z.string().min(1).max(300)).max(10).default([]),
};

/** A SAML 2.0 identity provider. */
export const samlConfig = z.strictObject({
  ...common,
  entityId: z.string().min(1).max(1024),
  /** Where browsers take our requests, by redirect. */
  signInUrl: absoluteUrl,
  /** Where browsers take our logout requests; null where the provider has no single logout. */
  logoutUrl: absoluteUrl.nullable().default(null),
  /** Where they take our answers to the provider's own; null where that is the same address. */
  logoutResponseUrl: absoluteUrl.nullable().default(null),
  /** Old and new ones may stand together while the provider changes its key. */
  certificates: z.array(certificate).min(1).max(5),
  /** What must be signed. An encrypted assertion is taken only inside a signed response. */
  signed: z.enum(['assertion', 'response', 'both']).default('assertion'),
  /** Refuses assertions in the clear. */
  encrypted: z.boolean().default(false),
  /** Takes an answer that nobody here asked for: it may then have been put into the browser by somebody else. */
  idpInitiated: z.boolean().default(false),
  signRequests: z.boolean().default(false),
  nameIdFormat: z.string().max(300).nullable().default(null),
});
export type SamlConfig = z.output<typeof samlConfig>;

/** An OpenID Connect provider. */
export const oidcConfig = z.strictObject({
  ...common,
  issuer: absoluteUrl,
  clientId: z.string().min(1).max(500),
  clientAuthentication: z
    .enum(['client_secret_basic', 'client_secret_post', 'none'])
    .default('client_secret_basic'),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'it is no scope'))
    .max(20)
    .default(['openid', 'email', 'profile'])
    .refine((scopes) => scopes.includes('openid'), 'the scope openid is needed'),
  /** The algorithm of the ID token; none of them works with a shared secret. */
  algorithm: z
    .enum([
      'RS256',
      'RS384',
      'RS512',
      'PS256',
      'PS384',
      'PS512',
      'ES256',
      'ES384',
      'ES512',
      'EdDSA',
      'Ed25519',
    ])
    .default('RS256'),
  /** Asks the userinfo endpoint for what the ID token leaves out. */
  userInfo: z.boolean().default(true),
  /** Every so many minutes the provider is asked whether the person may still be signed in; null: never. */
  renewMinutes: z.int().min(1).max(600).nullable().default(null),
});
export type OidcConfig = z.output<typeof oidcConfig>;

/** What is secret of a SAML provider here. */
export const samlSecret = z.strictObject({
  /** Signs our requests and opens encrypted assertions, PEM. */
  privateKey: z.string().max(20_000).refine(isPrivateKey, 'it is no unencrypted private key in PEM'),
  /** The certificate of it, for our metadata. */
  certificate,
});
export type SamlSecret = z.output<typeof samlSecret>;

/** What is secret of an OpenID Connect provider here. */
export const oidcSecret = z.strictObject({ clientSecret: z.string().min(1).max(2000) });
export type OidcSecret = z.output<typeof oidcSecret>;

/** Domains whose people a provider knows, in small letters. */
export const mailDomains = z
  .array(
    z
      .string()
      .toLowerCase()
      .regex(/^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/, 'it is no domain'),
  )
  .max(50);

function isCertificate(text: string): boolean {
  try {
    return text.includes('-----BEGIN CERTIFICATE-----') && new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

function isPrivateKey(text: string): boolean {
  return /^-----BEGIN (RSA )?PRIVATE KEY-----[\s\S]+-----END (RSA )?PRIVATE KEY-----\s*$/.test(text.trim());
}
