import { HoldfastError } from '../../../recorder-core/errors.ts';
import { credential, type AuthMethod, type Credential } from '../../../connectors/kit/auth.ts';
import { signMessage } from './sign-message.ts';

/** A credential in the form the transport needs, and the texts that must never be seen. */
export interface Authentication {
  readonly credential: Credential;
  readonly method: AuthMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** Adds what depends on the request itself; undefined where nothing does. */
  readonly sign?: SignRequest;
}

/** The headers that a request's own headers (names in lower case) and body ask for. */
export type SignRequest = (
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
  nowMs: number,
) => Readonly<Record<string, string>>;

/**
 * Turns a stored credential into request headers by the method the connector declares for it. Throws
 * HoldfastError `invalid_input` when the credential is malformed or of a kind the connector does not take;
 * the message never quotes it.
 */
export function authenticate(methods: readonly AuthMethod[], input: unknown): Authentication {
  const parsed = credential.safeParse(input);
  if (!parsed.success) throw refused('is malformed');
  const method = methods.find(({ type }) => type === parsed.data.type);
  if (method === undefined && parsed.data.type === 'none')
    throw new HoldfastError(
      'invalid_input',
      'This connection has no credential yet; nothing was sent. Give it one.',
      { field: 'credential' },
    );
  if (method === undefined)
    throw refused(
      `is not of a kind that this connector takes (${methods.map(({ type }) => type).join(', ')})`,
    );
  return { credential: parsed.data, method, ...apply(method, parsed.data) };
}

function apply(method: AuthMethod, given: Credential): Omit<Authentication, 'credential' | 'method'> {
  if (method.type === 'api_key' && given.type === 'api_key') {
    return { headers: { [method.header]: `${method.prefix}${given.apiKey}` }, secrets: [given.apiKey] };
  }
  if (given.type === 'basic') {
    // RFC 7617, section 2, with UTF-8.
    const pair = Buffer.from(`${given.username}:${given.password}`).toString('base64');
    return { headers: { authorization: `Basic ${pair}` }, secrets: [given.password, pair] };
  }
  if (given.type === 'bearer')
    return { headers: { authorization: `Bearer ${given.token}` }, secrets: [given.token] };
  if (given.type === 'webhook') {
    const secrets = given.sending.map(({ secret }) => secret);
    return {
      headers: {},
      secrets,
      sign: (headers, body, nowMs) => signMessage(given.sending, headers, body, nowMs),
    };
  }
  if (given.type === 'oauth2_client_credentials') return { headers: {}, secrets: [given.clientSecret] };
  if (given.type === 'oauth2_code')
    return { headers: {}, secrets: [given.clientSecret, given.refreshToken].filter((text) => text !== null) };
  if ('privateKey' in given) return { headers: {}, secrets: secretsOfKey(given.privateKey) };
  return { headers: {}, secrets: [] };
}

/** A key as a whole and each line of it: a log that quotes a key may break it anywhere. */
function secretsOfKey(pem: string): string[] {
  return [pem, ...pem.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'))];
}

function refused(why: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The credential of this connection ${why}; nothing was sent. Enter the credential again.`,
    { field: 'credential' },
  );
}
