import type { XmlElement } from '../../../../recorder-core/siprec/xml-tree.ts';
import type { SamlConfig } from '../provider-config.ts';
import { refusedSignIn } from '../refused-sign-in.ts';
import { childrenOf, descendantsOf } from './xml-children.ts';
import {
  CONTENT_ENCRYPTION,
  DIGEST_ALGORITHMS,
  DSIG,
  EXCLUSIVE_C14N,
  KEY_ENCRYPTION,
  SIGNATURE_ALGORITHMS,
  TRANSFORMS,
  XENC,
} from './saml-names.ts';

/**
 * Where signatures stand and what they are about, before any is verified: each directly in the element whose id it names,
 * by an algorithm that is taken, and as many as the configuration asks for.
 * @throws HoldfastError `forbidden` with the rule.
 */
export function checkSignatures(root: XmlElement, assertion: XmlElement, config: SamlConfig): void {
  const inResponse = childrenOf(root, DSIG, 'Signature');
  const encrypted = assertion.name === 'EncryptedAssertion';
  const inAssertion = encrypted ? [] : childrenOf(assertion, DSIG, 'Signature');
  const all = descendantsOf(root).filter(({ name, namespace }) => name === 'Signature' && namespace === DSIG);
  if (
    all.length !== inResponse.length + inAssertion.length ||
    inResponse.length > 1 ||
    inAssertion.length > 1
  )
    throw refusedSignIn('sign-in/saml-signature-place', 'A signature stands where none belongs.');
  requireUniqueIds(root);
  for (const signature of inResponse) checkSignature(signature, root);
  for (const signature of inAssertion) checkSignature(signature, assertion);
  const response = config.signed !== 'assertion' || encrypted;
  if (response && inResponse.length === 0)
    throw refusedSignIn(
      'sign-in/saml-unsigned-response',
      'The answer must be signed as a whole, and is not.',
    );
  if (config.signed !== 'response' && !encrypted && inAssertion.length === 0)
    throw refusedSignIn('sign-in/saml-unsigned-assertion', 'The assertion must be signed, and is not.');
}

function checkSignature(signature: XmlElement, about: XmlElement): void {
  const [info, ...others] = childrenOf(signature, DSIG, 'SignedInfo');
  const objects = childrenOf(signature, DSIG, 'Object');
  const [reference, ...more] = info === undefined ? [] : childrenOf(info, DSIG, 'Reference');
  const id = about.attributes['ID'];
  if (info === undefined || reference === undefined || others.length + objects.length + more.length > 0)
    throw refusedSignIn(
      'sign-in/saml-signature-shape',
      'A signature must be about one element and hold nothing else.',
    );
  if (id === undefined || id === '' || reference.attributes['URI'] !== `#${id}`)
    throw refusedSignIn(
      'sign-in/saml-signature-about',
      'A signature is about another element than it stands in.',
    );
  const transforms = childrenOf(reference, DSIG, 'Transforms').flatMap(({ children }) => children);
  requireAlgorithms(childrenOf(info, DSIG, 'SignatureMethod'), SIGNATURE_ALGORITHMS, 1);
  requireAlgorithms(childrenOf(info, DSIG, 'CanonicalizationMethod'), [EXCLUSIVE_C14N], 1);
  requireAlgorithms(childrenOf(reference, DSIG, 'DigestMethod'), DIGEST_ALGORITHMS, 1);
  requireAlgorithms(transforms, TRANSFORMS, 2);
}

function requireAlgorithms(elements: readonly XmlElement[], allowed: readonly string[], count: number): void {
  const named = elements.map(({ attributes }) => attributes['Algorithm'] ?? '');
  if (named.length === count && named.every((each) => allowed.includes(each))) return;
  throw refusedSignIn(
    'sign-in/saml-algorithm',
    'The answer is signed or encrypted by an algorithm that is not taken, such as SHA-1. An administrator of the identity provider can change it.',
  );
}

function requireUniqueIds(root: XmlElement): void {
  const seen = new Set<string>();
  for (const { attributes } of [root, ...descendantsOf(root)])
    for (const name of ['ID', 'Id', 'id']) {
      const id = attributes[name];
      if (id === undefined) continue;
      if (seen.has(id))
        throw refusedSignIn('sign-in/saml-same-id', 'Two elements of the answer have the same id.');
      seen.add(id);
    }
}

/** How the assertion is encrypted. @throws HoldfastError `forbidden` with the rule. */
export function checkEncryption(root: XmlElement, assertion: XmlElement): void {
  const inside = descendantsOf(root);
  const data = inside.filter(({ name, namespace }) => name === 'EncryptedData' && namespace === XENC);
  const keys = inside.filter(({ name, namespace }) => name === 'EncryptedKey' && namespace === XENC);
  if (data.length !== 1 || keys.length !== 1 || !assertion.children.includes(data[0] as XmlElement))
    throw refusedSignIn(
      'sign-in/saml-encryption',
      'The answer must hold one encrypted assertion and its one key.',
    );
  for (const each of data)
    requireAlgorithms(childrenOf(each, XENC, 'EncryptionMethod'), CONTENT_ENCRYPTION, 1);
  for (const each of keys) requireAlgorithms(childrenOf(each, XENC, 'EncryptionMethod'), KEY_ENCRYPTION, 1);
}
