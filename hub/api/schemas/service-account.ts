import { z } from 'zod';
import { id, instant, reason, storable } from './primitives.ts';

const name = storable(z.string().trim().min(1).max(120));
const scope = z
  .array(z.string().min(1).max(60))
  .min(1)
  .max(60)
  .describe('All that the machine may do: acts such as `recording.list`, and `scim`.');
const days = z.int().min(1).max(365).default(90).describe('From now on; at most a year.');

/** Body of POST /service-accounts. */
export const addServiceAccountBody = z.strictObject({
  name,
  purpose: storable(z.string().trim().min(3).max(500)).describe('What the machine is for, in words.'),
});
/** Body of what ends an account, a token or a certificate. */
export const endServiceBody = z.strictObject({ reason });
/** Body of POST /service-accounts/:id/tokens. */
export const issueTokenBody = z.strictObject({ name, scope, days });
export type IssueTokenBody = z.input<typeof issueTokenBody>;
/** Body of POST /service-accounts/:id/certificates. */
export const registerCertificateBody = z.strictObject({
  name,
  scope,
  days,
  certificate: z.string().min(50).max(20_000).describe('The client certificate in PEM, without its key.'),
});
export type RegisterCertificateBody = z.input<typeof registerCertificateBody>;

/** A token or certificate as lists show it; never its secret. */
export const serviceCredential = z.object({
  id,
  kind: z.enum(['token', 'certificate']),
  name: z.string(),
  fingerprint: z.string().nullable().describe('SHA-256 of a certificate, in hexadecimal.'),
  scope: z.array(z.string()),
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: instant.nullable().describe('To the minute.'),
  revokedAt: instant.nullable(),
});
export type ServiceCredential = z.infer<typeof serviceCredential>;

/** An account of a machine. */
export const serviceAccount = z.object({
  id,
  name: z.string(),
  purpose: z.string(),
  owner: z.object({ id, name: z.string() }).nullable().describe('Who looks after it.'),
  createdAt: instant,
  endedAt: instant.nullable(),
  credentials: z.array(serviceCredential),
});
export type ServiceAccount = z.infer<typeof serviceAccount>;

/** Every account, and what their tokens can be allowed. */
export const serviceAccountList = z.object({
  items: z.array(serviceAccount),
  scopes: z.array(z.string()).describe('Everything that a machine may be let do.'),
});
export type ServiceAccountList = z.infer<typeof serviceAccountList>;

/** A new token; the only time that its text is shown. */
export const issuedToken = z.object({ id, token: z.string(), expiresAt: instant });
export type IssuedToken = z.infer<typeof issuedToken>;
/** A registered certificate. */
export const registeredCertificate = z.object({ id, fingerprint: z.string(), expiresAt: instant });
export type RegisteredCertificate = z.infer<typeof registeredCertificate>;
