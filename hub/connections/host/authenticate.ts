import { HoldfastError } from '../../../recorder-core/errors.ts';
import { credential, type AuthMethod, type Credential } from '../../../connectors/kit/auth.ts';

/** A credential in the form the transport needs, and the texts that must never be seen. */
export interface Authentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/**
 * Turns a stored credential into request headers by the method the connector declares for it. Throws
 * HoldfastError `invalid_input` when the credential is malformed or of a kind the connector does not take;
 * the message never quotes it.
 */
export function authenticate(methods: readonly AuthMethod[], input: unknown): Authentication {
  const parsed = credential.safeParse(input);
  if (!parsed.success) throw refused('is malformed');
  const method = methods.find(({ type }) => type === parsed.data.type);
  if (method === undefined) throw refused('is of a kind this connector does not take');
  return apply(method, parsed.data);
}

function apply(method: AuthMethod, given: Credential): Authentication {
  if (method.type === 'api_key' && given.type === 'api_key') {
    return { headers: { [method.header]: `${method.prefix}${given.apiKey}` }, secrets: [given.apiKey] };
  }
  if (given.type === 'basic') {
    // RFC 7617, section 2, with UTF-8.
    const pair = Buffer.from(`${given.username}:${given.password}`).toString('base64');
    return { headers: { authorization: `Basic ${pair}` }, secrets: [given.password, pair] };
  }
  return { headers: {}, secrets: [] };
}

function refused(why: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The credential of this connection ${why}; nothing was sent. Enter the credential again.`,
    { field: 'credential' },
  );
}
