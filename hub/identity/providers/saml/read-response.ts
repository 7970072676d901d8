import { isUtf8 } from 'node:buffer';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import { readXml, type XmlElement } from '../../../../recorder-core/siprec/xml-tree.ts';
import type { SamlConfig } from '../provider-config.ts';
import { refusedSignIn } from '../refused-sign-in.ts';
import { checkEncryption, checkSignatures } from './check-signatures.ts';
import { ASSERTION, PROTOCOL, SUCCESS } from './saml-names.ts';
import { childrenOf, descendantsOf } from './xml-children.ts';

const LIMITS = { maxBytes: 256 * 1024, maxDepth: 40, maxElements: 10_000 };

/** What of a response counts before any signature was verified: only whom to ask, never who somebody is. */
export interface ReadResponse {
  readonly inResponseTo: string | null;
  /** Whether the assertion came encrypted. */
  readonly encrypted: boolean;
}

/**
 * Looks at the shape of a response before any cryptography: one assertion and at its place, signatures at the elements
 * they are about and by algorithms that are taken, no document type, comment or instruction. Two readers of XML may differ
 * in what they make of a trick; what both would have to agree on is refused here.
 * @throws HoldfastError `forbidden` with the rule.
 */
export function readResponse(posted: string, config: SamlConfig, assertionConsumer: string): ReadResponse {
  const root = readMessage(decode(posted));
  if (root.namespace !== PROTOCOL || root.name !== 'Response')
    throw refusedSignIn(
      'sign-in/saml-not-a-response',
      'What was posted is no answer of an identity provider.',
    );
  checkStatus(root);
  checkSource(root, config, assertionConsumer);
  const assertion = onlyAssertion(root);
  checkSignatures(root, assertion, config);
  const encrypted = assertion.name === 'EncryptedAssertion';
  if (encrypted) checkEncryption(root, assertion);
  else if (config.encrypted)
    throw refusedSignIn(
      'sign-in/saml-not-encrypted',
      'The identity provider must encrypt what it says of people.',
    );
  return { inResponseTo: root.attributes['InResponseTo'] ?? null, encrypted };
}

/** Bytes of a posted message. Node reads base64 leniently; what is not all base64 is refused. */
export function decode(posted: string): Buffer {
  if (posted.length <= LIMITS.maxBytes * 2 && /^[A-Za-z0-9+/=\r\n]+$/.test(posted))
    return Buffer.from(posted, 'base64');
  throw refusedSignIn('sign-in/saml-encoding', 'What was posted is not an answer in base64.');
}

/**
 * A message as a tree. Anything that starts with `<!` is a comment, a document type with its entities, or CDATA; none of
 * them has a place here, and without them no two readers can differ about a text.
 * @throws HoldfastError `forbidden` with the rule.
 */
export function readMessage(bytes: Buffer): XmlElement {
  const text = bytes.toString('utf8');
  const rest = text.replace(/^<\?xml\s[^?>]*\?>/, '');
  const encoding = /^<\?xml\s[^?>]*encoding\s*=\s*["']([^"']*)["']/.exec(text)?.[1];
  if (!isUtf8(bytes) || (encoding !== undefined && !/^utf-8$/i.test(encoding)) || text.startsWith('\ufeff'))
    throw refusedSignIn('sign-in/saml-encoding', 'The message is not in UTF-8.');
  if (/<!|<\?/.test(rest))
    throw refusedSignIn(
      'sign-in/saml-markup',
      'The message has a document type, a comment or an instruction in it, which no identity provider needs.',
    );
  try {
    const { root, lenient } = readXml(bytes, LIMITS);
    if (!lenient) return root;
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
  }
  throw refusedSignIn(
    'sign-in/saml-not-xml',
    'The message is not well-formed XML, or larger than any real one.',
  );
}

function checkStatus(root: XmlElement): void {
  const codes = childrenOf(root, PROTOCOL, 'Status').flatMap((each) =>
    childrenOf(each, PROTOCOL, 'StatusCode'),
  );
  if (codes.length === 1 && codes[0]?.attributes['Value'] === SUCCESS) return;
  throw refusedSignIn(
    'sign-in/saml-status',
    'The identity provider did not sign you in. Begin again, or ask an administrator.',
  );
}

/** What an unsigned response says of its way is no proof, but what contradicts it is refused at once. */
function checkSource(root: XmlElement, config: SamlConfig, assertionConsumer: string): void {
  if (root.attributes['Version'] !== '2.0')
    throw refusedSignIn('sign-in/saml-version', 'The answer is not of SAML 2.0.');
  const { Destination: destination } = root.attributes;
  const needed = config.signed !== 'assertion'; // a signed message names its destination: SAML bindings, section 3.5.5.2
  if (destination === undefined ? needed : destination !== assertionConsumer)
    throw refusedSignIn('sign-in/saml-destination', 'The answer was made for another address.');
  const issuers = childrenOf(root, ASSERTION, 'Issuer');
  if (issuers.some(({ text }) => text !== config.entityId))
    throw refusedSignIn('sign-in/saml-issuer', 'The answer is of another identity provider.');
}

/** The one assertion of the whole document, in the clear or encrypted, directly in the response. */
function onlyAssertion(root: XmlElement): XmlElement {
  const all = descendantsOf(root).filter(({ name }) => name === 'Assertion' || name === 'EncryptedAssertion');
  const [assertion] = all;
  if (all.length !== 1 || assertion === undefined || assertion.namespace !== ASSERTION)
    throw refusedSignIn('sign-in/saml-assertions', 'The answer must hold exactly one assertion.');
  if (!root.children.includes(assertion))
    throw refusedSignIn('sign-in/saml-wrapped', 'The assertion is not at its place in the answer.');
  return assertion;
}
