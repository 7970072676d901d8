import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type {
  PublishedKey,
  Signing,
  WebhookEndpoint,
} from '../../../recorder-core/records/webhook-endpoints.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import { openCredential, sealCredential } from '../../connections/credential-envelope.ts';
import { makeSigningKey, makeSigningSecret, publicKeyOf } from '../../connections/signing-secret.ts';

/** How long the key before a rotation signs besides the new one. */
const OVERLAP_MS = 24 * 3_600_000;

const sealed = z.strictObject({
  type: z.literal('webhook-endpoint'),
  keys: z
    .array(z.strictObject({ secret: z.string(), until: z.iso.datetime().nullable() }))
    .min(1)
    .max(3),
});

/** A key that signs, and until when. Secret. */
export type EndpointKey = z.infer<typeof sealed>['keys'][number];

/** Keys of an endpoint as they are stored, and what may be shown of them. */
export interface MadeKeys {
  readonly credential: Buffer;
  readonly publicKeys: readonly PublishedKey[];
  /** To be shown this once; null where the other side needs no secret. */
  readonly secret: string | null;
  /** Until when the key before signs too; null where there is none. */
  readonly olderUntil: string | null;
}

/** Where keys belong. */
interface Owner {
  readonly tenantId: string;
  readonly endpointId: string;
}

/** Makes the keys of a new endpoint, or newer ones: then the newest before them signs for a day more. */
export async function makeKeys(
  root: KeyProvider,
  { tenantId, endpointId }: Owner,
  signing: Signing,
  now: Date,
  before: readonly EndpointKey[] = [],
): Promise<MadeKeys> {
  const olderUntil = before.length === 0 ? null : new Date(now.getTime() + OVERLAP_MS).toISOString();
  const newest = signing === 'ed25519' ? makeSigningKey() : makeSigningSecret(randomBytes);
  const keys: EndpointKey[] = [
    { secret: newest, until: null },
    ...before.filter(({ until }) => until === null).map(({ secret }) => ({ secret, until: olderUntil })),
  ];
  return {
    credential: await sealCredential(root, tenantId, endpointId, { type: 'webhook-endpoint', keys }),
    publicKeys:
      signing === 'hmac' ? [] : keys.map(({ secret, until }) => ({ key: publicKeyOf(secret), until })),
    secret: signing === 'hmac' ? newest : null,
    olderUntil,
  };
}

/** Opens the keys of an endpoint, for whoever signs. Errors as `openCredential`. */
export async function openKeys(
  root: KeyProvider,
  tenantId: string,
  { id, credential }: Pick<WebhookEndpoint, 'id' | 'credential'>,
): Promise<readonly EndpointKey[]> {
  return sealed.parse(await openCredential(root, tenantId, id, credential)).keys;
}
