/** The two steps of RFC 6749, section 4.1, with PKCE (RFC 7636, S256) that the host does for a connection. */
import type { AuthMethod, Credential } from '../../../connectors/kit/auth.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Connector } from '../../../connectors/kit/connector.ts';
import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import { askToken, TokenRefused, type TokenWay } from './ask-token.ts';
import { authenticate } from './authenticate.ts';
import { authenticated, endpointUrl } from './token-grant.ts';
import type { Token } from './token-store.ts';

type CodeMethod = Extract<AuthMethod, { type: 'oauth2_code' }>;
type CodeCredential = Extract<Credential, { type: 'oauth2_code' }>;

/** The connector's way to be consented to, and the credential for it. */
export interface CodeClient {
  readonly method: CodeMethod;
  readonly credential: CodeCredential;
}

/** @throws HoldfastError `conflict` where the credential is not one that a person consents to. */
export function codeClient(connector: Connector, input: unknown): CodeClient {
  const { method, credential } = authenticate(connector.manifest.auth, input);
  if (method.type === 'oauth2_code' && credential.type === 'oauth2_code') return { method, credential };
  throw new HoldfastError(
    'conflict',
    'The credential of this connection needs no consent of a person, so there is nothing to authorize.',
  );
}

/** Where the person is sent. `challenge` is the S256 of the verifier. */
export function authorizeUrl(
  { method, credential }: CodeClient,
  config: unknown,
  asked: { readonly state: string; readonly challenge: string; readonly redirectUri: string },
): string {
  const url = endpointUrl(method.authorize, config);
  const query = {
    response_type: 'code',
    client_id: credential.clientId,
    redirect_uri: asked.redirectUri,
    scope: method.scope,
    state: asked.state,
    code_challenge: asked.challenge,
    code_challenge_method: 'S256',
    // Without it some servers give no refresh token to who consented before.
    prompt: 'consent',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Makes a token of the code that the person brought back.
 * @throws HoldfastError `invalid_input` for a code that the server does not take or that gives no refresh token;
 * RemoteFailure as `askToken`.
 */
export async function exchangeCode(
  way: TokenWay,
  { method, credential }: CodeClient,
  config: unknown,
  brought: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<Token & { readonly refreshToken: string }> {
  const form = authenticated(
    {
      grant_type: 'authorization_code',
      code: brought.code,
      redirect_uri: brought.redirectUri,
      code_verifier: brought.verifier,
    },
    credential,
    method.clientSecretIn,
  );
  const got = await askToken(way, endpointUrl(method.token, config), form).catch((error: unknown) => {
    if (error instanceof TokenRefused) throw codeRefused(error.code);
    throw error;
  });
  if (got.refreshToken === null) {
    throw new RemoteFailure(
      remoteError(
        'config',
        'The authorization server gave no refresh token, so the connection would end soon.',
        {
          scope: 'connection',
          fix: 'Let the client have offline access there, and connect again.',
        },
      ),
    );
  }
  return { ...got, refreshToken: got.refreshToken };
}

function codeRefused(code: string | null): HoldfastError {
  const word = code === null ? '' : ` (${code})`;
  return new HoldfastError(
    'invalid_input',
    `The authorization server did not take the code${word}; nothing was changed. Connect again, and check client id and secret.`,
    { field: '/body/code' },
  );
}
