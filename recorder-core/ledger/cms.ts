/** Signed data of the Cryptographic Message Syntax (RFC 5652 section 5), as time-stamp tokens carry it. */
import { createHash } from 'node:crypto';
import { readCertificate, refused, subjectKeyId, type Certificate } from './certificate-path.ts';
import {
  contextTag,
  DerFields,
  readChildren,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
  type DerElement,
} from './der.ts';

/** Content, certificates and the one signer of a token. Nothing in it was checked. */
export interface SignedData {
  /** The content that is signed. */
  readonly content: Buffer;
  readonly certificates: readonly Certificate[];
  readonly signer: Signer;
}

/** What the signer states and signed. */
export interface Signer {
  /** Name of the hash in Node. */
  readonly hash: string;
  /** Signed with RSA-PSS instead of PKCS #1. */
  readonly pss: boolean;
  /** The signed digest of the content. */
  readonly contentDigest: Buffer;
  /** What the signature is over: the signed attributes as a SET. */
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
  /** Whether the signer is named by this certificate's issuer and number, or its key identifier. */
  isMadeBy(certificate: Certificate): boolean;
  /** Whether the signed attributes name this certificate by its hash (RFC 5035), as RFC 3161 demands. */
  namesCertificate(raw: Buffer): boolean;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
/** Hashes a token may be signed with. SHA-1 and older prove nothing any more. */
const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** The hash a signature algorithm is bound to; the others take that of the digest algorithm. */
const SIGNATURES: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.1': null,
  '1.2.840.113549.1.1.10': null,
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.3.101.112': 'sha512',
};
const RSA_PSS = '1.2.840.113549.1.1.10';

/** Takes a time-stamp token apart. @throws invalid_input or integrity_failed when it is none. */
export function readSignedData(token: Buffer): SignedData {
  const info = new DerFields(readDer(token));
  if (readOid(info.take(TAG.oid)) !== SIGNED_DATA) throw refused('it is not signed data');
  const wrapper = new DerFields(info.take(contextTag(0)), contextTag(0));
  info.end();
  const fields = new DerFields(wrapper.take(TAG.sequence));
  wrapper.end();
  // RFC 5652 section 5.1: version 3 for content other than plain data, more with further kinds of certificates.
  if (![3, 4, 5].includes(readSmallInteger(fields.take(TAG.integer))))
    throw refused('it is of an unknown version');
  const digests = readChildren(fields.take(TAG.set)).map((one) => readOid(new DerFields(one).take(TAG.oid)));
  const content = readContent(fields.take(TAG.sequence));
  const certificates = fields.takeIf(contextTag(0));
  fields.takeIf(contextTag(1));
  const signers = new DerFields(fields.take(TAG.set), TAG.set);
  fields.end();
  const signer = readSigner(signers.take(TAG.sequence), digests);
  signers.end();
  return {
    content,
    certificates:
      certificates === undefined ? [] : readChildren(certificates).map(({ raw }) => readCertificate(raw)),
    signer,
  };
}

function readContent(element: DerElement): Buffer {
  const fields = new DerFields(element);
  if (readOid(fields.take(TAG.oid)) !== TST_INFO) throw refused('its content is not a time stamp');
  const wrapper = new DerFields(fields.take(contextTag(0)), contextTag(0));
  fields.end();
  const { body } = wrapper.take(TAG.octetString);
  wrapper.end();
  return body;
}

function readSigner(element: DerElement, digests: readonly string[]): Signer {
  const fields = new DerFields(element);
  const version = readSmallInteger(fields.take(TAG.integer));
  const identity = fields.takeAny();
  if (version !== (identity.tag === TAG.sequence ? 1 : 3))
    throw refused('its signer is of an unknown version');
  const digestId = readOid(new DerFields(fields.take(TAG.sequence)).take(TAG.oid));
  if (!digests.includes(digestId)) throw refused('its signer uses a digest that it does not announce');
  const signed = fields.take(contextTag(0));
  const signatureId = readOid(new DerFields(fields.take(TAG.sequence)).take(TAG.oid));
  const signature = fields.take(TAG.octetString).body;
  fields.takeIf(contextTag(1));
  fields.end();
  const attributes = readAttributes(signed);
  const type = attributes.get(CONTENT_TYPE);
  if (type === undefined || readOid(type) !== TST_INFO)
    throw refused('its signer signed another kind of content');
  const digest = attributes.get(MESSAGE_DIGEST);
  if (digest?.tag !== TAG.octetString) throw refused('its signer signed no digest of the content');
  return {
    hash: hashOf(digestId, signatureId),
    pss: signatureId === RSA_PSS,
    contentDigest: digest.body,
    // RFC 5652 section 5.4: signed as a SET, although it stands there under [0].
    signedBytes: Buffer.concat([Buffer.of(TAG.set), signed.raw.subarray(1)]),
    signature,
    isMadeBy: (certificate) => isIdentityOf(identity, certificate),
    namesCertificate: (raw) => namedCertificate(attributes).equals(hashLike(attributes, raw)),
  };
}

function hashOf(digestId: string, signatureId: string): string {
  const hash = HASHES[digestId];
  const bound = SIGNATURES[signatureId];
  if (hash === undefined || bound === undefined)
    throw refused('it is signed by an algorithm that is not accepted');
  if (bound !== null && bound !== hash) throw refused('its signature and its digest name different hashes');
  return hash;
}

/** Signed attributes by their identifier; each has one value and stands once. */
function readAttributes(signed: DerElement): Map<string, DerElement> {
  const attributes = new Map<string, DerElement>();
  for (const element of readChildren(signed)) {
    const fields = new DerFields(element);
    const id = readOid(fields.take(TAG.oid));
    const [value, ...more] = readChildren(fields.take(TAG.set));
    fields.end();
    if (value === undefined || more.length > 0 || attributes.has(id))
      throw refused('a signed attribute is ambiguous');
    attributes.set(id, value);
  }
  return attributes;
}

function isIdentityOf(identity: DerElement, certificate: Certificate): boolean {
  if (identity.tag === contextTag(0, 'primitive'))
    return subjectKeyId(certificate)?.equals(identity.body) === true;
  const fields = new DerFields(identity);
  const [issuer, serial] = [fields.take(TAG.sequence).raw, fields.take(TAG.integer).body];
  return issuer.equals(certificate.issuer) && serial.equals(certificate.serial);
}

/** The hash of the signer's certificate by which the attributes name it. */
function namedCertificate(attributes: Map<string, DerElement>): Buffer {
  const fields = firstCertificateId(attributes).fields;
  fields.takeIf(TAG.sequence);
  return fields.take(TAG.octetString).body;
}

function hashLike(attributes: Map<string, DerElement>, raw: Buffer): Buffer {
  const { fields, version } = firstCertificateId(attributes);
  if (version === 1) return createHash('sha1').update(raw).digest();
  const algorithm = fields.takeIf(TAG.sequence);
  const hash = algorithm === undefined ? 'sha256' : HASHES[readOid(new DerFields(algorithm).take(TAG.oid))];
  if (hash === undefined) throw refused('it names its certificate by a hash that is not accepted');
  return createHash(hash).update(raw).digest();
}

function firstCertificateId(attributes: Map<string, DerElement>): { fields: DerFields; version: 1 | 2 } {
  const second = attributes.get(SIGNING_CERTIFICATE_V2);
  const attribute = second ?? attributes.get(SIGNING_CERTIFICATE);
  if (attribute === undefined) throw refused('its signer does not name its certificate');
  const list = new DerFields(new DerFields(attribute).take(TAG.sequence));
  return { fields: new DerFields(list.take(TAG.sequence)), version: second === undefined ? 1 : 2 };
}
