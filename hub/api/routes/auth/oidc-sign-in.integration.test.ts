import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { sequenceTenant } from '../../../../recorder-core/records/sequence-leaves.ts';
import { openOpenIdTenant, type OpenIdTenant } from '../../../../test/support/openid-tenant.ts';
import { openScimClient } from '../../../../test/support/scim-client.ts';
import { openSignInBrowser, refusedBy } from '../../../../test/support/sign-in-browser.ts';

let tenant: OpenIdTenant;
let database: OpenIdTenant['database'];
let hub: OpenIdTenant['hub'];
let op: OpenIdTenant['op'];
let other: OpenIdTenant['other'];
let admin: OpenIdTenant['admin'];
let provider: OpenIdTenant['provider'];
let second: OpenIdTenant['second'];
let comeBack: OpenIdTenant['comeBack'];
let signIn: OpenIdTenant['signIn'];
let whoIs: OpenIdTenant['whoIs'];

beforeAll(async () => {
  tenant = await openOpenIdTenant();
  ({ database, hub, op, other, admin, provider, second, comeBack, signIn, whoIs } = tenant);
});
afterEach(() => {
  tenant.reset();
});
afterAll(() => tenant.close());

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

  test('keeps the groups of a directory beside those of the provider, and the rules see both', async () => {
    const email = 'both@tenant.example';
    const groupsNow = async () =>
      (
        await database.asOwner<{ groups: string[]; role: string }>(
          'select groups, role from app_user where email = $1',
          [email],
        )
      )[0];
    await signIn({ sub: 'both', email, groups: ['Board'] });
    const directory = await openScimClient(hub);
    const user = await directory.send('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: email,
      emails: [{ value: email, primary: true }],
    });
    expect(user.status).toBe(201);
    const group = await directory.send('POST', '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Compliance',
      members: [{ value: user.body.id }],
    });
    expect(await groupsNow()).toEqual({ groups: ['Board', 'Compliance'], role: 'compliance_officer' });
    await signIn({ sub: 'both', email, groups: ['Choir'] });
    expect(await groupsNow()).toEqual({ groups: ['Choir', 'Compliance'], role: 'compliance_officer' });
    await directory.send('DELETE', `/Groups/${group.body.id}`);
    expect(await groupsNow()).toEqual({ groups: ['Choir'], role: 'auditor' });
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
