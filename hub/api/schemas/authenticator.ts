import { z } from 'zod';
import { id, instant, reason } from './primitives.ts';

/** Bytes as WebAuthn's JSON has them (WebAuthn level 3, section 5.1). */
const bytes = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/, 'base64url without padding');

const transports = z.array(z.string().regex(/^[a-z0-9-]{1,20}$/)).max(10);

/** What `navigator.credentials.get` answers. What is not looked at is not kept. */
export const assertion = z
  .object({
    id: bytes(1_400),
    rawId: bytes(1_400),
    type: z.literal('public-key'),
    response: z
      .object({
        clientDataJSON: bytes(8_000),
        authenticatorData: bytes(8_000),
        signature: bytes(2_000),
        userHandle: bytes(100).nullish(),
      })
      .transform(({ userHandle, ...rest }) => ({
        ...rest,
        ...(typeof userHandle === 'string' ? { userHandle } : {}),
      })),
    clientExtensionResults: z
      .record(z.string(), z.unknown())
      .default({})
      .transform(() => ({})),
  })
  .refine(({ id: name, rawId }) => name === rawId, 'id and rawId are the same');

/** What `navigator.credentials.create` answers. */
export const registration = z
  .object({
    id: bytes(1_400),
    rawId: bytes(1_400),
    type: z.literal('public-key'),
    response: z
      .object({
        clientDataJSON: bytes(8_000),
        attestationObject: bytes(20_000),
        transports: transports.optional(),
      })
      .transform(({ transports: told, ...rest }) => ({
        ...rest,
        ...(told === undefined ? {} : { transports: told }),
      })),
    clientExtensionResults: z
      .record(z.string(), z.unknown())
      .default({})
      .transform(() => ({})),
  })
  .refine(({ id: name, rawId }) => name === rawId, 'id and rawId are the same');

const code = z.string().regex(/^\d{6}$/, 'six digits');
const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}+$/u, 'one line')
  .describe('What you call it, such as "Key on my ring".');

/** One of a person's own authenticators. */
export const authenticator = z.object({
  id,
  kind: z.enum(['passkey', 'totp']),
  name: z.string(),
  addedAt: instant,
  usedAt: instant.nullable(),
  backedUp: z
    .boolean()
    .nullable()
    .describe('Of a passkey: whether its provider keeps a copy, so that it is not bound to one device.'),
});
export type AuthenticatorEntry = z.infer<typeof authenticator>;

/** What a person can prove their presence with. */
export const authenticatorList = z.object({
  items: z.array(authenticator),
  recoveryCodes: z.number().int().describe('How many are left.'),
  passkeysAt: z
    .string()
    .nullable()
    .describe('Origin of the pages that passkeys work on; null where the console has no name.'),
});
export type AuthenticatorList = z.infer<typeof authenticatorList>;

/** Options for `navigator.credentials`, in its own JSON form. */
const options = z
  .record(z.string(), z.unknown())
  .describe('As navigator.credentials takes it, in JSON form.');

export const passkeyQuestion = z.object({ challengeId: id, options, expiresAt: instant });
export type PasskeyQuestion = z.infer<typeof passkeyQuestion>;

export const addPasskey = z.strictObject({ challengeId: id, name, response: registration });
export const totpQuestion = z.object({
  challengeId: id,
  secret: z.string().describe('To type into the app, in base 32. It is shown once.'),
  uri: z.string().describe('The same as an address that authenticator apps open.'),
  expiresAt: instant,
});
export type TotpQuestion = z.infer<typeof totpQuestion>;
export const addTotp = z.strictObject({ challengeId: id, name, code });

export const recoveryCodes = z.object({
  codes: z.array(z.string()).describe('Each works once. They are shown once.'),
});

/** With what the person can prove their presence in this session, and when they last did. */
export const stepUpState = z.object({
  provenAt: instant.nullable(),
  freshUntil: instant.nullable().describe('Until when that counts; null where it does not, or never was.'),
  passkeys: z.number().int(),
  totp: z.number().int(),
  recoveryCodes: z.number().int(),
  passkeysAt: z.string().nullable(),
  providerId: id.nullable().describe('The identity provider that can ask the person anew.'),
});
export type StepUpState = z.infer<typeof stepUpState>;

/** The proof itself. */
export const stepUpProof = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('passkey'), challengeId: id, response: assertion }),
  z.strictObject({ method: z.literal('totp'), code }),
  z.strictObject({ method: z.literal('recovery-code'), code: z.string().min(24).max(60) }),
]);
export type StepUpProof = z.input<typeof stepUpProof>;

/** Body of POST /session/passkey/finish; the question is in the answer. */
export const passkeySignIn = z.strictObject({ response: assertion });
export const passkeySignInQuestion = z.object({ options });
export type PasskeySignInQuestion = z.infer<typeof passkeySignInQuestion>;

export const resetAuthenticators = z.strictObject({ reason });
export const resetAnswer = z.object({ removed: z.number().int() });
