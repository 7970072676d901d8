import { generateIdentity, identityToRecipient } from 'age-encryption';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseRecipient } from './parse-recipient.ts';
import { makeCertificate } from './testing/make-certificate.ts';

const NOW = new Date('2026-11-26T10:00:00Z');
const SIGNING_ONLY = 0b1000_0000;
const ENCIPHERING = 0b0010_0000;

function refusal(text: string, now = NOW): string {
  try {
    parseRecipient(text, now);
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_input', field: 'recipient' });
    return (error as Error).message;
  }
  throw new Error('It was taken.');
}

describe('the key of a recipient', () => {
  let identity: string;
  let recipient: string;
  beforeAll(async () => {
    identity = await generateIdentity();
    recipient = await identityToRecipient(identity);
  });

  test('is an age recipient, with or without white space around it', () => {
    expect(parseRecipient(`  ${recipient}\n`, NOW)).toEqual({ kind: 'age', recipient });
  });

  test('is a certificate that is valid and for encryption, or for everything', async () => {
    for (const shape of [{}, { keyUsage: ENCIPHERING }, { keyUsage: ENCIPHERING | SIGNING_ONLY }]) {
      const { pem } = await makeCertificate(shape);
      expect(parseRecipient(pem, NOW)).toEqual({ kind: 'certificate', pem: pem.trim() });
    }
  });

  test('is refused with the reason, and never repeated', async () => {
    const { pem, keyPem } = await makeCertificate();
    const { pem: signing } = await makeCertificate({ keyUsage: SIGNING_ONLY });
    const { pem: weak } = await makeCertificate({ rsaBits: 1024 });
    const { pem: curve } = await makeCertificate({ curve: 'P-256' });
    const swapped = recipient.replace(/.(?=.$)/, (one) => (one === 'q' ? 'p' : 'q'));
    const cases: [string, RegExp][] = [
      ['', /neither an age recipient .* nor a certificate/],
      ['ssh-ed25519 AAAA', /neither/],
      [identity, /secret key/],
      [keyPem, /secret key/],
      [`${pem}${keyPem}`, /secret key/],
      [swapped, /checksum/],
      [recipient.toUpperCase(), /neither/],
      [`${recipient}\n${recipient}`, /62 characters/],
      ['age1pq1qqqq', /X25519/],
      [`${pem}${pem}`, /exactly one certificate/],
      [pem.replace(/[A-Za-z]{20}/, 'A'.repeat(20)).replace(/MII./, 'MIIZ'), /cannot be read|exactly one/],
      [signing, /not for encryption/],
      [weak, /1024 bits/],
      [curve, /RSA key/],
      ['age1'.padEnd(30_000, 'q'), /too long/],
    ];
    for (const [text, reason] of cases) {
      const message = refusal(text);
      expect(message).toMatch(reason);
      if (text.length > 10) expect(message).not.toContain(text.slice(0, 30));
    }
  });

  test('is refused outside the time of its certificate', async () => {
    const { pem } = await makeCertificate({
      from: new Date('2026-02-01T00:00:00Z'),
      until: new Date('2026-03-01T00:00:00Z'),
    });
    expect(refusal(pem, new Date('2026-01-31T23:59:59Z'))).toMatch(/not valid yet/);
    expect(refusal(pem, new Date('2026-03-01T00:00:01Z'))).toMatch(/expired/);
    expect(parseRecipient(pem, new Date('2026-02-15T00:00:00Z')).kind).toBe('certificate');
  });
});
