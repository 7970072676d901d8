import { session, type Session } from '../../hub/api/schemas/session.ts';
import { startOpenIdProvider, type OpenIdProvider } from './peers/openid-provider.ts';
import { openSignInBrowser, type SignInBrowser } from './sign-in-browser.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from './test-hub.ts';

/** A provider of a tenant: its id, and how links to a sign-in name it. */
export interface AddedProvider {
  readonly id: string;
  readonly reference: string;
}

/** A tenant whose people sign in with OpenID Connect: two providers that are live, and rules from groups to roles. */
export interface OpenIdTenant {
  readonly database: TestDatabase;
  readonly hub: TestHub;
  readonly op: OpenIdProvider;
  readonly other: OpenIdProvider;
  readonly admin: TestPerson;
  readonly provider: AddedProvider;
  readonly second: AddedProvider;
  /** Adds a provider, gives it its secret, tests it and opens it. */
  addProvider(
    name: string,
    at: OpenIdProvider,
    domains?: readonly string[],
    config?: object,
  ): Promise<AddedProvider>;
  asBrowser(person: TestPerson): SignInBrowser;
  /** The person signs in at the provider, and the browser brings the answer back. */
  comeBack(
    browser: SignInBrowser,
    asked: string,
    how?: { readonly id?: string; readonly at?: OpenIdProvider; readonly code?: string },
  ): Promise<Response>;
  /** A whole sign-in of somebody about whom the provider makes these claims. */
  signIn(
    claims?: Readonly<Record<string, unknown>>,
    more?: Readonly<Record<string, string>>,
  ): Promise<{ readonly browser: SignInBrowser; readonly answer: Response }>;
  whoIs(browser: SignInBrowser): Promise<Session | undefined>;
  /** The provider behaves as it should again. */
  reset(): void;
  close(): Promise<void>;
}

const RULES = [
  { id: 'admins', when: "'Administrators' in groups", role: 'administrator' },
  { id: 'officers', when: "'Compliance' in groups", role: 'compliance_officer' },
  { id: 'staff', when: "email.endsWith('@tenant.example')", role: 'auditor' },
];

/** Opens it. */
export async function openOpenIdTenant(): Promise<OpenIdTenant> {
  const database = await openTestDatabase();
  const hub = await startTestHub(database);
  const op = await startOpenIdProvider();
  const other = await startOpenIdProvider();
  const admin = await hub.signIn('administrator');
  const usual = op.behaviour;
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await admin.fetch(`/api/v1${path}`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const asBrowser: OpenIdTenant['asBrowser'] = ({ cookie }) => {
    const browser = openSignInBrowser(hub);
    const [name = '', value = ''] = cookie.split('=');
    browser.cookies.set(name, value);
    return browser;
  };
  const callback = (browser: SignInBrowser, id: string, answer: URLSearchParams): Promise<Response> =>
    browser.get(`/auth/oidc/${database.tenantId}/${id}/callback?${answer.toString()}`);
  const addProvider: OpenIdTenant['addProvider'] = async (
    name,
    at,
    domains = ['tenant.example'],
    more = {},
  ) => {
    const config = { issuer: at.issuer, clientId: at.clientId, stepUpAcr: ['urn:mfa'], ...more };
    const { id } = (await post('/identity-providers', { kind: 'oidc', name, domains, config })) as {
      id: string;
    };
    await post(`/identity-providers/${id}/secret`, { secret: { clientSecret: at.clientSecret } });
    const reference = `${database.tenantId}.${id}`;
    const browser = asBrowser(admin);
    await callback(browser, id, at.authorize(await browser.start(reference, { test: '1' })));
    await post(`/identity-providers/${id}/state`, { state: 'live' });
    return { id, reference };
  };
  await post('/role-rules', { version: 0, rules: RULES });
  const provider = await addProvider('Corporate', op);
  const second = await addProvider('Partner', other, ['partner.example']);
  const comeBack: OpenIdTenant['comeBack'] = (browser, asked, { id = provider.id, at = op, code } = {}) =>
    callback(browser, id, at.authorize(asked, code));
  return {
    ...{ database, hub, op, other, admin, provider, second, addProvider, asBrowser, comeBack },
    async signIn(claims = {}, more = {}) {
      const browser = openSignInBrowser(hub);
      op.behaviour = { ...op.behaviour, claims: { email: 'ana@tenant.example', name: 'Ana', ...claims } };
      return { browser, answer: await comeBack(browser, await browser.start(provider.reference, more)) };
    },
    async whoIs(browser) {
      const answer = await browser.get('/api/v1/session');
      return answer.ok ? session.parse(await answer.json()) : undefined;
    },
    reset() {
      op.behaviour = { ...usual, claims: {}, info: {}, metadata: {} };
    },
    async close() {
      await hub.close();
      await op.close();
      await other.close();
      await database.close();
    },
  };
}
