/** The token endpoint of the Salesforce double: an External Client App with both flows, and the tokens it gave. */
import { randomBytes, verify, type KeyObject } from 'node:crypto';
import type { DoubleAnswer } from './salesforce-double-error.ts';

const AUDIENCES = ['https://login.salesforce.com', 'https://test.salesforce.com'];
const MAX_LIFE_S = 180;

/** An External Client App and the user that an administrator approved for it. */
export interface ClientApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of the certificate that was uploaded; RSA. */
  readonly publicKey: KeyObject;
  readonly user: string;
}

/** Gives tokens and knows which are good. */
export class TokenEndpoint {
  readonly given: string[] = [];
  readonly #good = new Set<string>();
  readonly #app: ClientApp;

  constructor(app: ClientApp) {
    this.#app = app;
  }

  /** Ends all sessions, as an administrator or their time does. */
  expireAll(): void {
    this.#good.clear();
  }

  accepts(token: string): boolean {
    return this.#good.has(token);
  }

  answer(body: string, instanceUrl: string): DoubleAnswer {
    const form = new URLSearchParams(body);
    const refusal =
      form.get('grant_type') === 'client_credentials'
        ? this.#secretRefusal(form)
        : this.#assertionRefusal(form);
    if (refusal !== undefined)
      return { status: 400, body: { error: 'invalid_grant', error_description: refusal } };
    const token = `00D000000000001!${randomBytes(24).toString('base64url')}`;
    this.#good.add(token);
    this.given.push(token);
    const id = `${instanceUrl}/id/00D000000000001AAA/005000000000001AAA`;
    // How long the session lives is a setting of the organisation, and not said here.
    return {
      status: 200,
      body: { access_token: token, scope: 'api', instance_url: instanceUrl, id, token_type: 'Bearer' },
    };
  }

  #secretRefusal(form: URLSearchParams): string | undefined {
    const good =
      form.get('client_id') === this.#app.clientId && form.get('client_secret') === this.#app.clientSecret;
    return good ? undefined : 'invalid client credentials';
  }

  #assertionRefusal(form: URLSearchParams): string | undefined {
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      return 'grant type not supported';
    const [header = '', payload = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const signed = verify(
      'RSA-SHA256',
      Buffer.from(`${header}.${payload}`),
      this.#app.publicKey,
      Buffer.from(signature, 'base64url'),
    );
    if (!signed || read(header)['alg'] !== 'RS256') return 'invalid assertion';
    const { iss, sub, aud, exp } = read(payload);
    const now = Date.now() / 1000;
    if (iss !== this.#app.clientId) return 'client identifier invalid';
    if (!AUDIENCES.includes(String(aud))) return 'audience is invalid';
    if (typeof exp !== 'number' || exp < now || exp > now + MAX_LIFE_S + 5)
      return 'expired authorization code';
    if (sub !== this.#app.user) return "user hasn't approved this consumer";
    return undefined;
  }
}

function read(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
