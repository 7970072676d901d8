import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { readXml, type XmlElement } from '../../../../recorder-core/siprec/xml-tree.ts';
import { childrenOf, descendantsOf } from './xml-children.ts';
import { DSIG, METADATA, REDIRECT } from './saml-names.ts';

/** What a provider's metadata says that we need to know. */
export interface ReadMetadata {
  readonly entityId: string;
  readonly signInUrl: string;
  readonly logoutUrl: string | null;
  readonly logoutResponseUrl: string | null;
  readonly certificates: readonly string[];
}

const LIMITS = { maxBytes: 1024 * 1024, maxDepth: 40, maxElements: 50_000 };

/**
 * Reads the metadata of one identity provider. Its own signature is not looked at: a person looks at what was read before
 * it is used, and got it over a way that they trust.
 * @throws HoldfastError `invalid_input` for what is no metadata of one provider.
 */
export function readMetadata(bytes: Buffer): ReadMetadata {
  const root = rootOf(bytes);
  const entities = [root, ...descendantsOf(root)].filter(
    (each) => each.namespace === METADATA && childrenOf(each, METADATA, 'IDPSSODescriptor').length > 0,
  );
  const [entity, ...more] = entities;
  const entityId = entity?.attributes['entityID'] ?? '';
  if (entity === undefined || more.length > 0 || entityId === '')
    throw refused('holds no identity provider, or several. Take the metadata of one');
  const descriptor = childrenOf(entity, METADATA, 'IDPSSODescriptor')[0] as XmlElement;
  const signInUrl = locationOf(descriptor, 'SingleSignOnService');
  if (signInUrl === null)
    throw refused('names no address for sign-in by redirect. The provider has to offer it');
  return {
    entityId,
    signInUrl,
    logoutUrl: locationOf(descriptor, 'SingleLogoutService'),
    logoutResponseUrl: locationOf(descriptor, 'SingleLogoutService', 'ResponseLocation'),
    certificates: certificatesOf(descriptor),
  };
}

function rootOf(bytes: Buffer): XmlElement {
  try {
    return readXml(bytes, LIMITS).root;
  } catch (error) {
    throw refused('is not well-formed XML, has a document type, or is larger than one megabyte', error);
  }
}

function locationOf(
  descriptor: XmlElement,
  service: string,
  attribute: 'Location' | 'ResponseLocation' = 'Location',
): string | null {
  const found = childrenOf(descriptor, METADATA, service).find(
    ({ attributes }) => attributes['Binding'] === REDIRECT,
  );
  const location = found?.attributes[attribute];
  return location !== undefined && URL.canParse(location) ? location : null;
}

function certificatesOf(descriptor: XmlElement): string[] {
  const signing = childrenOf(descriptor, METADATA, 'KeyDescriptor').filter(
    ({ attributes }) => (attributes['use'] ?? 'signing') === 'signing',
  );
  const texts = signing
    .flatMap(descendantsOf)
    .filter(({ name, namespace }) => name === 'X509Certificate' && namespace === DSIG)
    .map(({ text }) => text.replace(/\s/g, ''));
  return [...new Set(texts)].slice(0, 5).map((base64) => {
    const lines = base64.match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  });
}

function refused(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError('invalid_input', `This metadata ${what}. Nothing was changed.`, {
    field: '/body/metadata',
    ...(cause === undefined ? {} : { cause }),
  });
}
