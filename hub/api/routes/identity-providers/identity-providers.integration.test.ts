import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openOpenIdTenant, type OpenIdTenant } from '../../../../test/support/openid-tenant.ts';
import {
  openSignInBrowser,
  refusedBy,
  type SignInBrowser,
} from '../../../../test/support/sign-in-browser.ts';
import { readProblem, startTestHub } from '../../../../test/support/test-hub.ts';
import { openProviderNetwork } from '../../../identity/providers/provider-network.ts';
import { renewSessions } from '../../../identity/providers/renew-sessions.ts';
import { providerDetail, roleRulesPreview } from '../../schemas/identity-provider.ts';

let tenant: OpenIdTenant;
let database: OpenIdTenant['database'];
let hub: OpenIdTenant['hub'];
let op: OpenIdTenant['op'];
let other: OpenIdTenant['other'];
let admin: OpenIdTenant['admin'];
let provider: OpenIdTenant['provider'];
let addProvider: OpenIdTenant['addProvider'];
let asBrowser: OpenIdTenant['asBrowser'];
let comeBack: OpenIdTenant['comeBack'];
let signIn: OpenIdTenant['signIn'];
let whoIs: OpenIdTenant['whoIs'];

beforeAll(async () => {
  tenant = await openOpenIdTenant();
  ({ database, hub, op, other, admin, provider, addProvider, asBrowser, comeBack, signIn, whoIs } = tenant);
});
afterEach(() => {
  tenant.reset();
});
afterAll(() => tenant.close());

describe('an identity provider', () => {
  test('serves the domains that it was given; the answer says nothing of any person', async () => {
    const ask = async (email: string) =>
      (await hub.fetch(`/auth/providers?email=${encodeURIComponent(email)}`)).json();
    const items = [{ provider: provider.reference, name: 'Corporate', tenant: 'Test tenant' }];
    expect(await ask('ana@tenant.example')).toEqual({ items });
    expect(await ask('nobody-there@Tenant.Example')).toEqual({ items });
    expect(await ask('x@unknown.example')).toEqual({ items: [] });
    await readProblem(hub.fetch('/auth/providers?email=tenant.example'), 400);
  });

  test('is tried before people come: what it sent, and the role that it would give', async () => {
    op.behaviour.claims = {
      groups: ['Compliance'],
      email: 'ana@tenant.example',
      realm_access: { roles: ['a', 'b'] },
    };
    const browser = asBrowser(admin);
    const before = await database.asOwner('select count(*)::int as n from app_user');
    await comeBack(browser, await browser.start(provider.reference, { test: '1' }));
    const detail = await admin.read(providerDetail, `/api/v1/identity-providers/${provider.id}`);
    expect(detail.lastTest).toMatchObject({
      person: { groups: ['Compliance'], attributes: { 'realm_access.roles': ['a', 'b'] } },
      answer: { role: 'compliance_officer', rule: 'officers' },
    });
    expect(await database.asOwner('select count(*)::int as n from app_user')).toEqual(before);
    const stranger = asBrowser(await hub.signIn('auditor'));
    expect((await stranger.get(`/auth/start?provider=${provider.reference}&test=1`)).status).toBe(403);
  });

  test('cannot be opened before it was tested as it stands, and closed it ends its sessions', async () => {
    const added = await addProvider('Third', op, [], {});
    const path = `/api/v1/identity-providers/${added.id}`;
    const detail = await admin.read(providerDetail, path);
    const change = {
      version: detail.version,
      name: 'Third',
      domains: [],
      config: { ...detail.config, scopes: ['openid'] },
    };
    expect((await admin.fetch(path, { method: 'POST', body: change })).status).toBe(200);
    expect(await refusedBy(openSignInBrowser(hub).get(`/auth/start?provider=${added.reference}`))).toBe(
      'sign-in/no-provider',
    );
    await readProblem(admin.fetch(`${path}/state`, { method: 'POST', body: { state: 'live' } }), 409);
    await readProblem(admin.fetch(path, { method: 'POST', body: change }), 409); // of an older version
    const browser = asBrowser(admin);
    await comeBack(browser, await browser.start(added.reference, { test: '1' }), added);
    expect((await admin.fetch(`${path}/state`, { method: 'POST', body: { state: 'live' } })).status).toBe(
      200,
    );
    const person = openSignInBrowser(hub);
    op.behaviour.claims = { email: 'third@tenant.example', sub: 'third' };
    await comeBack(person, await person.start(added.reference), added);
    expect(await whoIs(person)).toBeDefined();
    expect((await admin.fetch(`${path}/state`, { method: 'POST', body: { state: 'off' } })).status).toBe(200);
    expect(await whoIs(person)).toBeUndefined();
    expect((await admin.fetch(path, { method: 'DELETE' })).status).toBe(200);
    await readProblem(admin.fetch(path), 404);
  });

  test('keeps its secret sealed, and out of every answer and line of the log', async () => {
    const rows = await database.asOwner<{ row: string }>('select r::text as row from identity_provider r');
    const sessions = await database.asOwner<{ row: string }>('select r::text as row from provider_session r');
    const hex = (text: string) => Buffer.from(text).toString('hex');
    for (const secret of [op.clientSecret, 'refresh-token-canary']) {
      expect(JSON.stringify([rows, sessions])).not.toContain(secret);
      expect(JSON.stringify([rows, sessions])).not.toContain(hex(secret));
      expect(hub.log.join('\n')).not.toContain(secret);
    }
    const text = await (await admin.fetch(`/api/v1/identity-providers/${provider.id}`)).text();
    expect(text).not.toContain(op.clientSecret);
  });

  test('is not reached at an address inside the network unless the operator allows it', async () => {
    const closed = await startTestHub(database, {
      providerNetwork: openProviderNetwork({ allowPrivateNetwork: false }),
      keys: hub.services.keys,
    });
    try {
      const boss = await closed.signIn('administrator');
      const url = `${op.issuer}/metadata.xml`;
      await readProblem(
        boss.fetch('/api/v1/identity-providers/read-metadata', { method: 'POST', body: { url } }),
        403,
      );
      for (const target of [
        'http://169.254.169.254/latest/meta-data',
        'http://[::ffff:7f00:1]/',
        'http://localhost:1/',
      ])
        await readProblem(
          boss.fetch('/api/v1/identity-providers/read-metadata', { method: 'POST', body: { url: target } }),
          403,
        );
      expect(
        await refusedBy(
          openSignInBrowser(closed).get(`/auth/start?provider=${provider.reference}`).then(asRule),
        ),
      ).toBe('sign-in/egress');
    } finally {
      await closed.close();
    }
  });

  test('of one tenant is nothing to another', async () => {
    const elsewhere = await hub.signIn('administrator', await database.addTenant());
    await readProblem(elsewhere.fetch(`/api/v1/identity-providers/${provider.id}`), 404);
    const body = { state: 'off' };
    await readProblem(
      elsewhere.fetch(`/api/v1/identity-providers/${provider.id}/state`, { method: 'POST', body }),
      404,
    );
    const wrongTenant = `${(await database.asOwner<{ tenant_id: string }>('select tenant_id from tenant where tenant_id <> $1 limit 1', [database.tenantId]))[0]!.tenant_id}.${provider.id}`;
    expect(await refusedBy(openSignInBrowser(hub).get(`/auth/start?provider=${wrongTenant}`))).toBe(
      'sign-in/no-provider',
    );
  });
});

/** The page as it is; the rule of an egress refusal stands in no sentence. */
async function asRule(answer: Response): Promise<Response> {
  const text = await answer.text();
  const refused = answer.status === 403 && text.includes('inside a private network');
  return new Response(refused ? '(rule sign-in/egress)' : text, { status: answer.status });
}

describe('rules of roles', () => {
  test('are tried on a person who is described, and on everybody who came by a provider', async () => {
    await signIn({ sub: 'preview', email: 'preview@tenant.example', groups: ['Compliance'] });
    const rules = [{ id: 'only', when: "'Compliance' in groups", role: 'engineer' }];
    const person = { groups: ['Compliance'], source: 'Corporate' };
    const preview = await admin.read(roleRulesPreview, '/api/v1/role-rules/preview', {
      method: 'POST',
      body: { rules, person },
    });
    expect(preview.answer).toEqual({ role: 'engineer', rule: 'only' });
    expect(
      preview.changes.find(({ name, before }) => name === 'Ana' && before === 'compliance_officer'),
    ).toMatchObject({ role: 'engineer' });
    const wrong = { version: 1, rules: [{ id: 'a', when: 'groups ==', role: 'auditor' }] };
    const problem = await readProblem(
      admin.fetch('/api/v1/role-rules', { method: 'POST', body: wrong }),
      400,
    );
    expect(problem.field).toBe('/body/rules/0/when');
    await readProblem(
      admin.fetch('/api/v1/role-rules', { method: 'POST', body: { version: 0, rules } }),
      409,
    );
    await readProblem((await hub.signIn('engineer')).fetch('/api/v1/role-rules'), 403);
  });

  test('leave the last administrator theirs', async () => {
    const tenant = await database.addTenant();
    const boss = await hub.signIn('administrator', tenant);
    await database.asOwner("update app_user set email = 'boss@tenant.example' where id = $1", [boss.userId]);
    const rules = [{ id: 'all', when: 'true', role: 'auditor' }];
    await boss.fetch('/api/v1/role-rules', { method: 'POST', body: { version: 0, rules } });
    const body = {
      kind: 'oidc',
      name: 'Own',
      domains: ['tenant.example'],
      config: { issuer: op.issuer, clientId: op.clientId },
    };
    const { id } = (await (
      await boss.fetch('/api/v1/identity-providers', { method: 'POST', body })
    ).json()) as { id: string };
    await boss.fetch(`/api/v1/identity-providers/${id}/secret`, {
      method: 'POST',
      body: { secret: { clientSecret: op.clientSecret } },
    });
    op.behaviour.claims = { email: 'boss@tenant.example', sub: 'boss' };
    const callback = (browser: SignInBrowser, asked: string) =>
      browser.get(`/auth/oidc/${tenant}/${id}/callback?${op.authorize(asked).toString()}`);
    const own = asBrowser(boss);
    await callback(own, await own.start(`${tenant}.${id}`, { test: '1' }));
    await boss.fetch(`/api/v1/identity-providers/${id}/state`, { method: 'POST', body: { state: 'live' } });
    const browser = openSignInBrowser(hub);
    expect((await callback(browser, await browser.start(`${tenant}.${id}`))).status).toBe(303);
    expect(await whoIs(browser)).toMatchObject({ user: { id: boss.userId, role: 'administrator' } });
  });
});

describe('a logout', () => {
  const logout = (token: string, id = provider.id) =>
    openSignInBrowser(hub).post(`/auth/oidc/${database.tenantId}/${id}/back-channel-logout`, {
      logout_token: token,
    });

  test('by the provider has ended the session that it names once it is answered', async () => {
    const one = (await signIn({ sub: 'out', sid: 'session-a', email: 'out@tenant.example' })).browser;
    const two = (await signIn({ sub: 'out', sid: 'session-b', email: 'out@tenant.example' })).browser;
    const token = await op.logoutToken({ sub: 'out', sid: 'session-a' });
    expect((await logout(token)).status).toBe(200);
    expect(await whoIs(one)).toBeUndefined();
    expect(await whoIs(two)).toBeDefined();
    expect((await logout(token)).status).toBe(400); // once
    expect((await logout(await op.logoutToken({ sub: 'out' }))).status).toBe(200);
    expect(await whoIs(two)).toBeUndefined();
  });

  test('by a token that is not good ends nothing', async () => {
    const { browser } = await signIn({ sub: 'stay', sid: 'stays', email: 'stay@tenant.example' });
    const sub = 'stay';
    const old = Math.floor(Date.now() / 1000) - 3600;
    const bad = [
      await op.logoutToken({ sub, events: {} }),
      await op.logoutToken({ sub, events: undefined }),
      await op.logoutToken({ sub, nonce: 'a' }),
      await op.logoutToken({ sub, aud: 'another' }),
      await op.logoutToken({ sub, iss: 'https://other.example' }),
      await op.logoutToken({ sub, iat: old }),
      await op.logoutToken({ sub, jti: undefined }),
      await op.logoutToken({}),
      await other.logoutToken({ sub, iss: op.issuer }),
      await op.idToken({ sub }),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: op.issuer, aud: 'holdfast', sub, jti: 'x', iat: old + 3600, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })).toString('base64url')}.`,
      '',
      'x.y.z',
    ];
    for (const token of bad) expect((await logout(token)).status).toBe(400);
    expect(await whoIs(browser)).toBeDefined();
  });

  test('by the person ends the session here and says where it ends at the provider', async () => {
    const { browser } = await signIn({ sub: 'first' });
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    await readProblem(hub.fetch('/auth/sign-out', { method: 'POST', headers: { cookie } }), 403); // not our page
    const answer = await hub.fetch('/auth/sign-out', {
      method: 'POST',
      headers: { cookie, 'X-Holdfast-Console': '1' },
    });
    const url = new URL(((await answer.json()) as { url: string }).url);
    expect(url.origin + url.pathname).toBe(`${op.issuer}/logout`);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe('https://hub.example/sign-in');
    expect(url.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await whoIs(browser)).toBeUndefined();
  });
});

test('a session goes on while its provider renews it, ends when it does not, and outlives a provider that is away', async () => {
  const deps = {
    db: database.db,
    keys: hub.services.keys,
    network: hub.services.providerNetwork,
    publicUrl: 'https://hub.example',
  };
  const added = await addProvider('Renewing', op, [], { renewMinutes: 10 });
  const browser = openSignInBrowser(hub);
  op.behaviour.claims = { email: 'renewed@tenant.example', sub: 'renewed' };
  await comeBack(browser, await browser.start(added.reference), added);
  const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  const asked = () => op.tokenRequests.filter((form) => form.get('grant_type') === 'refresh_token').length;
  const before = asked();
  expect(await renewSessions(deps, database.tenantId, later(9))).toBe(0);
  expect(asked()).toBe(before); // not due yet
  expect(await renewSessions(deps, database.tenantId, later(11))).toBe(0);
  expect(asked()).toBe(before + 1);
  expect(await whoIs(browser)).toBeDefined();
  const away = { ...deps, network: openProviderNetwork({ allowPrivateNetwork: false }) };
  expect(await renewSessions(away, database.tenantId, later(22))).toBe(0);
  expect(await whoIs(browser)).toBeDefined();
  op.behaviour.revoked = true;
  expect(await renewSessions(deps, database.tenantId, later(40))).toBe(1);
  expect(await whoIs(browser)).toBeUndefined();
});
