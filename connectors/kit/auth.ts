/** Credentials: which kinds exist, what a person fills in, and nothing about where they are kept. */
import { z } from 'zod';

const secret = (title: string) => z.string().min(1).max(8192).meta({ title, secret: true });

/** A credential as the hub hands it to the host, never to a connector. */
export const credential = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('api_key'), apiKey: secret('API key') }),
  z.strictObject({
    type: z.literal('basic'),
    // RFC 7617, section 2: the user-id cannot hold a colon.
    username: z
      .string()
      .min(1)
      .max(256)
      .regex(/^[^:]*$/)
      .meta({ title: 'User name' }),
    password: secret('Password'),
  }),
]);
export type Credential = z.infer<typeof credential>;

/** A way to authenticate that a connector accepts; the host puts the credential where it says. */
export type AuthMethod =
  | { readonly type: 'none'; readonly title: string }
  | {
      readonly type: 'api_key';
      readonly title: string;
      /** Lower case, for example `authorization`. */
      readonly header: string;
      /** Put before the key, for example `ApiKey `. */
      readonly prefix: string;
    }
  | { readonly type: 'basic'; readonly title: string };
