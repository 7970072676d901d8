/**
 * Paths of X.509 certificates (RFC 5280 section 6) for signers of time stamps, judged as of a past moment. Names
 * constraints, policies and revocation are not judged: whoever verifies offline names the authorities he trusts.
 */
import { X509Certificate } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import {
  contextTag,
  DerFields,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  TAG,
  type DerElement,
} from './der.ts';

/** What is needed of a certificate. */
export interface Certificate {
  readonly x509: X509Certificate;
  readonly raw: Buffer;
  /** DER of the issuer's name and content of the serial number: what a signature names its certificate by. */
  readonly issuer: Buffer;
  readonly serial: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

/** An extension; `value` is the content of its OCTET STRING. */
export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SUBJECT_KEY_ID = '2.5.29.14';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** Extensions that are understood, or that say nothing against a path when they are critical. */
const UNDERSTOOD = [BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, '2.5.29.32', '2.5.29.17'];
const LONGEST_PATH = 8;

/** Reads a certificate from DER. @throws invalid_input when it is none. */
export function readCertificate(raw: Buffer): Certificate {
  const x509 = parse(raw);
  const fields = new DerFields(new DerFields(readDer(raw)).take(TAG.sequence));
  fields.takeIf(contextTag(0));
  const serial = fields.take(TAG.integer).body;
  fields.take(TAG.sequence);
  const issuer = fields.take(TAG.sequence).raw;
  const validity = new DerFields(fields.take(TAG.sequence));
  const [notBefore, notAfter] = [readTime(validity.takeAny()), readTime(validity.takeAny())];
  fields.take(TAG.sequence);
  fields.take(TAG.sequence);
  fields.takeIf(contextTag(1, 'primitive'));
  fields.takeIf(contextTag(2, 'primitive'));
  return {
    x509,
    raw,
    issuer,
    serial,
    notBefore,
    notAfter,
    extensions: readExtensions(fields.takeIf(contextTag(3))),
  };
}

/** The identifier by which CMS may name the certificate, if it has one. */
export function subjectKeyId({ extensions }: Certificate): Buffer | undefined {
  const value = extensions.find(({ id }) => id === SUBJECT_KEY_ID)?.value;
  return value === undefined ? undefined : readDer(value).body;
}

/**
 * Finds a path from a signer of time stamps to one of the authorities, valid throughout at `at`.
 * @returns the authority's certificate.
 * @throws integrity_failed saying what is missing: the purpose, the time, or the path.
 */
export function requirePath(
  signer: Certificate,
  others: readonly Certificate[],
  authorities: readonly Certificate[],
  at: Date,
): Certificate {
  requirePurpose(signer);
  const path: Certificate[] = [];
  for (let next: Certificate | undefined = signer; next !== undefined && path.length < LONGEST_PATH;) {
    const last: Certificate = next;
    requireValid(last, at);
    requireUnderstood(last);
    if (authorities.some(({ raw }) => raw.equals(last.raw))) return last;
    path.push(last);
    next = [...authorities, ...others].find(
      (one) => !path.includes(one) && hasIssued(one, last) && allowsBelow(one, path.length - 1),
    );
  }
  throw refused('its signer was certified by none of the trusted authorities');
}

/** RFC 3161 section 2.3: the one purpose, and marked critical. */
function requirePurpose({ extensions }: Certificate): void {
  const usage = extensions.find(({ id }) => id === EXTENDED_KEY_USAGE);
  if (usage === undefined)
    throw refused("its signer's certificate does not say that it may sign time stamps");
  const purposes = new DerFields(readDer(usage.value));
  if (readOid(purposes.takeAny()) !== TIME_STAMPING)
    throw refused("its signer's certificate is for another purpose than time stamps");
  try {
    purposes.end();
  } catch (cause) {
    throw refused("its signer's certificate is for other purposes besides time stamps", cause);
  }
  if (!usage.critical) throw refused("its signer's certificate does not mark its purpose as critical");
}

function requireValid({ notBefore, notAfter }: Certificate, at: Date): void {
  if (at < notBefore) throw refused('a certificate of its signer was not yet valid at the time it states');
  if (at > notAfter) throw refused('a certificate of its signer had expired at the time it states');
}

function requireUnderstood({ extensions }: Certificate): void {
  const unknown = extensions.find(({ id, critical }) => critical && !UNDERSTOOD.includes(id));
  if (unknown !== undefined)
    throw refused(
      `a certificate of its signer has the critical extension ${unknown.id}, which is not understood`,
    );
}

function hasIssued(issuer: Certificate, subject: Certificate): boolean {
  return (
    issuer.x509.ca && subject.x509.checkIssued(issuer.x509) && subject.x509.verify(issuer.x509.publicKey)
  );
}

/** Whether a certifier may have `count` certifiers between itself and the signer (RFC 5280 section 4.2.1.9). */
function allowsBelow({ extensions }: Certificate, count: number): boolean {
  const constraints = extensions.find(({ id }) => id === BASIC_CONSTRAINTS);
  if (constraints === undefined) return false;
  const fields = new DerFields(readDer(constraints.value));
  fields.takeIf(TAG.boolean);
  const most = fields.takeIf(TAG.integer);
  return most === undefined || readSmallInteger(most) >= count;
}

function readExtensions(tagged: DerElement | undefined): Extension[] {
  if (tagged === undefined) return [];
  const list = new DerFields(new DerFields(tagged, contextTag(3)).take(TAG.sequence));
  const extensions: Extension[] = [];
  for (let next = list.takeIf(TAG.sequence); next !== undefined; next = list.takeIf(TAG.sequence)) {
    const fields = new DerFields(next);
    const id = readOid(fields.take(TAG.oid));
    const critical = fields.takeIf(TAG.boolean)?.body.equals(Buffer.of(0xff)) ?? false;
    extensions.push({ id, critical, value: fields.take(TAG.octetString).body });
  }
  list.end();
  return extensions;
}

function parse(raw: Buffer): X509Certificate {
  try {
    return new X509Certificate(raw);
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'This is not an X.509 certificate.', { cause });
  }
}

/** The error of a time stamp that does not hold. */
export function refused(reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The time stamp is refused: ${reason}. It proves no time; compare it with the copy of an earlier export or ask its authority.`,
    { cause },
  );
}
