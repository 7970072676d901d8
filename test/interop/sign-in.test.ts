import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startAuthorizationServer, SERVER_CLIENTS } from '../support/peers/authorization-server.ts';
import { askKeycloak, keycloakPeer } from '../support/peers/keycloak.ts';
import { suiteTitle, type RunningPeer } from '../support/peers/peer.ts';
import { browserThere, startBrowser } from '../support/browser.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../support/test-hub.ts';

const CONSOLE = join(import.meta.dirname, '../../admin-ui/dist');
const PASSWORD = 'a password of the test';

let database: TestDatabase;
let hub: TestHub;
let admin: TestPerson;
let publicUrl = '';

beforeAll(async () => {
  database = await openTestDatabase();
  const exports = {
    limits: { recordings: 2, bytes: 2 ** 30 },
    maxDays: 30,
    get publicUrl() {
      return publicUrl;
    },
  };
  hub = await startTestHub(database, { exports }, existsSync(CONSOLE) ? { consoleFolder: CONSOLE } : {});
  publicUrl = hub.url;
  admin = await hub.signIn('administrator');
  const rules = [
    { id: 'officers', when: "'compliance' in groups", role: 'compliance_officer' },
    { id: 'certified', when: "source == 'Certified'", role: 'auditor' },
  ];
  await post('/role-rules', { version: 0, rules });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

async function post<T>(path: string, body: object): Promise<T> {
  const answer = await admin.fetch(`/api/v1${path}`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface Provider {
  readonly id: string;
  readonly reference: string;
  readonly path: string;
}

async function addProvider(kind: 'oidc' | 'saml', name: string, config: object, domains: string[]) {
  const { id } = await post<{ id: string }>('/identity-providers', { kind, name, domains, config });
  const path = `/auth/${kind}/${database.tenantId}/${id}`;
  return { id, reference: `${database.tenantId}.${id}`, path };
}

const { title, skip } = suiteTitle(keycloakPeer, 'Keycloak in a browser');
(skip || !browserThere || !existsSync(CONSOLE) ? describe.skip : describe)(title, () => {
  let keycloak: RunningPeer;
  let browser: Browser;
  let oidc: Provider;
  let saml: Provider;

  beforeAll(async () => {
    keycloak = await keycloakPeer.start();
    browser = await startBrowser();
    await askKeycloak(keycloak, 'POST', '/realms', {
      realm: 'hf',
      enabled: true,
      sslRequired: 'none',
      groups: [{ name: 'compliance' }],
      users: ['ana', 'sam'].map((username) => ({
        username,
        enabled: true,
        emailVerified: true,
        email: `${username}@tenant.example`,
        firstName: username,
        lastName: 'Officer',
        groups: ['compliance'],
        credentials: [{ type: 'password', value: PASSWORD }],
      })),
    });
    const issuer = `${keycloak.url}/realms/hf`;
    oidc = await addProvider('oidc', 'Keycloak', { issuer, clientId: 'holdfast' }, ['tenant.example']);
    await post(`/identity-providers/${oidc.id}/secret`, {
      secret: { clientSecret: 'client secret of a test' },
    });
    const read = await post<object>('/identity-providers/read-metadata', {
      url: `${issuer}/protocol/saml/descriptor`,
    });
    saml = await addProvider('saml', 'Keycloak SAML', { ...read, signed: 'both' }, ['saml.example']);
    await askKeycloak(keycloak, 'POST', '/realms/hf/clients', oidcClient(oidc));
    await askKeycloak(keycloak, 'POST', '/realms/hf/clients', samlClient(saml));
  }, 900_000);
  afterAll(async () => {
    await browser?.close();
    await keycloak?.stop();
  });

  function oidcClient({ path }: Provider) {
    return {
      clientId: 'holdfast',
      secret: 'client secret of a test',
      publicClient: false,
      standardFlowEnabled: true,
      redirectUris: [`${hub.url}${path}/callback`],
      attributes: {
        'pkce.code.challenge.method': 'S256',
        'backchannel.logout.url': `${hub.url}${path}/back-channel-logout`,
        'backchannel.logout.session.required': 'true',
        'post.logout.redirect.uris': `${hub.url}/sign-in`,
      },
      protocolMappers: [
        {
          name: 'groups',
          protocol: 'openid-connect',
          protocolMapper: 'oidc-group-membership-mapper',
          config: {
            'claim.name': 'groups',
            'full.path': 'false',
            'id.token.claim': 'true',
            'userinfo.token.claim': 'true',
          },
        },
      ],
    };
  }

  function samlClient({ path }: Provider) {
    const mapper = (name: string, protocolMapper: string, config: object) => ({
      name,
      protocol: 'saml',
      protocolMapper,
      config: { 'attribute.name': name, 'attribute.nameformat': 'Basic', ...config },
    });
    return {
      clientId: `${hub.url}${path}/metadata`,
      protocol: 'saml',
      redirectUris: [`${hub.url}${path}/acs`],
      attributes: {
        'saml.assertion.signature': 'true',
        'saml.server.signature': 'true',
        'saml.signature.algorithm': 'RSA_SHA256',
        'saml.client.signature': 'false',
        'saml.authnstatement': 'true',
        saml_force_name_id_format: 'true',
        saml_name_id_format: 'persistent',
        'saml.force.post.binding': 'true',
        saml_assertion_consumer_url_post: `${hub.url}${path}/acs`,
      },
      protocolMappers: [
        mapper('email', 'saml-user-property-mapper', { 'user.attribute': 'email' }),
        mapper('name', 'saml-user-property-mapper', { 'user.attribute': 'username' }),
        mapper('groups', 'saml-group-membership-mapper', { 'full.path': 'false', single: 'true' }),
      ],
    };
  }

  async function signInThere(page: Page, username: string): Promise<void> {
    await page.locator('#username').fill(username);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#kc-login').click();
  }

  async function whoIs(page: Page): Promise<unknown> {
    return page.evaluate(async () => {
      const answer = await fetch('/api/v1/session');
      return answer.ok ? ((await answer.json()) as { user: unknown }).user : answer.status;
    });
  }

  /** An administrator tries the provider on its page and opens it. */
  async function tryAndOpen({ id }: Provider, username: string): Promise<void> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const { token } = await hub.makeLink('administrator');
    await page.goto(`${hub.url}/sign-in#${token}`);
    await page.waitForURL(`${hub.url}/`);
    await page.goto(`${hub.url}/identity-providers/${id}`);
    await page.getByTestId('test-provider').click();
    await signInThere(page, username);
    await page.waitForURL(/\/identity-providers\/.*tested=1/);
    await page.getByText('rule officers').waitFor();
    await page.getByTestId('move-provider').click();
    await page.getByText('Switch off').waitFor();
    await context.close();
  }

  test('OpenID Connect: tried, opened, and signed in from the sign-in page; a logout there ends the session here', async () => {
    await tryAndOpen(oidc, 'ana');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${hub.url}/sign-in?next=/holds`);
    await page.getByLabel('Your e-mail address at work').fill('ana@tenant.example');
    await page.getByRole('button', { name: 'Continue' }).click();
    await signInThere(page, 'ana');
    await page.waitForURL(`${hub.url}/holds`);
    expect(await whoIs(page)).toMatchObject({ name: 'ana Officer', role: 'compliance_officer' });
    const [user] = (await askKeycloak(keycloak, 'GET', '/realms/hf/users?username=ana')) as { id: string }[];
    await askKeycloak(keycloak, 'POST', `/realms/hf/users/${user!.id}/logout`);
    expect(await whoIs(page)).toBe(401);
    await context.close();
  }, 180_000);

  test('OpenID Connect: signing out leads over the provider, which asks anew afterwards', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${hub.url}/auth/start?provider=${oidc.reference}&next=/holds`);
    await signInThere(page, 'ana');
    await page.waitForURL(`${hub.url}/holds`);
    const left = page.waitForResponse(/\/protocol\/openid-connect\/logout/);
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await left;
    await page.waitForURL(new RegExp(`^${hub.url}/sign-in`));
    await page.getByLabel('Your e-mail address at work').waitFor();
    await page.goto(`${hub.url}/auth/start?provider=${oidc.reference}`);
    await page.locator('#username').waitFor();
    await context.close();
  }, 180_000);

  test('SAML: tried, opened, and signed in by its link, posted from another site', async () => {
    await tryAndOpen(saml, 'sam');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${hub.url}/auth/start?provider=${saml.reference}&next=/holds`);
    await signInThere(page, 'sam');
    await page.waitForURL(`${hub.url}/holds`);
    expect(await whoIs(page)).toMatchObject({ name: 'sam', role: 'compliance_officer' });
    const [row] = await database.asOwner<{ means: string; acr: string | null }>(
      'select means, acr from session order by created_at desc limit 1',
    );
    expect(row).toMatchObject({ means: 'saml', acr: expect.stringContaining('urn:oasis:names:tc:SAML') });
    await context.close();
  }, 180_000);
});

test('the certified oidc-provider signs people in', async () => {
  let redirectUri = '';
  const { person } = SERVER_CLIENTS;
  const placeholder = await addProvider(
    'oidc',
    'Certified',
    { issuer: 'https://later.example', clientId: 'x' },
    [],
  );
  redirectUri = `${hub.url}${placeholder.path}/callback`;
  const server = await startAuthorizationServer({ redirectUri });
  try {
    const config = { issuer: server.url, clientId: person.clientId, scopes: ['openid'], userInfo: false };
    await post(`/identity-providers/${placeholder.id}`, {
      version: 1,
      name: 'Certified',
      domains: [],
      config,
    });
    await post(`/identity-providers/${placeholder.id}/secret`, {
      secret: { clientSecret: person.clientSecret },
    });
    const admins = new Map([[new URL(hub.url).host, new Map([admin.cookie.split('=') as [string, string]])]]);
    const tested = await follow(`${hub.url}/auth/start?provider=${placeholder.reference}&test=1`, admins);
    expect(tested).toContain(`/identity-providers/${placeholder.id}?tested=1`);
    await post(`/identity-providers/${placeholder.id}/state`, { state: 'live' });
    const jar: Jar = new Map();
    expect(await follow(`${hub.url}/auth/start?provider=${placeholder.reference}&next=/holds`, jar)).toBe(
      `${hub.url}/holds`,
    );
    const cookie = [...(jar.get(new URL(hub.url).host) ?? [])].map((pair) => pair.join('=')).join('; ');
    const answer = await hub.fetch('/api/v1/session', { headers: { cookie } });
    expect(await answer.json()).toMatchObject({ user: { role: 'auditor' } });
  } finally {
    await server.close();
  }
}, 60_000);

type Jar = Map<string, Map<string, string>>;

/** Follows redirects as a browser does, with cookies of each host, until a screen of the console; answers its address. */
async function follow(address: string, jar: Jar): Promise<string> {
  let url = new URL(address);
  for (let step = 0; step < 20; step += 1) {
    const kept = jar.get(url.host) ?? new Map<string, string>();
    jar.set(url.host, kept);
    const cookie = [...kept].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s, 2);
      kept.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null)
      throw new Error(`${url.href}: ${answer.status} ${(await answer.text()).slice(0, 800)}`);
    url = new URL(location, url);
    if (url.origin === hub.url && !url.pathname.startsWith('/auth/')) return url.href;
  }
  throw new Error('The redirects do not end.');
}
