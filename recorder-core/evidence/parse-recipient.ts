import { X509Certificate } from 'node:crypto';
import { Encrypter } from 'age-encryption';
import { fromBER, type BitString } from 'asn1js';
import { Certificate } from 'pkijs';
import { HoldfastError } from '../errors.ts';

/** Whom a bundle is encrypted to. */
export type BundleRecipient =
  | {
      readonly kind: 'age';
      /** `age1…`: an X25519 key of the age format. */
      readonly recipient: string;
    }
  | {
      readonly kind: 'certificate';
      /** One X.509 certificate with an RSA key. */
      readonly pem: string;
    };

const MOST_CHARACTERS = 20_000;
const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const ONE_CERTIFICATE = /^-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----$/;
const LEAST_RSA_BITS = 2048;
/** RFC 5280 section 4.2.1.3. */
const KEY_USAGE = '2.5.29.15';
const KEY_ENCIPHERMENT = 0b0010_0000;

/**
 * Reads the public key that a person gave for a recipient: one age recipient or one PEM certificate, valid at `now`, that
 * bundles can be encrypted to.
 * @throws HoldfastError `invalid_input` saying what is wrong with it; the text is in no message.
 */
export function parseRecipient(text: string, now: Date): BundleRecipient {
  const key = text.trim();
  if (key.length > MOST_CHARACTERS) throw refused('it is too long to be one key');
  if (/AGE-SECRET-KEY-|PRIVATE KEY/i.test(key)) {
    throw refused(
      'it is a secret key. Whoever has seen it can read what is encrypted to it: make a new pair and give only the public half',
    );
  }
  if (key.startsWith('age1')) return { kind: 'age', recipient: checkAge(key) };
  if (key.startsWith('-----BEGIN CERTIFICATE-----'))
    return { kind: 'certificate', pem: checkCertificate(key, now) };
  throw refused('it is neither an age recipient (age1…) nor a certificate in PEM');
}

function checkAge(key: string): string {
  if (!AGE_RECIPIENT.test(key))
    throw refused('it is not an X25519 recipient of age, which has 62 characters');
  try {
    new Encrypter().addRecipient(key);
    return key;
  } catch (cause) {
    throw refused('its checksum is wrong, so a character was lost or changed', cause);
  }
}

function checkCertificate(pem: string, now: Date): string {
  if (!ONE_CERTIFICATE.test(pem)) throw refused('it is not exactly one certificate in PEM');
  const certificate = readCertificate(pem);
  if (now < new Date(certificate.validFrom)) throw refused('the certificate is not valid yet');
  if (now > new Date(certificate.validTo)) throw refused('the certificate has expired');
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== 'rsa')
    throw refused(
      `its key is of the kind ${asymmetricKeyType ?? 'unknown'}; certificates need an RSA key here, or give an age recipient`,
    );
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < LEAST_RSA_BITS) throw refused(`its RSA key has ${bits} bits and needs ${LEAST_RSA_BITS}`);
  if (!mayEncipherKeys(certificate.raw))
    throw refused('the certificate is not for encryption: its key usage leaves out key encipherment');
  return pem;
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw refused('the certificate cannot be read', cause);
  }
}

/** A certificate without the extension is for every use. */
function mayEncipherKeys(der: Buffer): boolean {
  const usage = toPkijs(der).extensions?.find(({ extnID }) => extnID === KEY_USAGE);
  if (usage === undefined) return true;
  const bits = fromBER(usage.extnValue.valueBlock.valueHexView).result as BitString;
  return ((bits.valueBlock.valueHexView[0] ?? 0) & KEY_ENCIPHERMENT) !== 0;
}

/** The certificate as pkijs has it. */
export function toPkijs(der: Buffer): Certificate {
  return new Certificate({ schema: fromBER(der).result });
}

function refused(reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The key of the recipient cannot be used: ${reason}. Ask the recipient for another.`,
    { field: 'recipient', cause },
  );
}
