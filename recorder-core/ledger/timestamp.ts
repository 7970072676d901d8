/**
 * Time stamps of RFC 3161: a statement by an outside authority that something existed at a time. Made for one
 * purpose here, the signed text of a checkpoint, and checked without network or clock.
 */
import { constants, createHash, timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../errors.ts';
import { readCertificate, refused, requirePath, type Certificate } from './certificate-path.ts';
import { readSignedData, type SignedData } from './cms.ts';
import {
  contextTag,
  DerFields,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  TAG,
  writeDer,
  writeUnsigned,
} from './der.ts';

/** What a time stamp says, once it was checked. */
export interface TimeStamp {
  /** The authority's time; what was stamped existed then. Milliseconds, anything finer cut off. */
  readonly at: Date;
  /** How far the time may be off on either side, in milliseconds; undefined where the authority does not say. */
  readonly accuracyMs: number | undefined;
  /** The authority's policy, an object identifier. */
  readonly policy: string;
  /** The stamp's number at its authority, hexadecimal. */
  readonly serial: string;
  /** SHA-256 of the trusted certificate the path ended at, hexadecimal. */
  readonly authority: string;
}

/** What a time stamp must be about, and who may have made it. */
export interface ExpectedTimeStamp {
  /** The bytes that were stamped. */
  readonly message: Buffer;
  /** The number sent with the request, where it is known: then the answer is to this request and no older one. */
  readonly nonce?: Buffer;
  /** Trusted certificates in PEM: of authorities, or of certifiers above them. */
  readonly authorities: readonly string[];
}

const SHA256_ID = writeDer(TAG.sequence, Buffer.from('0609608648016503040201', 'hex'), writeDer(TAG.null));
const SHA256 = '2.16.840.1.101.3.4.2.1';
const GRANTED = 0;
const GRANTED_WITH_CHANGES = 1;

/** A TimeStampReq over the SHA-256 of `message`, which asks for the signer's certificate. `nonce` has 8 to 20 bytes. */
export function timeStampRequest(message: Buffer, nonce: Buffer): Buffer {
  if (nonce.length < 8 || nonce.length > 20)
    throw new HoldfastError('invalid_input', 'The nonce of a time-stamp request has 8 to 20 bytes.');
  return writeDer(
    TAG.sequence,
    writeUnsigned(Buffer.of(1)),
    writeDer(TAG.sequence, SHA256_ID, writeDer(TAG.octetString, sha256(message))),
    writeUnsigned(nonce),
    writeDer(TAG.boolean, Buffer.of(0xff)),
  );
}

/**
 * Checks a TimeStampResp: granted, about this message, in answer to this request, signed by a certificate whose one
 * purpose is time stamps and which a trusted authority stood behind at the stated time. Signers may have expired
 * since. Each fault has a sentence of its own.
 * @throws integrity_failed; invalid_input when an authority's certificate cannot be read.
 */
export function verifyTimeStamp(response: Buffer, expected: ExpectedTimeStamp): TimeStamp {
  const authorities = expected.authorities.map(readPem);
  try {
    const signed = readSignedData(readToken(response));
    const info = readInfo(signed.content);
    if (info.imprintAlgorithm !== SHA256 || !equal(info.imprint, sha256(expected.message)))
      throw refused('it is about something else');
    if (expected.nonce !== undefined && !equal(info.nonce, unsigned(expected.nonce)))
      throw refused('it does not answer the request that was sent');
    const signer = requireSigner(signed);
    const authority = requirePath(
      signer,
      signed.certificates.filter((one) => one !== signer),
      authorities,
      info.at,
    );
    return {
      at: info.at,
      accuracyMs: info.accuracyMs,
      policy: info.policy,
      serial: info.serial,
      authority: sha256(authority.raw).toString('hex'),
    };
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'invalid_input')
      throw refused(`it cannot be read. ${error.message.replace(/\.$/, '')}`, error);
    throw error;
  }
}

/** The token of a response that grants one. */
function readToken(response: Buffer): Buffer {
  const fields = new DerFields(readDer(response));
  const status = readSmallInteger(new DerFields(fields.take(TAG.sequence)).take(TAG.integer));
  if (status !== GRANTED && status !== GRANTED_WITH_CHANGES)
    throw refused(`the authority did not grant it, its status is ${status}`);
  const token = fields.take(TAG.sequence).raw;
  fields.end();
  return token;
}

interface TokenInfo extends Omit<TimeStamp, 'authority'> {
  readonly imprintAlgorithm: string;
  readonly imprint: Buffer;
  readonly nonce: Buffer | undefined;
}

/** TSTInfo, RFC 3161 section 2.4.2. */
function readInfo(content: Buffer): TokenInfo {
  const fields = new DerFields(readDer(content));
  if (readSmallInteger(fields.take(TAG.integer)) !== 1) throw refused('it is of an unknown version');
  const policy = readOid(fields.take(TAG.oid));
  const imprint = new DerFields(fields.take(TAG.sequence));
  const imprintAlgorithm = readOid(new DerFields(imprint.take(TAG.sequence)).take(TAG.oid));
  const digest = imprint.take(TAG.octetString).body;
  const serial = fields.take(TAG.integer).body.toString('hex');
  const at = readTime(fields.take(TAG.generalizedTime));
  const accuracy = fields.takeIf(TAG.sequence);
  fields.takeIf(TAG.boolean);
  const nonce = fields.takeIf(TAG.integer)?.body;
  fields.takeIf(contextTag(0));
  const extensions = fields.takeIf(contextTag(1));
  fields.end();
  if (extensions !== undefined) requireNoneCritical(new DerFields(extensions, contextTag(1)));
  const accuracyMs = accuracy === undefined ? undefined : readAccuracy(new DerFields(accuracy));
  return { at, accuracyMs, policy, serial, imprintAlgorithm, imprint: digest, nonce };
}

function requireNoneCritical(extensions: DerFields): void {
  for (
    let next = extensions.takeIf(TAG.sequence);
    next !== undefined;
    next = extensions.takeIf(TAG.sequence)
  ) {
    const fields = new DerFields(next);
    fields.take(TAG.oid);
    if (fields.takeIf(TAG.boolean) !== undefined)
      throw refused('it has a critical extension that is not understood');
  }
  extensions.end();
}

/** Seconds, milliseconds and microseconds; rounded up, for it is a bound. */
function readAccuracy(fields: DerFields): number {
  const part = (tag: number): number => {
    const element = fields.takeIf(tag);
    return element === undefined ? 0 : readSmallInteger(element);
  };
  const ms =
    part(TAG.integer) * 1000 +
    part(contextTag(0, 'primitive')) +
    Math.ceil(part(contextTag(1, 'primitive')) / 1000);
  fields.end();
  return ms;
}

/** The certificate that signed, once its signature holds. */
function requireSigner({ signer, certificates, content }: SignedData): Certificate {
  const certificate = certificates.find((one) => signer.isMadeBy(one));
  if (certificate === undefined) throw refused("its signer's certificate is not in it");
  const digest = createHash(signer.hash).update(content).digest();
  if (!equal(signer.contentDigest, digest)) throw refused('its content is not what was signed');
  if (!signer.namesCertificate(certificate.raw))
    throw refused('the signer names another certificate than the one in it');
  const key = certificate.x509.publicKey;
  const options = signer.pss
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    : key;
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : signer.hash;
  if (!verify(algorithm, signer.signedBytes, options, signer.signature))
    throw refused('its signature is false');
  return certificate;
}

/** @throws invalid_input. */
function readPem(pem: string): Certificate {
  try {
    return readCertificate(new X509Certificate(pem).raw);
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      'The certificate of a time-stamp authority cannot be read. Give it in PEM, one certificate each.',
      { cause },
    );
  }
}

function unsigned(bytes: Buffer): Buffer {
  return readDer(writeUnsigned(bytes)).body;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function equal(one: Buffer | undefined, other: Buffer): boolean {
  return one?.length === other.length && timingSafeEqual(one, other);
}
