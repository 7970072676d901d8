import { webcrypto } from 'node:crypto';
import { BitString, Integer, Utf8String } from 'asn1js';
import { AttributeTypeAndValue, Certificate, CryptoEngine, Extension } from 'pkijs';

/** What is particular about a certificate of a test. */
export interface CertificateShape {
  readonly rsaBits?: number;
  readonly curve?: 'P-256';
  /** First byte of KeyUsage (RFC 5280 section 4.2.1.3); left out, there is no such extension. */
  readonly keyUsage?: number;
  readonly from?: Date;
  readonly until?: Date;
}

/** A self-signed certificate and its key, both in PEM. */
export async function makeCertificate(
  shape: CertificateShape = {},
): Promise<{ pem: string; keyPem: string }> {
  const engine = new CryptoEngine({ name: 'node', crypto: webcrypto });
  const keys = await generate(shape);
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: 7 });
  for (const name of [certificate.issuer, certificate.subject]) {
    const value = new Utf8String({ value: 'Test recipient' });
    name.typesAndValues.push(new AttributeTypeAndValue({ type: '2.5.4.3', value }));
  }
  certificate.notBefore.value = shape.from ?? new Date('2026-01-01T00:00:00Z');
  certificate.notAfter.value = shape.until ?? new Date('2036-01-01T00:00:00Z');
  if (shape.keyUsage !== undefined) {
    const bits = new BitString({ valueHex: Uint8Array.of(shape.keyUsage).buffer });
    certificate.extensions = [
      new Extension({ extnID: '2.5.29.15', critical: true, extnValue: bits.toBER(false), parsedValue: bits }),
    ];
  }
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine);
  await certificate.sign(keys.privateKey, 'SHA-256', engine);
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    pem: pemOf('CERTIFICATE', certificate.toSchema().toBER(false)),
    keyPem: pemOf('PRIVATE KEY', key),
  };
}

function generate({ rsaBits = 2048, curve }: CertificateShape): Promise<webcrypto.CryptoKeyPair> {
  const usages = ['sign', 'verify'] as const;
  if (curve !== undefined)
    return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: curve }, true, [...usages]);
  return webcrypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: rsaBits,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
    },
    true,
    [...usages],
  );
}

function pemOf(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
