import { X509Certificate, webcrypto } from 'node:crypto';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { ContentInfo, CryptoEngine, EnvelopedData } from 'pkijs';
import { toPkijs, type BundleRecipient } from './parse-recipient.ts';

export { parseRecipient, type BundleRecipient } from './parse-recipient.ts';

/** RFC 5652 section 6.1. */
const ENVELOPED_DATA = '1.2.840.113549.1.7.3';

/** A bundle that only its recipient can read. */
export interface EncryptedBundle {
  /** One age file (age-encryption.org/v1), made as it is read. */
  readonly bytes: AsyncIterable<Buffer>;
  /** For a certificate: CMS EnvelopedData, DER, with the age identity that opens the file. Null for an age recipient. */
  readonly keyEnvelope: Buffer | null;
}

/**
 * Encrypts a bundle as it is read: to an age recipient, or to a fresh age identity that is wrapped for a certificate
 * (RSA-OAEP with SHA-256, AES-256-CBC) and then forgotten. A failure of the source ends the ciphertext with that failure, and a
 * file that was cut short is refused by every reader of age. `recipient` comes from `parseRecipient`.
 */
export async function encryptBundle(
  bytes: AsyncIterable<Buffer>,
  recipient: BundleRecipient,
): Promise<EncryptedBundle> {
  if (recipient.kind === 'age') return { bytes: encryptTo(recipient.recipient, bytes), keyEnvelope: null };
  const identity = await generateX25519Identity();
  const keyEnvelope = await wrapFor(recipient.pem, Buffer.from(`${identity}\n`));
  return { bytes: encryptTo(await identityToRecipient(identity), bytes), keyEnvelope };
}

async function* encryptTo(
  recipient: string,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const encrypted = await encrypter.encrypt(ReadableStream.from<Uint8Array>(bytes));
  for await (const piece of encrypted) yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

async function wrapFor(pem: string, secret: Buffer): Promise<Buffer> {
  const engine = new CryptoEngine({ name: 'node', crypto: webcrypto });
  const enveloped = new EnvelopedData();
  const certificate = toPkijs(new X509Certificate(pem).raw);
  enveloped.addRecipientByCertificate(certificate, { oaepHashAlgorithm: 'SHA-256' }, 1, engine);
  const content = Uint8Array.from(secret).buffer;
  await enveloped.encrypt({ name: 'AES-CBC', length: 256 }, content, engine);
  const info = new ContentInfo({ contentType: ENVELOPED_DATA, content: enveloped.toSchema() });
  return Buffer.from(info.toSchema().toBER(false));
}
