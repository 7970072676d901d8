import { createPublicKey, verify } from 'node:crypto';
import type { ReceivedMessage } from './event-receiver.ts';

/** Whether a message is signed by the owner of a public key, as the specification of Standard Webhooks has it; without any code of ours. */
export function isSignedBy(publicKey: string, { headers, body }: ReceivedMessage): boolean {
  const raw = Buffer.from(publicKey.replace('whpk_', ''), 'base64');
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  return (headers['webhook-signature'] ?? '')
    .split(' ')
    .filter((one) => one.startsWith('v1a,'))
    .some((one) => verify(null, content, key, Buffer.from(one.slice(4), 'base64')));
}
