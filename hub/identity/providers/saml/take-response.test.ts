import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  encodeAnswer,
  makeCertifiedKey,
  makeSamlIdentityProvider,
  type CertifiedKey,
  type SamlAnswer,
  type SamlIdentityProvider,
} from '../../../../test/support/peers/saml-identity-provider.ts';
import { wrapSignature } from '../../../../test/support/peers/wrap-signature.ts';
import { addressesOf } from '../provider-addresses.ts';
import { samlConfig } from '../provider-config.ts';
import { ruleOfRefusal } from '../refused-sign-in.ts';
import { takeResponse } from './take-response.ts';

const ours = addressesOf('https://hub.example', {
  tenantId: '0190a1b2-0000-7000-8000-000000000001',
  id: '0190a1b2-0000-7000-8000-000000000002',
});
const REQUEST = '_request1';
const good = {
  assertionConsumer: ours.assertionConsumer,
  audience: ours.entityId,
  inResponseTo: REQUEST,
} satisfies SamlAnswer;

let idp: SamlIdentityProvider;
let stranger: SamlIdentityProvider;
let own: CertifiedKey;

beforeAll(() => {
  idp = makeSamlIdentityProvider();
  stranger = makeSamlIdentityProvider('stranger.example');
  own = makeCertifiedKey('hub.example');
});

type Config = Record<string, unknown>;
function take(xml: string, config: Config = {}, requestId: string | null = REQUEST, now = new Date()) {
  const { entityId, signInUrl, key } = idp;
  const parsed = samlConfig.parse({ entityId, signInUrl, certificates: [key.certificate], ...config });
  const secret = { privateKey: own.privateKey, certificate: own.certificate };
  return takeResponse(encodeAnswer(xml), { config: parsed, secret, ours, requestId, now });
}

/** The rule by which an answer is refused; what is not refused fails the test. */
async function refusal(
  xml: string,
  config: Config = {},
  requestId: string | null = REQUEST,
): Promise<string> {
  const error: unknown = await take(xml, config, requestId).then(
    ({ proven }) => new Error(`taken as ${proven.subject}`),
    (refused: unknown) => refused,
  );
  const rule = ruleOfRefusal(error);
  if (rule === undefined) throw error;
  return rule;
}
const refused = async (
  answer: Partial<SamlAnswer>,
  config: Config = {},
  requestId: string | null = REQUEST,
) => refusal(await idp.answer({ ...good, ...answer }), config, requestId);

describe('an answer of a SAML provider', () => {
  test('is taken with the person, the attributes, the class and the time of the sign-in there', async () => {
    const at = new Date();
    const { proven } = await take(
      await idp.answer({
        ...good,
        at,
        subject: 'officer@tenant.example',
        attributes: {
          groups: ['Compliance', 'Staff'],
          email: ['Officer@tenant.example'],
          'urn:oid:2.5.4.11': ['R&amp;D'],
        },
      }),
    );
    expect(proven).toMatchObject({
      subject: 'officer@tenant.example',
      attributes: { groups: ['Compliance', 'Staff'], 'urn:oid:2.5.4.11': ['R&D'] },
      acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      authAt: at,
      providerSid: '_session1',
    });
  });

  test.each(['assertion', 'response', 'both'] as const)(
    'is taken where %s must be signed and is',
    async (signed) => {
      const { proven } = await take(await idp.answer({ ...good, sign: signed }), { signed });
      expect(proven.subject).toBe('person-1');
    },
  );

  test('is taken encrypted inside of a signed response, with whatever is signed inside', async () => {
    for (const sign of ['response', 'both'] as const) {
      const xml = await idp.answer({ ...good, sign, encryptFor: own });
      expect(xml).not.toContain('person-1');
      expect((await take(xml, { encrypted: true })).proven.subject).toBe('person-1');
    }
  });

  test('is taken by the new certificate while the old one still stands', async () => {
    const certificates = [stranger.key.certificate, idp.key.certificate];
    expect((await take(await idp.answer(good), { certificates })).proven.subject).toBe('person-1');
  });
});

describe('an answer of a SAML provider is refused', () => {
  test('without the signature that the configuration asks for', async () => {
    expect(await refused({ sign: 'none' })).toBe('sign-in/saml-unsigned-assertion');
    expect(await refused({ sign: 'response' })).toBe('sign-in/saml-unsigned-assertion');
    expect(await refused({ sign: 'assertion' }, { signed: 'both' })).toBe('sign-in/saml-unsigned-response');
    expect(await refused({ sign: 'assertion' }, { signed: 'response' })).toBe(
      'sign-in/saml-unsigned-response',
    );
    expect(await refused({ sign: 'response' }, { signed: 'both' })).toBe('sign-in/saml-unsigned-assertion');
  });

  test('signed with a key of somebody else, also where the signature brings its own certificate', async () => {
    expect(await refused({ signWith: stranger.key })).toBe('sign-in/saml-signature');
    const signed = await idp.answer({ ...good, signWith: stranger.key });
    const base64 = stranger.key.certificate.replace(/-----[^-]+-----|\s/g, '');
    const info = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
    const withKey = signed.replace('</ds:SignatureValue>', `</ds:SignatureValue>${info}`);
    expect(await refusal(withKey)).toBe('sign-in/saml-signature');
  });

  test('changed after it was signed', async () => {
    const xml = await idp.answer({ ...good, attributes: { groups: ['Staff'] } });
    expect(await refusal(xml.replace('>Staff<', '>Administrators<'))).toBe('sign-in/saml-signature');
    expect(await refusal(xml.replace('>person-1<', '>person-2<'))).toBe('sign-in/saml-signature');
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('with its signature wrapped, XSW%i', async (number) => {
    const variants = wrapSignature({
      signedResponse: await idp.answer({ ...good, sign: 'response' }),
      signedAssertion: await idp.answer(good),
      subject: 'person-1',
      forged: 'administrator-1',
    });
    const [name, xml] = Object.entries(variants).find(([each]) => each.startsWith(`XSW${number}`)) ?? [];
    for (const signed of ['assertion', 'response', 'both'])
      expect([name, await refusal(xml ?? '', { signed })]).toEqual([
        name,
        expect.stringMatching(/^sign-in\/saml-/),
      ]);
  });

  test('with a signature at the wrong element or about another one', async () => {
    const xml = await idp.answer(good);
    const signature = /<ds:Signature[\s\S]*?<\/ds:Signature>/.exec(xml)?.[0] ?? '';
    const moved = xml.replace(signature, '').replace('<samlp:Status>', `${signature}<samlp:Status>`);
    expect(await refusal(moved)).toBe('sign-in/saml-signature-about');
    const inSubject = xml.replace(signature, '').replace('<saml:Subject>', `<saml:Subject>${signature}`);
    expect(await refusal(inSubject)).toBe('sign-in/saml-signature-place');
    expect(await refusal(xml.replace(signature, signature + signature))).toBe('sign-in/saml-signature-place');
    expect(await refusal(xml.replace(/URI="#[^"]*"/, 'URI=""'))).toBe('sign-in/saml-signature-about');
  });

  test('signed by SHA-1, or by a shared secret that everybody knows', async () => {
    const sha1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
    expect(await refused({ signatureAlgorithm: sha1 })).toBe('sign-in/saml-algorithm');
    expect(await refused({ digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1' })).toBe(
      'sign-in/saml-algorithm',
    );
    const hmac = 'http://www.w3.org/2000/09/xmldsig#hmac-sha1';
    expect(await refused({ signatureAlgorithm: hmac })).toBe('sign-in/saml-algorithm');
    const comments = 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments';
    expect(await refused({ canonicalization: comments })).toBe('sign-in/saml-algorithm');
  });

  test('made for another audience, recipient, destination or request', async () => {
    expect(await refused({ audience: 'https://other.example/metadata' })).toBe('sign-in/saml-audience');
    expect(await refused({ recipient: 'https://other.example/acs' })).toBe('sign-in/saml-recipient');
    expect(await refused({ destination: 'https://other.example/acs' })).toBe('sign-in/saml-destination');
    expect(await refused({ destination: null, sign: 'response' }, { signed: 'response' })).toBe(
      'sign-in/saml-destination',
    );
    expect(await refused({ inResponseTo: '_another' })).toBe('sign-in/saml-in-response-to');
    expect(await refused({ inResponseTo: null })).toBe('sign-in/saml-in-response-to');
    expect(await refused({}, {}, null)).toBe('sign-in/saml-in-response-to');
  });

  test('of another provider, though it be signed with a key that is taken', async () => {
    expect(await refused({ issuer: stranger.entityId })).toBe('sign-in/saml-issuer');
    const other = await stranger.answer({ ...good, signWith: idp.key });
    const withoutIssuer = other.replace(/<saml:Issuer>[^<]*<\/saml:Issuer>(?=<samlp:Status>)/, '');
    expect(await refusal(withoutIssuer)).toBe('sign-in/saml-issuer');
  });

  test('before and after its time, by more than the clocks may differ', async () => {
    const minute = 60_000;
    const at = (ms: number) => new Date(Date.now() + ms);
    expect(
      (await take(await idp.answer({ ...good, at: at(-minute), lifeMs: minute / 2 }))).proven.subject,
    ).toBe('person-1');
    expect(await refused({ at: at(-3 * minute), lifeMs: minute })).toBe('sign-in/saml-expired');
    expect(await refused({ at: at(3 * minute) })).toBe('sign-in/saml-not-yet');
    expect(await refused({ authenticatedAt: at(3 * minute) })).toBe('sign-in/saml-not-yet');
    const strict = { clockSkewSeconds: 0 };
    expect(await refused({ at: at(-minute), lifeMs: minute - 1000 }, strict)).toBe('sign-in/saml-expired');
  });

  test('with a document type, an entity, a comment, CDATA or an instruction in it', async () => {
    const xml = await idp.answer({ ...good, subject: 'admin@tenant.example.evil.example' });
    const entity = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>';
    for (const trick of [
      `<?xml version="1.0"?>${entity}${xml}`,
      xml.replace('.evil.example', '<!---->.evil.example'),
      xml.replace('>admin@', '><![CDATA[admin@]]>'),
      xml.replace('<saml:Subject>', '<?skip it?><saml:Subject>'),
    ])
      expect(await refusal(trick)).toBe('sign-in/saml-markup');
  });

  test('that is not all UTF-8, not XML or not an answer', async () => {
    const xml = await idp.answer(good);
    const latin = `<?xml version="1.0" encoding="iso-8859-1"?>${xml}`;
    expect(await refusal(latin)).toBe('sign-in/saml-encoding');
    expect(await refusal(xml.slice(0, -10))).toBe('sign-in/saml-not-xml');
    expect(await refusal('<a/>')).toBe('sign-in/saml-not-a-response');
    expect(await refusal('')).toBe('sign-in/saml-encoding');
    expect(await refusal(xml.replaceAll('samlp:', 'nobody:'))).toMatch(/^sign-in\/saml-not-/);
  });

  test('that says that nobody was signed in', async () => {
    const status = 'urn:oasis:names:tc:SAML:2.0:status:Responder';
    expect(await refused({ status })).toBe('sign-in/saml-status');
  });

  test('encrypted for somebody else, by an old algorithm, in an unsigned response, or not at all where it must be', async () => {
    expect(await refused({ sign: 'both', encryptFor: stranger.key })).toBe('sign-in/saml-encryption');
    const old = 'http://www.w3.org/2001/04/xmlenc#rsa-1_5';
    expect(await refused({ sign: 'both', encryptFor: own, keyEncryption: old })).toBe(
      'sign-in/saml-algorithm',
    );
    expect(await refused({ sign: 'assertion', encryptFor: own })).toBe('sign-in/saml-unsigned-response');
    expect(await refused({ sign: 'both' }, { encrypted: true })).toBe('sign-in/saml-not-encrypted');
  });

  test('or says what was signed, whatever is changed anywhere in it', async () => {
    const xml = await idp.answer({ ...good, attributes: { groups: ['Staff'], email: ['a@tenant.example'] } });
    const { proven } = await take(xml);
    const pieces = [
      '',
      ' ',
      'x',
      '<',
      '>',
      '"',
      '&amp;',
      '&#x41;',
      '<saml:NameID>root</saml:NameID>',
      'ID="_evil"',
      '\r\n',
    ];
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(xml.length), fc.nat(12), fc.constantFrom(...pieces), async (at, cut, put) => {
        const changed = xml.slice(0, at) + put + xml.slice(at + cut);
        const result = await take(changed).catch((error: unknown) => {
          if (ruleOfRefusal(error) === undefined) throw error;
          return undefined;
        });
        if (result === undefined) return;
        taken += 1;
        expect(result.proven).toEqual(proven);
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeLessThan(90); // some changes are outside of what is signed and mean nothing
  });
});
