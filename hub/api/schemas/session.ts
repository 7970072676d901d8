import { z } from 'zod';
import { id, instant, storable } from './primitives.ts';

/** Body of POST /api/v1/session: the secret of a one-time sign-in link. */
export const signIn = z.strictObject({ token: z.string().min(20).max(400) });
export type SignIn = z.infer<typeof signIn>;

/** Who is signed in and what the console may offer. */
export const session = z.object({
  user: z.object({ id, name: z.string(), role: z.string() }),
  tenant: z.object({ id, name: z.string(), region: z.string() }),
  acts: z.array(z.string()).describe('Acts that the role allows, for example "hold.place".'),
  expiresAt: instant,
});
export type Session = z.infer<typeof session>;

/**
 * Whether the product is ready. It can be ready and `degraded`: it does its work, and something that must come back is
 * away. Version, degradation and checks, which tell of the house, are for the operator on the machine and for people
 * who are signed in; others get no version and an empty list.
 */
export const readiness = z.object({
  ready: z.boolean(),
  degraded: z.boolean().optional(),
  version: z.string().optional(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      detail: z.string(),
      vital: z.boolean().optional().describe('False where the role can do without it for a while.'),
    }),
  ),
});
export type Readiness = z.infer<typeof readiness>;

const password = z.string().min(1).max(1000);

/** Body of POST /api/v1/session/password. */
export const passwordSignIn = z.strictObject({
  name: storable(z.string().trim().min(1).max(320)).describe('Name or e-mail address.'),
  password,
  code: z
    .string()
    .max(64)
    .optional()
    .describe('Of an authenticator, or a recovery code, where the tenant asks for one beside a password.'),
  tenant: id.optional().describe('Id of the tenant; without it that of the installation.'),
});
export type PasswordSignIn = z.infer<typeof passwordSignIn>;

/** Body of POST /api/v1/session/own-password. */
export const ownPassword = z.strictObject({
  password,
  current: password.optional().describe('The password until now, where there is one.'),
});
export type OwnPassword = z.infer<typeof ownPassword>;
