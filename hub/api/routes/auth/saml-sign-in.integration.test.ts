import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { askLogout, type AskedLogout } from '../../../../test/support/peers/logout-request.ts';
import {
  encodeAnswer,
  makeCertifiedKey,
  makeSamlIdentityProvider,
  readAuthnRequest,
  type CertifiedKey,
  type SamlAnswer,
  type SamlIdentityProvider,
} from '../../../../test/support/peers/saml-identity-provider.ts';
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
import { addressesOf } from '../../../identity/providers/provider-addresses.ts';
import { providerDetail, readProviderMetadata } from '../../schemas/identity-provider.ts';
import { session } from '../../schemas/session.ts';

let database: TestDatabase;
let hub: TestHub;
let idp: SamlIdentityProvider;
let own: CertifiedKey;
let admin: TestPerson;
let provider: Added;

interface Added {
  readonly id: string;
  readonly reference: string;
  /** Path of the assertion consumer. */
  readonly acs: string;
}

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  idp = makeSamlIdentityProvider();
  own = makeCertifiedKey('hub.example');
  admin = await hub.signIn('administrator');
  const rules = [{ id: 'officers', when: "'Compliance' in groups", role: 'compliance_officer' }];
  await admin.fetch('/api/v1/role-rules', { method: 'POST', body: { version: 0, rules } });
  provider = await addProvider('Corporate', { stepUpAcr: ['urn:mfa'] });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

async function addProvider(name: string, config: object = {}): Promise<Added> {
  const { entityId, signInUrl, key } = idp;
  const body = {
    kind: 'saml',
    name,
    domains: ['tenant.example'],
    config: {
      ...{ entityId, signInUrl, certificates: [key.certificate] },
      ...{ logoutUrl: 'https://idp.example/slo', logoutResponseUrl: 'https://idp.example/done' },
      ...{ signRequests: true, ...config },
    },
  };
  const answer = await admin.fetch('/api/v1/identity-providers', { method: 'POST', body });
  const { id } = (await answer.json()) as { id: string };
  const path = `/api/v1/identity-providers/${id}`;
  const secret = { privateKey: own.privateKey, certificate: own.certificate };
  await admin.fetch(`${path}/secret`, { method: 'POST', body: { secret } });
  const added = {
    id,
    reference: `${database.tenantId}.${id}`,
    acs: `/auth/saml/${database.tenantId}/${id}/acs`,
  };
  const browser = openSignInBrowser(hub);
  browser.cookies.set('holdfast_session', admin.cookie.split('=')[1] ?? '');
  const tested = await comeBack(browser, await browser.start(added.reference, { test: '1' }), {}, added);
  expect(tested.headers.get('location')).toBe(`/identity-providers/${id}?tested=1`);
  await admin.fetch(`${path}/state`, { method: 'POST', body: { state: 'live' } });
  return added;
}

/** What the provider answers to a request. */
async function answerTo(asked: string, answer: Partial<SamlAnswer> = {}, { id }: Added = provider) {
  const ours = addressesOf('https://hub.example', { tenantId: database.tenantId, id });
  const { id: requestId, relayState } = readAuthnRequest(asked);
  const xml = await idp.answer({
    ...{ assertionConsumer: ours.assertionConsumer, audience: ours.entityId, inResponseTo: requestId },
    attributes: { email: ['ana@tenant.example'], name: ['Ana'], groups: ['Compliance'] },
    ...answer,
  });
  return { SAMLResponse: encodeAnswer(xml), RelayState: relayState };
}

/** Posts the answer as the provider's page does, without our cookies, and follows to where the browser comes for it. */
async function comeBack(
  browser: SignInBrowser,
  asked: string,
  answer: Partial<SamlAnswer> = {},
  at: Added = provider,
): Promise<Response> {
  const posted = await browser.post(at.acs, await answerTo(asked, answer, at));
  const location = posted.headers.get('location');
  return posted.status === 303 && location?.startsWith('/auth/') === true ? browser.get(location) : posted;
}

/** Where a provider sends browsers for a logout. */
const logoutPath = () => provider.acs.replace(/acs$/, 'logout');

async function whoIs(browser: SignInBrowser) {
  const answer = await browser.get('/api/v1/session');
  return answer.ok ? session.parse(await answer.json()) : undefined;
}

describe('signing in with SAML', () => {
  test('asks by a signed redirect, and makes the person whom the groups give a role', async () => {
    const browser = openSignInBrowser(hub);
    const asked = await browser.start(provider.reference, { next: '/holds' });
    const query = new URL(asked).searchParams;
    expect(query.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    expect(readAuthnRequest(asked).xml).toContain(
      `AssertionConsumerServiceURL="https://hub.example${provider.acs}"`,
    );
    const answer = await comeBack(browser, asked);
    expect(answer.headers.get('location')).toBe('/holds');
    expect(await whoIs(browser)).toMatchObject({ user: { name: 'Ana', role: 'compliance_officer' } });
  });

  test('counts a class that is listed as a proof of presence, and asks for it anew with ForceAuthn', async () => {
    const browser = openSignInBrowser(hub);
    await comeBack(browser, await browser.start(provider.reference));
    const asked = await browser.start(provider.reference, { stepUp: '1', next: '/holds' });
    expect(readAuthnRequest(asked).xml).toContain('ForceAuthn="true"');
    expect(readAuthnRequest(asked).xml).toContain('urn:mfa');
    expect(await refusedBy(comeBack(browser, asked))).toBe('sign-in/weak-proof');
    const again = await browser.start(provider.reference, { stepUp: '1', next: '/holds' });
    expect((await comeBack(browser, again, { acr: 'urn:mfa' })).headers.get('location')).toBe('/holds');
    const [row] = await database.asOwner<{ at: Date | null }>(
      "select stepped_up_at as at from session where means = 'saml' order by created_at desc limit 1",
    );
    expect(row?.at).toBeInstanceOf(Date);
  });

  test('is refused in another browser, though the answer be good (login CSRF)', async () => {
    const attacker = openSignInBrowser(hub);
    const posted = await attacker.post(
      provider.acs,
      await answerTo(await attacker.start(provider.reference)),
    );
    const victim = openSignInBrowser(hub);
    await victim.start(provider.reference);
    expect(await refusedBy(victim.get(posted.headers.get('location') ?? ''))).toBe('sign-in/unknown-attempt');
    expect(await whoIs(victim)).toBeUndefined();
  });

  test('is refused for an answer to the request of another browser, to none, or to one that was ended', async () => {
    const one = openSignInBrowser(hub);
    const two = openSignInBrowser(hub);
    const asked = await one.start(provider.reference);
    const other = readAuthnRequest(await two.start(provider.reference));
    const crossed = { ...(await answerTo(asked)), RelayState: other.relayState };
    expect(await refusedBy(two.post(provider.acs, crossed))).toBe('sign-in/saml-in-response-to');
    const unknown = { ...(await answerTo(asked)), RelayState: 'x'.repeat(43) };
    expect(await refusedBy(one.post(provider.acs, unknown))).toBe('sign-in/unknown-attempt');
    expect(await refusedBy(one.post(provider.acs, {}))).toBe('sign-in/saml-encoding');
    expect((await comeBack(one, asked)).status).toBe(303);
    expect(await refusedBy(comeBack(one, asked))).toBe('sign-in/unknown-attempt');
  });

  test('takes each assertion once, also for another attempt and where the browser has not come for it', async () => {
    const browser = openSignInBrowser(hub);
    const asked = await browser.start(provider.reference);
    const answer = await answerTo(asked);
    const [one, two] = await Promise.all([
      browser.post(provider.acs, answer),
      browser.post(provider.acs, answer),
    ]);
    const refusedOne = one.status === 303 ? two : one;
    expect([one.status, two.status].sort()).toEqual([303, 403]);
    expect(await refusedBy(refusedOne)).toBe('sign-in/replay');
  });

  test('is refused for what the provider must not say, as a page with the rule and a leaf', async () => {
    const browser = openSignInBrowser(hub);
    const refuse = async (answer: Partial<SamlAnswer>) =>
      refusedBy(comeBack(browser, await browser.start(provider.reference), answer));
    expect(await refuse({ sign: 'none' })).toBe('sign-in/saml-unsigned-assertion');
    expect(await refuse({ audience: 'https://other.example' })).toBe('sign-in/saml-audience');
    expect(await refuse({ attributes: { groups: ['Nobody'] } })).toBe('sign-in/no-role');
    expect(await whoIs(browser)).toBeUndefined();
  });

  test('takes what nobody asked for only where the provider may send it, and then once', async () => {
    const portal = await addProvider('Portal', { idpInitiated: true });
    const unsolicited = async (at: Added, answer: Partial<SamlAnswer> = {}) => {
      const ours = addressesOf('https://hub.example', { tenantId: database.tenantId, id: at.id });
      const xml = await idp.answer({
        ...{ assertionConsumer: ours.assertionConsumer, audience: ours.entityId, inResponseTo: null },
        subject: `portal-${at.id}`,
        attributes: { groups: ['Compliance'], name: ['Portal person'] },
        ...answer,
      });
      return { SAMLResponse: encodeAnswer(xml), RelayState: 'https://evil.example/' };
    };
    expect(await refusedBy(openSignInBrowser(hub).post(provider.acs, await unsolicited(provider)))).toBe(
      'sign-in/unknown-attempt',
    );
    const browser = openSignInBrowser(hub);
    const answer = await unsolicited(portal);
    const landed = await browser.post(portal.acs, answer);
    expect([landed.status, landed.headers.get('location')]).toEqual([303, '/']);
    expect(await whoIs(browser)).toMatchObject({ user: { name: 'Portal person' } });
    expect(await refusedBy(openSignInBrowser(hub).post(portal.acs, answer))).toBe('sign-in/replay');
    const solicited = await unsolicited(portal, { inResponseTo: '_of-somebody' });
    expect(await refusedBy(openSignInBrowser(hub).post(portal.acs, solicited))).toBe(
      'sign-in/unknown-attempt',
    );
  });

  test('lets nobody in whom it would have to make, where the directory makes people', async () => {
    const strict = await addProvider('Strict', { justInTime: false });
    const browser = openSignInBrowser(hub);
    const asked = await browser.start(strict.reference);
    const attributes = { email: ['new@tenant.example'], groups: ['Compliance'] };
    expect(await refusedBy(comeBack(browser, asked, { subject: 'new', attributes }, strict))).toBe(
      'sign-in/unknown-person',
    );
    const known = await hub.makeLink('engineer');
    await database.asOwner("update app_user set email = 'new@tenant.example' where id = $1", [known.userId]);
    const again = await browser.start(strict.reference);
    await comeBack(browser, again, { subject: 'new', attributes }, strict);
    expect(await whoIs(browser)).toMatchObject({ user: { id: known.userId, role: 'engineer' } }); // groups change nothing
  });

  test('ends here and says where it ends at the provider', async () => {
    const browser = openSignInBrowser(hub);
    await comeBack(browser, await browser.start(provider.reference), { sessionIndex: '_there' });
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await hub.fetch('/auth/sign-out', {
      method: 'POST',
      headers: { cookie, 'X-Holdfast-Console': '1' },
    });
    const { url } = (await answer.json()) as { url: string };
    expect(url).toMatch(/^https:\/\/idp\.example\/slo\?SAMLRequest=/);
    expect(readAuthnRequest(url).xml).toContain('_there');
    expect(await whoIs(browser)).toBeUndefined();
    const back = await browser.get(`${logoutPath()}?SAMLResponse=x`);
    expect([back.status, back.headers.get('location')]).toEqual([303, '/sign-in']);
  });
});

describe('a logout that the provider asks for', () => {
  const signedIn = async (sessionIndex: string, subject = 'person-out'): Promise<SignInBrowser> => {
    const browser = openSignInBrowser(hub);
    const attributes = { email: [`${subject}@tenant.example`], name: [subject], groups: ['Compliance'] };
    await comeBack(browser, await browser.start(provider.reference), { sessionIndex, subject, attributes });
    expect(await whoIs(browser)).toBeDefined();
    return browser;
  };
  const ask = (change: Partial<AskedLogout> = {}) => {
    const destination = `https://hub.example${logoutPath()}`;
    const asked = { issuer: idp.entityId, destination, key: idp.key, subject: 'person-out', ...change };
    return openSignInBrowser(hub).get(`${logoutPath()}?${askLogout(asked)}`);
  };

  test('ends the sessions it names and no others, or all of the person, and is answered', async () => {
    const browsers = [
      await signedIn('_a'),
      await signedIn('_b'),
      await signedIn('_a', 'person-other'),
    ] as const;
    const open = () => Promise.all(browsers.map(async (browser) => (await whoIs(browser)) !== undefined));
    const answer = await ask({ id: '_out1', sids: ['_a'], relayState: 'here again' });
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location') ?? '';
    expect(location).toMatch(/^https:\/\/idp\.example\/done\?SAMLResponse=/);
    const query = new URL(location).searchParams;
    expect([query.get('RelayState'), query.get('SigAlg')]).toEqual([
      'here again',
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    ]);
    const xml = inflateRawSync(Buffer.from(query.get('SAMLResponse') ?? '', 'base64')).toString();
    expect(xml).toMatch(/<samlp:LogoutResponse[^>]* InResponseTo="_out1"/);
    expect(xml).toContain('status:Success');
    expect(await open()).toEqual([false, true, true]);
    expect((await ask()).status).toBe(303);
    expect(await open()).toEqual([false, false, true]);
  });

  test('is refused, and noted, where it was used before or is not signed by the provider', async () => {
    const browser = await signedIn('_c');
    await ask({ id: '_out2', sids: ['_another'] });
    expect(await refusedBy(ask({ id: '_out2', sids: ['_c'] }))).toBe('sign-in/replay');
    expect(await refusedBy(ask({ key: own, sids: ['_c'] }))).toBe('sign-in/logout-signature');
    const page = await (await ask({ key: own })).text();
    expect(page).toContain('You were not signed out');
    expect(await whoIs(browser)).toBeDefined();
    const leaves = await database.db.forTenant(database.tenantId, (tx) =>
      searchLeaves(tx, { rule: 'sign-in/logout-signature', objectId: provider.id, limit: 3 }),
    );
    expect(leaves).toHaveLength(2);
  });
});

describe('metadata', () => {
  test('of ours names the address, the key and what is wanted', async () => {
    const answer = await hub.fetch(`/auth/saml/${database.tenantId}/${provider.id}/metadata`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toMatch(/^application\/samlmetadata\+xml/);
    expect(text).toContain(`Location="https://hub.example${provider.acs}"`);
    expect(text).toContain(own.certificate.replace(/-----[^-]+-----|\s/g, ''));
    expect(text).toContain('AuthnRequestsSigned="true" WantAssertionsSigned="true"');
    const detail = await admin.read(providerDetail, `/api/v1/identity-providers/${provider.id}`);
    expect(text).toContain(`entityID="${detail.addresses.entityId}"`);
  });

  test('of a provider is read for a person to look at; what is none is refused', async () => {
    const base64 = idp.key.certificate.replace(/-----[^-]+-----|\s/g, '');
    const metadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${idp.entityId}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${idp.signInUrl}"/></IDPSSODescriptor></EntityDescriptor>`;
    const path = '/api/v1/identity-providers/read-metadata';
    const read = await admin.read(readProviderMetadata, path, { method: 'POST', body: { metadata } });
    expect(read).toMatchObject({ entityId: idp.entityId, signInUrl: idp.signInUrl, logoutUrl: null });
    const slo = (more: string): string =>
      `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo"${more}/>`;
    const logout = { logoutUrl: 'https://idp.example/slo', logoutResponseUrl: 'https://idp.example/done' };
    for (const [more, found] of [
      ['', { ...logout, logoutResponseUrl: null }],
      [` ResponseLocation="${logout.logoutResponseUrl}"`, logout],
    ] as const) {
      const body = { metadata: metadata.replace('<SingleSignOn', `${slo(more)}<SingleSignOn`) };
      expect(await admin.read(readProviderMetadata, path, { method: 'POST', body })).toMatchObject(found);
    }
    expect(read.certificates).toHaveLength(1);
    const entity = `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${metadata}`;
    for (const bad of [entity, '<a/>', 'x', metadata.replace('HTTP-Redirect', 'SOAP')])
      await readProblem(admin.fetch(path, { method: 'POST', body: { metadata: bad } }), 400);
  });
});
