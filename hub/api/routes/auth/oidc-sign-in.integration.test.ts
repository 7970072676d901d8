import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';
import { startOpenIdProvider, type OpenIdProvider } from '../../../../test/support/peers/openid-provider.ts';
import {
  openSignInBrowser,
  refusedBy,
  type SignInBrowser,
} from '../../../../test/support/sign-in-browser.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { openProviderNetwork } from '../../../identity/providers/provider-network.ts';
import { providerDetail, roleRulesPreview } from '../../schemas/identity-provider.ts';
import { session } from '../../schemas/session.ts';

let database: TestDatabase;
let hub: TestHub;
let op: OpenIdProvider;
let other: OpenIdProvider;
let admin: TestPerson;
let provider: { readonly id: string; readonly reference: string };
let second: { readonly id: string; readonly reference: string };
let usual: OpenIdProvider['behaviour'];

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  op = await startOpenIdProvider();
  other = await startOpenIdProvider();
  usual = op.behaviour;
  admin = await hub.signIn('administrator');
  const rules = [
    { id: 'admins', when: "'Administrators' in groups", role: 'administrator' },
    { id: 'officers', when: "'Compliance' in groups", role: 'compliance_officer' },
    { id: 'staff', when: "email.endsWith('@tenant.example')", role: 'auditor' },
  ];
  expect(
    (await admin.fetch('/api/v1/role-rules', { method: 'POST', body: { version: 0, rules } })).status,
  ).toBe(200);
  provider = await addProvider('Corporate', op);
  second = await addProvider('Partner', other, ['partner.example']);
});
afterEach(() => {
  op.behaviour = { ...usual, claims: {}, info: {}, metadata: {} };
});
afterAll(async () => {
  await hub.close();
  await op.close();
  await other.close();
  await database.close();
});

/** Adds a provider, gives it its secret, tests it and opens it. */
async function addProvider(
  name: string,
  at: OpenIdProvider,
  domains = ['tenant.example'],
  config: object = {},
) {
  const body = {
    kind: 'oidc',
    name,
    domains,
    config: { issuer: at.issuer, clientId: at.clientId, stepUpAcr: ['urn:mfa'], ...config },
  };
  const { id } = (await (
    await admin.fetch('/api/v1/identity-providers', { method: 'POST', body })
  ).json()) as { id: string };
  const secret = { secret: { clientSecret: at.clientSecret } };
  await admin.fetch(`/api/v1/identity-providers/${id}/secret`, { method: 'POST', body: secret });
  const reference = `${database.tenantId}.${id}`;
  const browser = asBrowser(admin);
  const tested = await comeBack(browser, await browser.start(reference, { test: '1' }), { id, at });
  expect(tested.headers.get('location')).toBe(`/identity-providers/${id}?tested=1`);
  const moved = await admin.fetch(`/api/v1/identity-providers/${id}/state`, {
    method: 'POST',
    body: { state: 'live' },
  });
  expect(moved.status).toBe(200);
  return { id, reference };
}

function asBrowser(person: TestPerson): SignInBrowser {
  const browser = openSignInBrowser(hub);
  const [name = '', value = ''] = person.cookie.split('=');
  browser.cookies.set(name, value);
  return browser;
}

/** The person signs in at the provider, and the browser brings the answer back. */
function comeBack(
  browser: SignInBrowser,
  asked: string,
  { id = provider.id, at = op, code }: { id?: string; at?: OpenIdProvider; code?: string } = {},
) {
  return browser.get(
    `/auth/oidc/${database.tenantId}/${id}/callback?${at.authorize(asked, code).toString()}`,
  );
}

async function signIn(
  claims: Record<string, unknown> = {},
  more: Record<string, string> = {},
  browser = openSignInBrowser(hub),
) {
  op.behaviour = { ...op.behaviour, claims: { email: 'ana@tenant.example', name: 'Ana', ...claims } };
  return { browser, answer: await comeBack(browser, await browser.start(provider.reference, more)) };
}

async function whoIs(browser: SignInBrowser) {
  const answer = await browser.get('/api/v1/session');
  return answer.ok ? session.parse(await answer.json()) : undefined;
}

describe('signing in with OpenID Connect', () => {
  test('asks by code with PKCE, state and nonce, at an address that only this provider has', async () => {
    const asked = new URL(await openSignInBrowser(hub).start(provider.reference));
    expect(asked.origin + asked.pathname).toBe(`${op.issuer}/authorize`);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'holdfast',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: `https://hub.example/auth/oidc/${database.tenantId}/${provider.id}/callback`,
    });
  });

  test('makes the person whom the groups give a role, and leads to the screen that they wanted', async () => {
    const { browser, answer } = await signIn(
      { sub: 'first', groups: ['Compliance'], department: 'Legal' },
      { next: '/recordings?from=2026-11-01' },
    );
    expect(answer.headers.get('location')).toBe('/recordings?from=2026-11-01');
    expect(await whoIs(browser)).toMatchObject({ user: { name: 'Ana', role: 'compliance_officer' } });
    const [row] = await database.asOwner<{ email: string; groups: string[]; department: string }>(
      "select email, groups, department from app_user where email = 'ana@tenant.example'",
    );
    expect(row).toEqual({ email: 'ana@tenant.example', groups: ['Compliance'], department: 'Legal' });
    const [kept] = await database.asOwner<{ means: string; provider_id: string }>(
      'select means, provider_id from session order by created_at desc limit 1',
    );
    expect(kept).toEqual({ means: 'oidc', provider_id: provider.id });
  });

  test('changes role and place of a person who comes again by what the provider says now, and nobody twice', async () => {
    await signIn({ sub: 'first', groups: ['Compliance'] });
    const { browser } = await signIn({ sub: 'first', groups: [], name: 'Ana New' });
    expect(await whoIs(browser)).toMatchObject({ user: { name: 'Ana New', role: 'auditor' } });
    const people = await database.asOwner("select id from app_user where email = 'ana@tenant.example'");
    expect(people).toHaveLength(1);
    const changes = await database.asOwner<{ operation: string }>(
      'select operation from role_change where user_id = $1 order by asked_at',
      [(people[0] as { id: string }).id],
    );
    expect(changes.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['hire', 'move']));
  });

  test('takes what only userinfo says, and what is signed before it', async () => {
    op.behaviour.info = { groups: ['Compliance'], name: 'From userinfo' };
    const { browser } = await signIn({ sub: 'info', email: 'info@tenant.example', name: undefined });
    expect(await whoIs(browser)).toMatchObject({
      user: { name: 'From userinfo', role: 'compliance_officer' },
    });
  });

  test('finds somebody who is here already by an address in a domain of the provider, and in no other', async () => {
    const known = await hub.makeLink('engineer');
    await database.asOwner("update app_user set email = 'Known@tenant.example' where id = $1", [
      known.userId,
    ]);
    const { browser } = await signIn({ sub: 'known', email: 'known@TENANT.example', groups: ['Compliance'] });
    expect(await whoIs(browser)).toMatchObject({ user: { id: known.userId, role: 'compliance_officer' } });
    const again = await signIn({ sub: 'known-later', email: 'known@tenant.example' });
    expect(await refusedBy(again.answer)).toBe('sign-in/mail-taken'); // the address went to somebody else
    const foreign = await hub.makeLink('administrator');
    await database.asOwner("update app_user set email = 'boss@elsewhere.example' where id = $1", [
      foreign.userId,
    ]);
    const taken = await signIn({ sub: 'boss', email: 'boss@elsewhere.example', groups: ['Administrators'] });
    expect(await refusedBy(taken.answer)).toBe('sign-in/mail-taken');
    const unproved = await hub.makeLink('auditor');
    await database.asOwner("update app_user set email = 'new@tenant.example' where id = $1", [
      unproved.userId,
    ]);
    const claimed = await signIn({ sub: 'claims', email: 'new@tenant.example', email_verified: false });
    expect(await refusedBy(claimed.answer)).toBe('sign-in/mail-taken');
  });

  test('refuses whoever is suspended or has left, and whose groups give no role; nobody is made', async () => {
    const { browser } = await signIn({ sub: 'leaver', email: 'leaver@tenant.example' });
    const { user } = (await whoIs(browser))!;
    for (const [operation, rule] of [
      ['suspend', 'sign-in/suspended'],
      ['leave', 'sign-in/left'],
    ]) {
      const body = { operation, personId: user.id, reason: 'Test' };
      expect((await admin.fetch('/api/v1/people/changes', { method: 'POST', body })).status).toBe(201);
      expect(await refusedBy((await signIn({ sub: 'leaver', email: 'leaver@tenant.example' })).answer)).toBe(
        rule,
      );
    }
    const stranger = await signIn({ sub: 'nobody', email: 'nobody@elsewhere.example' });
    expect(await refusedBy(stranger.answer)).toBe('sign-in/no-role');
    expect(await database.asOwner("select id from app_user where email like 'nobody@%'")).toEqual([]);
  });

  test('is in the ledger when it is refused, with the rule and nothing of the person', async () => {
    await refusedBy((await signIn({ sub: 'nobody', email: 'secret-person@elsewhere.example' })).answer);
    await sequenceTenant(database.db, database.tenantId);
    const leaves = await database.db.forTenant(database.tenantId, (tx) =>
      searchLeaves(tx, { objectId: provider.id, limit: 50 }),
    );
    const texts = leaves.map(({ body }) => Buffer.from(body).toString());
    expect(texts.filter((each) => each.includes('sign-in/no-role'))).not.toEqual([]);
    expect(texts.join()).not.toContain('secret-person');
  });
});

describe('an answer of an OpenID provider is refused', () => {
  test('in another browser than the one that began, without a state, and a second time', async () => {
    const browser = openSignInBrowser(hub);
    const asked = await browser.start(provider.reference);
    expect(await refusedBy(comeBack(openSignInBrowser(hub), asked))).toBe('sign-in/unknown-attempt');
    const stranger = openSignInBrowser(hub);
    await stranger.start(provider.reference);
    expect(await refusedBy(comeBack(stranger, asked))).toBe('sign-in/unknown-attempt');
    expect(
      await refusedBy(browser.get(`/auth/oidc/${database.tenantId}/${provider.id}/callback?code=x`)),
    ).toBe('sign-in/unknown-attempt');
    op.behaviour.claims = { email: 'ana@tenant.example', sub: 'first' };
    const answer = op.authorize(asked);
    const path = `/auth/oidc/${database.tenantId}/${provider.id}/callback?${answer.toString()}`;
    expect((await browser.get(path)).status).toBe(303);
    expect(await refusedBy(browser.get(path))).toBe('sign-in/unknown-attempt');
  });

  test('after a quarter of an hour', async () => {
    const browser = openSignInBrowser(hub);
    const asked = await browser.start(provider.reference);
    hub.setNow(new Date(Date.now() + 15 * 60_000 + 1000));
    expect(await refusedBy(comeBack(browser, asked))).toBe('sign-in/unknown-attempt');
    hub.setNow(undefined);
  });

  test('at another provider, or with the issuer of another (mix-up)', async () => {
    const browser = openSignInBrowser(hub);
    const asked = await browser.start(provider.reference);
    expect(await refusedBy(comeBack(browser, asked, { id: second.id }))).toBe('sign-in/unknown-attempt');
    op.behaviour.answerIssuer = other.issuer;
    expect(await refusedBy(comeBack(browser, asked))).toBe('sign-in/oidc-iss');
    op.behaviour.answerIssuer = undefined;
    expect(await refusedBy(comeBack(browser, await browser.start(provider.reference)))).toBe(
      'sign-in/oidc-iss',
    );
  });

  test('with a code that was used before, or that was given for another challenge', async () => {
    const browser = openSignInBrowser(hub);
    op.behaviour.claims = { email: 'ana@tenant.example', sub: 'first' };
    const one = await browser.start(provider.reference);
    const two = await browser.start(provider.reference);
    expect((await comeBack(browser, one, { code: 'the-code' })).status).toBe(303);
    const answer = op.authorize(two, 'fresh-code');
    answer.set('code', 'the-code');
    expect(
      await refusedBy(
        browser.get(`/auth/oidc/${database.tenantId}/${provider.id}/callback?${answer.toString()}`),
      ),
    ).toBe('sign-in/oidc-code');
    // A code of an attacker's own sign-in, put into the victim's browser.
    const attacker = openSignInBrowser(hub);
    op.authorize(await attacker.start(provider.reference), 'code-of-attacker');
    const victim = await browser.start(provider.reference);
    const state = new URL(victim).searchParams.get('state') ?? '';
    const injected = new URLSearchParams({ code: 'code-of-attacker', state, iss: op.issuer });
    expect(
      await refusedBy(
        browser.get(`/auth/oidc/${database.tenantId}/${provider.id}/callback?${injected.toString()}`),
      ),
    ).toBe('sign-in/oidc-code');
  });

  test.each([
    ['nonce', { nonce: 'of-another-attempt' }],
    ['nonce', { nonce: undefined }],
    ['aud', { aud: 'another-client' }],
    ['azp', { aud: ['holdfast', 'another'], azp: 'another' }],
    ['iss', { iss: 'https://other.example' }],
    ['exp', { exp: Math.floor(Date.now() / 1000) - 120 }],
    ['answer', { sub: undefined }],
  ])('whose ID token has a wrong %s', async (claim, claims) => {
    const { answer } = await signIn(claims);
    expect([claim, await refusedBy(answer)]).toEqual([claim, expect.stringMatching(/^sign-in\/oidc-/)]);
  });

  test.each(['none', 'HS256', 'unpublished'] as const)('whose ID token is signed by %s', async (signing) => {
    op.behaviour.signing = signing;
    expect(await refusedBy((await signIn()).answer)).toMatch(/^sign-in\/oidc-(alg|signature)$/);
  });

  test('whose userinfo is about somebody else', async () => {
    op.behaviour.userInfoSubject = 'somebody-else';
    expect(await refusedBy((await signIn()).answer)).toMatch(/^sign-in\/oidc-/);
  });

  test('that says that the person was not signed in there', async () => {
    const browser = openSignInBrowser(hub);
    const state = new URL(await browser.start(provider.reference)).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error: 'access_denied', state, iss: op.issuer });
    expect(
      await refusedBy(
        browser.get(`/auth/oidc/${database.tenantId}/${provider.id}/callback?${query.toString()}`),
      ),
    ).toBe('sign-in/oidc-refused-there');
  });
});

describe('where somebody lands after a sign-in', () => {
  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/%5cevil.example',
    'javascript:alert(1)',
    '/api/v1/session',
    '/auth/start',
    'recordings',
    '/a//b',
    '/recordings\n//evil',
  ])('is never %s', async (next) => {
    const { answer } = await signIn({ sub: 'first' }, { next });
    expect(answer.headers.get('location')).toBe('/');
  });
});

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

  test('by the provider ends the session that it names, within a second', async () => {
    const one = (await signIn({ sub: 'out', sid: 'session-a', email: 'out@tenant.example' })).browser;
    const two = (await signIn({ sub: 'out', sid: 'session-b', email: 'out@tenant.example' })).browser;
    const began = performance.now();
    const token = await op.logoutToken({ sub: 'out', sid: 'session-a' });
    expect((await logout(token)).status).toBe(200);
    expect(await whoIs(one)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(1000);
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

describe('a proof of presence by the provider', () => {
  const steppedUp = async () =>
    (
      await database.asOwner<{ at: Date | null }>(
        "select stepped_up_at as at from session where means = 'oidc' order by created_at desc limit 1",
      )
    )[0]?.at;

  test('asks the person anew, and counts for the session that asked', async () => {
    const { browser } = await signIn({ sub: 'first' });
    expect(await steppedUp()).toBeNull();
    const asked = await browser.start(provider.reference, { stepUp: '1', next: '/holds' });
    expect(Object.fromEntries(new URL(asked).searchParams)).toMatchObject({
      prompt: 'login',
      max_age: '0',
      acr_values: 'urn:mfa',
    });
    op.behaviour.claims = { sub: 'first', acr: 'urn:mfa' };
    const before = browser.cookies.get('holdfast_session');
    const answer = await comeBack(browser, asked);
    expect(answer.headers.get('location')).toBe('/holds');
    expect(await steppedUp()).toBeInstanceOf(Date);
    expect(browser.cookies.get('holdfast_session')).not.toBe(before);
    expect(await whoIs(browser)).toBeDefined();
  });

  test('does not count for somebody else, when it is old, or by a class that is too weak', async () => {
    const { browser } = await signIn({ sub: 'first' });
    const prove = async (claims: Record<string, unknown>) => {
      op.behaviour.claims = claims;
      return refusedBy(comeBack(browser, await browser.start(provider.reference, { stepUp: '1' })));
    };
    expect(await prove({ sub: 'somebody-else', acr: 'urn:mfa' })).toBe('sign-in/other-person');
    const old = Math.floor(Date.now() / 1000) - 600;
    expect(await prove({ sub: 'first', acr: 'urn:mfa', auth_time: old })).toBe('sign-in/not-fresh');
    expect(await prove({ sub: 'first', acr: 'urn:mfa', auth_time: undefined })).toBe('sign-in/not-fresh');
    expect(await prove({ sub: 'first', acr: 'urn:password' })).toBe('sign-in/weak-proof');
    expect(await steppedUp()).toBeNull();
  });

  test('is there at once where the sign-in itself was by a class that counts', async () => {
    await signIn({ sub: 'first', acr: 'urn:mfa' });
    expect(await steppedUp()).toBeInstanceOf(Date);
  });
});
