/** Credentials: which kinds exist, what a person fills in, and nothing about where they are kept. */
import { z } from 'zod';

const secret = (title: string) => z.string().min(1).max(8192).meta({ title, secret: true });

/** A signing secret of Standard Webhooks; `until` is set where a newer one took its place. */
const signingSecret = z.strictObject({
  secret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/)
    .meta({ title: 'Signing secret', secret: true }),
  until: z.iso.datetime({ precision: 3 }).nullable(),
});

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
  z.strictObject({ type: z.literal('bearer'), token: secret('Token') }),
  z.strictObject({
    type: z.literal('oauth2_client_credentials'),
    clientId: z.string().min(1).max(512).meta({ title: 'Client id' }),
    clientSecret: secret('Client secret'),
  }),
  z.strictObject({
    type: z.literal('oauth2_jwt_bearer'),
    clientId: z.string().min(1).max(512).meta({ title: 'Client id' }),
    subject: z.string().min(1).max(512).meta({ title: 'User the client acts for' }),
    privateKey: secret('Private key (PEM)'),
  }),
  z.strictObject({
    type: z.literal('oauth2_code'),
    clientId: z.string().min(1).max(512).meta({ title: 'Client id' }),
    /** Null for a public client. */
    clientSecret: secret('Client secret').nullable().default(null),
    /** Null until a person has consented; the host writes each new one back before it uses it. */
    refreshToken: secret('Refresh token').nullable().default(null),
  }),
  z.strictObject({
    type: z.literal('keypair_jwt'),
    subject: z.string().min(1).max(512).meta({ title: 'User' }),
    privateKey: secret('Private key (PEM)'),
  }),
  z.strictObject({
    type: z.literal('mtls'),
    certificate: z.string().min(1).max(32_768).meta({ title: 'Certificate chain (PEM)' }),
    privateKey: secret('Private key (PEM)'),
  }),
  // One secret for each direction: what we sign can never be sent back to us as somebody else's.
  z.strictObject({
    type: z.literal('webhook'),
    sending: z.array(signingSecret).max(3),
    receiving: z.array(signingSecret).max(3),
  }),
]);
export type Credential = z.infer<typeof credential>;

/** An address of an authorization server: a path at the origin of a configured address, which `hosts` must allow. */
export interface TokenEndpoint {
  readonly fromConfig: string;
  readonly path: string;
}

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
  | { readonly type: 'basic'; readonly title: string }
  | { readonly type: 'bearer'; readonly title: string }
  /** RFC 6749, section 4.4. */
  | {
      readonly type: 'oauth2_client_credentials';
      readonly title: string;
      readonly token: TokenEndpoint;
      readonly scope?: string;
      /** Where the client's secret goes: RFC 6749, section 2.3.1. */
      readonly clientSecretIn: 'header' | 'body';
    }
  /** RFC 7523, section 2.1. */
  | {
      readonly type: 'oauth2_jwt_bearer';
      readonly title: string;
      readonly token: TokenEndpoint;
      /** The property of the configuration that holds the audience of the assertion. */
      readonly audience: { readonly fromConfig: string };
    }
  /** RFC 6749, section 4.1, with PKCE (RFC 7636); tokens are refreshed by the host. */
  | {
      readonly type: 'oauth2_code';
      readonly title: string;
      readonly authorize: TokenEndpoint;
      readonly token: TokenEndpoint;
      readonly scope: string;
      /** Where the client's secret goes; in the header without a word. */
      readonly clientSecretIn?: 'header' | 'body';
    }
  /** A token that the holder of a key signs itself; the vendor's own client does, see `needs: ['own-client']`. */
  | { readonly type: 'keypair_jwt'; readonly title: string }
  | { readonly type: 'mtls'; readonly title: string }
  /** Each request is signed by Standard Webhooks; the connector sets `webhook-id`, the host the rest. */
  | { readonly type: 'webhook'; readonly title: string };
