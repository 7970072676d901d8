import { createHash } from 'node:crypto';
import type { SamlConfig } from '../provider-config.ts';
import { refusedSignIn } from '../refused-sign-in.ts';
import { readRedirect } from './read-redirect.ts';
import { readMessage } from './read-response.ts';
import { instantOf } from './saml-instant.ts';
import { ASSERTION, PROTOCOL } from './saml-names.ts';
import { childrenOf } from './xml-children.ts';

/** A logout that a provider asks for, checked. */
export interface LogoutRequest {
  /** Of the request; the answer names it. */
  readonly id: string;
  readonly relayState: string;
  readonly subject: string;
  /** The provider's names of the sessions that are meant; none: all of the subject. */
  readonly sids: readonly string[];
  readonly digest: Buffer;
  readonly keepUntil: Date;
}

/** A request is made to be carried at once. */
const LIFE_MS = 300_000;

/**
 * Checks a logout request of the redirect binding (SAML profiles, section 4.4): signed by the provider, for our address, young, and
 * about somebody.
 * @throws HoldfastError `forbidden` with the rule.
 */
export function readLogoutRequest(
  query: string,
  expected: { readonly config: SamlConfig; readonly singleLogout: string; readonly now: Date },
): LogoutRequest {
  const { config, singleLogout, now } = expected;
  const { xml, relayState } = readRedirect(query, config);
  const root = readMessage(xml);
  const { ID: id = '', Destination, Version } = root.attributes;
  if (root.namespace !== PROTOCOL || root.name !== 'LogoutRequest' || Version !== '2.0' || id === '')
    throw refused('sign-in/logout-not-a-request', 'What was sent is no logout request');
  const issuers = childrenOf(root, ASSERTION, 'Issuer').map(({ text }) => text);
  if (issuers.join('\n') !== config.entityId)
    throw refused('sign-in/logout-issuer', 'The logout is of another identity provider');
  if (Destination !== singleLogout)
    throw refused('sign-in/logout-destination', 'The logout was made for another application');
  const until = validUntil(root.attributes, config.clockSkewSeconds * 1000, now.getTime());
  const names = childrenOf(root, ASSERTION, 'NameID');
  const [name] = names;
  if (name === undefined || names.length > 1 || name.children.length > 0 || name.text === '')
    throw refused('sign-in/logout-nobody', 'The logout names nobody in the clear');
  return {
    id,
    relayState,
    subject: name.text,
    sids: childrenOf(root, PROTOCOL, 'SessionIndex').map(({ text }) => text),
    digest: createHash('sha256').update(`logout ${id}`).digest(),
    keepUntil: new Date(until),
  };
}

/** Until when it is refused for its age at the latest. */
function validUntil(attributes: Readonly<Record<string, string>>, skew: number, now: number): number {
  const issued = instantOf(attributes['IssueInstant']);
  const ends = attributes['NotOnOrAfter'];
  const end = ends === undefined ? Infinity : (instantOf(ends) ?? -Infinity);
  if (issued === undefined || issued > now + skew)
    throw refused(
      'sign-in/logout-not-yet',
      'The logout does not say when it was asked for, or it is still to come',
    );
  const until = Math.min(issued + LIFE_MS, end) + skew;
  if (now < until) return until;
  throw refused(
    'sign-in/logout-expired',
    'The logout has expired, or the clocks differ by more than is allowed',
  );
}

function refused(rule: `sign-in/${string}`, sentence: string): Error {
  return refusedSignIn(rule, `${sentence}; nobody was signed out.`);
}
