import { randomBytes } from 'node:crypto';
import { credential, type Credential } from '../../connectors/kit/auth.ts';
import type { WebhookConfig } from '../../connectors/webhook/config.ts';
import { webhook } from '../../connectors/webhook/connector.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { replaceCredential, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Asking } from '../identity/asking.ts';
import { openCredential, sealCredential } from './credential-envelope.ts';
import { lockForChange } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';
import { makeSigningSecret } from './signing-secret.ts';

/** How long the secrets before a rotation are of use besides the new ones. */
const OVERLAP_MS = 24 * 3_600_000;

/** Signing secrets of both directions. */
export type WebhookSecrets = Extract<Credential, { type: 'webhook' }>;

/** A connection with the secrets that are shown this once; null where it has none that we made. */
export interface ShownSecrets {
  readonly connection: ConnectionRow;
  readonly sendingSecret: string | null;
  readonly receivingSecret: string | null;
  readonly olderUntil: string | null;
}

/** Gives a connection new secrets; those before are of use for a day more, so that the other side can change over. */
export async function rotateSecrets(
  tx: Tx,
  asking: Asking,
  keys: KeyProvider,
  connectionId: string,
): Promise<ShownSecrets> {
  const row = await lockForChange(tx, connectionId);
  if (row.connector !== 'webhook')
    throw new HoldfastError(
      'not_found',
      'Only connections of signed webhooks have secrets that are made here. Give this one a new credential instead.',
    );
  if (row.credential === null) throw new Error('A webhook connection without a credential was stored.');
  const before = credential.parse(await openCredential(keys, asking.tenantId, row.id, row.credential));
  const olderUntil = new Date(asking.now.getTime() + OVERLAP_MS).toISOString();
  const config = webhook.parseConfig(row.config) as WebhookConfig;
  const secrets = newSecrets(config, before.type === 'webhook' ? before : undefined, olderUntil);
  const sealed = await sealCredential(keys, asking.tenantId, row.id, secrets);
  await replaceCredential(tx, row.id, row.credential, sealed);
  await noteConnection(tx, asking, row.id, 'secret-rotated', { olderUntil });
  return shown(row, secrets, olderUntil);
}

/**
 * A new secret for each direction that is used. Of the secrets before only the newest lives on: a rotation that is
 * repeated ends the ones before it.
 */
export function newSecrets(
  config: WebhookConfig,
  before?: WebhookSecrets,
  olderUntil: string | null = null,
): WebhookSecrets {
  const next = (older: WebhookSecrets['sending'] | undefined) => [
    { secret: makeSigningSecret(randomBytes), until: null },
    ...(older ?? [])
      .filter(({ until }) => until === null)
      .map(({ secret }) => ({ secret, until: olderUntil })),
  ];
  return {
    type: 'webhook',
    sending: config.sends.length === 0 ? [] : next(before?.sending),
    receiving: config.accepts.length === 0 ? [] : next(before?.receiving),
  };
}

/** What is shown of new secrets, this once. */
export function shown(
  connection: ConnectionRow,
  secrets: WebhookSecrets | undefined,
  olderUntil: string | null = null,
): ShownSecrets {
  return {
    connection,
    sendingSecret: secrets?.sending[0]?.secret ?? null,
    receivingSecret: secrets?.receiving[0]?.secret ?? null,
    olderUntil,
  };
}
