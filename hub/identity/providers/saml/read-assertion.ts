import { createHash } from 'node:crypto';
import type { XmlElement } from '../../../../recorder-core/siprec/xml-tree.ts';
import type { SamlConfig } from '../provider-config.ts';
import type { ProvenPerson } from '../proven-person.ts';
import { flattenClaims, type ReceivedAttributes } from '../received-attributes.ts';
import { refusedSignIn } from '../refused-sign-in.ts';
import { readMessage } from './read-response.ts';
import { childrenOf } from './xml-children.ts';
import { instantOf } from './saml-instant.ts';
import { ASSERTION, BEARER } from './saml-names.ts';

/** Against what an assertion is held. */
export interface AssertionExpectations {
  readonly config: SamlConfig;
  readonly assertionConsumer: string;
  readonly audience: string;
  /** The id of our request; null for an answer that nobody asked for. */
  readonly requestId: string | null;
  readonly now: Date;
}

/** An assertion that was checked, and what is needed to take it once. */
export interface ReadAssertion {
  readonly proven: ProvenPerson;
  readonly digest: Buffer;
  readonly keepUntil: Date;
}

/**
 * Checks what a signed assertion says, out of the very bytes that its signature covers: issuer, subject with a confirmation
 * for our address and request, times, audience (SAML profiles, section 4.1.4.3).
 * @throws HoldfastError `forbidden` with the rule.
 */
export function readAssertion(signedXml: string, expected: AssertionExpectations): ReadAssertion {
  const root = readMessage(Buffer.from(signedXml));
  const { config } = expected;
  const id = root.attributes['ID'] ?? '';
  if (root.namespace !== ASSERTION || root.name !== 'Assertion' || id === '')
    throw refusedSignIn('sign-in/saml-not-an-assertion', 'What is signed is no assertion.');
  if (
    childrenOf(root, ASSERTION, 'Issuer')
      .map(({ text }) => text)
      .join('\n') !== config.entityId
  )
    throw refusedSignIn('sign-in/saml-issuer', 'The assertion is of another identity provider.');
  const subject = only(root, 'Subject');
  const confirmedUntil = requireConfirmation(subject, expected);
  const validUntil = requireConditions(root, expected);
  const name = only(subject, 'NameID');
  if (name.children.length > 0 || name.text === '' || name.text.length > 1000)
    throw refusedSignIn('sign-in/saml-name', 'The assertion does not say who it is about.');
  const statement = only(root, 'AuthnStatement');
  const keepUntil = new Date(Math.max(confirmedUntil, validUntil) + 2 * config.clockSkewSeconds * 1000);
  return {
    proven: {
      subject: name.text,
      attributes: attributesOf(root),
      mailUnproved: false,
      authAt: authenticatedAt(statement, expected),
      acr:
        childrenOf(statement, ASSERTION, 'AuthnContext')
          .flatMap((context) => childrenOf(context, ASSERTION, 'AuthnContextClassRef'))
          .map(({ text }) => text.slice(0, 300))[0] ?? null,
      amr: [],
      providerSid: statement.attributes['SessionIndex'] ?? null,
      tokens: { nameId: name.text, nameIdFormat: name.attributes['Format'] },
    },
    digest: createHash('sha256').update(`assertion ${id}`).digest(),
    keepUntil,
  };
}

function only(element: XmlElement, name: string): XmlElement {
  const [found, ...more] = childrenOf(element, ASSERTION, name);
  if (found !== undefined && more.length === 0) return found;
  throw refusedSignIn('sign-in/saml-incomplete', `The assertion must have one ${name}.`);
}

/** One bearer confirmation that fits is enough; answers when it ends, in milliseconds. */
function requireConfirmation(subject: XmlElement, expected: AssertionExpectations): number {
  const bearers = childrenOf(subject, ASSERTION, 'SubjectConfirmation').filter(
    ({ attributes }) => attributes['Method'] === BEARER,
  );
  let fault: Error = refusedSignIn(
    'sign-in/saml-confirmation',
    'The assertion has no confirmation for whoever bears it.',
  );
  for (const bearer of bearers) {
    const data = childrenOf(bearer, ASSERTION, 'SubjectConfirmationData')[0]?.attributes ?? {};
    const answer = confirmationFault(data, expected);
    if (typeof answer === 'number') return answer;
    fault = answer;
  }
  throw fault;
}

function confirmationFault(
  data: Readonly<Record<string, string>>,
  { assertionConsumer, requestId, now, config }: AssertionExpectations,
): number | Error {
  if (data['Recipient'] !== assertionConsumer)
    return refusedSignIn('sign-in/saml-recipient', 'The assertion was made for another recipient.');
  if ((data['InResponseTo'] ?? null) !== requestId)
    return refusedSignIn(
      'sign-in/saml-in-response-to',
      'The assertion answers another request than yours. Begin again.',
    );
  const until = instantOf(data['NotOnOrAfter']);
  if (until === undefined || data['NotBefore'] !== undefined)
    return refusedSignIn(
      'sign-in/saml-confirmation',
      'The confirmation of the assertion must say when it ends, and only that.',
    );
  if (now.getTime() >= until + config.clockSkewSeconds * 1000) return expired();
  return until;
}

function requireConditions(root: XmlElement, { config, audience, now }: AssertionExpectations): number {
  const conditions = only(root, 'Conditions');
  const skew = config.clockSkewSeconds * 1000;
  const from = instantOf(conditions.attributes['NotBefore']) ?? -Infinity;
  const until = instantOf(conditions.attributes['NotOnOrAfter']);
  if (until === undefined)
    throw refusedSignIn('sign-in/saml-incomplete', 'The assertion must say until when it is good.');
  if (now.getTime() + skew < from)
    throw refusedSignIn(
      'sign-in/saml-not-yet',
      'The assertion is not good yet: the clocks differ by more than is allowed.',
    );
  if (now.getTime() >= until + skew) throw expired();
  const restrictions = childrenOf(conditions, ASSERTION, 'AudienceRestriction');
  const named = (each: XmlElement) =>
    childrenOf(each, ASSERTION, 'Audience').some(({ text }) => text === audience);
  if (restrictions.length === 0 || !restrictions.every(named))
    throw refusedSignIn('sign-in/saml-audience', 'The assertion was made for another application.');
  return until;
}

function authenticatedAt(statement: XmlElement, { config, now }: AssertionExpectations): Date | null {
  const skew = config.clockSkewSeconds * 1000;
  const ends = instantOf(statement.attributes['SessionNotOnOrAfter']);
  if (ends !== undefined && now.getTime() >= ends + skew) throw expired();
  const at = instantOf(statement.attributes['AuthnInstant']);
  if (at === undefined) return null;
  if (at > now.getTime() + skew)
    throw refusedSignIn('sign-in/saml-not-yet', 'The assertion tells of a sign-in that is still to come.');
  return new Date(at);
}

function expired(): Error {
  return refusedSignIn(
    'sign-in/saml-expired',
    'The assertion has expired, or the clocks differ by more than is allowed. Begin again.',
  );
}

/** By name, and by the friendly name where no attribute has that for its name. */
function attributesOf(root: XmlElement): ReceivedAttributes {
  const byName = new Map<string, string[]>();
  const friendly = new Map<string, string[]>();
  for (const statement of childrenOf(root, ASSERTION, 'AttributeStatement'))
    for (const attribute of childrenOf(statement, ASSERTION, 'Attribute')) {
      const { Name: name, FriendlyName: alias } = attribute.attributes;
      const values = childrenOf(attribute, ASSERTION, 'AttributeValue').map(({ text }) => text);
      if (name === undefined) continue;
      byName.set(name, [...(byName.get(name) ?? []), ...values]);
      if (alias !== undefined) friendly.set(alias, [...(friendly.get(alias) ?? []), ...values]);
    }
  return flattenClaims(Object.fromEntries([...friendly, ...byName]));
}
