import { z } from 'zod';
import { id, instant, reason } from './primitives.ts';

/** A person who may sign in with a password kept here. */
export const localAccount = z.object({
  userId: id,
  name: z.string(),
  role: z.string(),
  hasPassword: z.boolean(),
  passwordSetAt: instant.nullable(),
  breakGlass: z.boolean().describe('May sign in although signing in with passwords is switched off.'),
  lastUsedAt: instant.nullable().describe('Last session that began with a password.'),
});
export type LocalAccount = z.infer<typeof localAccount>;

/** Local accounts, and whether they count. */
export const localAccountList = z.object({
  allowed: z.boolean().describe('Whether people may sign in with passwords kept here.'),
  secondFactor: z.boolean().describe('Whether a password needs a code of an authenticator beside it.'),
  items: z.array(localAccount),
});
export type LocalAccountList = z.infer<typeof localAccountList>;

/** Body of POST /local-sign-in. */
export const switchLocalSignInBody = z
  .strictObject({ allowed: z.boolean().optional(), secondFactor: z.boolean().optional(), reason })
  .refine(({ allowed, secondFactor }) => allowed !== undefined || secondFactor !== undefined, {
    message: 'it changes nothing: say allowed, secondFactor or both',
  });
/** Body of POST /local-accounts/:id/break-glass. */
export const breakGlassBody = z.strictObject({ breakGlass: z.boolean(), reason });
