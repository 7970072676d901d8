import type { Credential } from '../../connectors/kit/auth.ts';
import type { WebhookConfig } from '../../connectors/webhook/config.ts';
import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { insertConnection, type NewConnection } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Asking } from '../identity/asking.ts';
import { checkedConfig } from './checked-config.ts';
import { checkedCredential } from './checked-credential.ts';
import { checkedMappings, checkedReshapes, defaultMappings } from './checked-mappings.ts';
import { sealCredential } from './credential-envelope.ts';
import { requireConnection } from './find-connection.ts';
import type { ReshapePool } from './mapping/reshape/reshape-pool.ts';
import { noteConnection } from './note-connection.ts';
import { newSecrets, shown, type ShownSecrets } from './webhook-secrets.ts';

/** A connection as somebody wants it. */
export interface ConnectionWish {
  readonly connector: string;
  readonly name: string;
  /** Checked by the connector's own schema. */
  readonly config: unknown;
  /** A credential of one of the connector's kinds; it can be given later as well. */
  readonly credential?: unknown;
  /** Rows by operation; those that the connector comes with where it is left out. */
  readonly mappings?: unknown;
  /** JSONata by operation, before its rows; none where it is left out. */
  readonly reshapes?: unknown;
  readonly why?: string | undefined;
}

/**
 * Makes a connection with its first version, as a draft. One of signed webhooks gets a new secret for each direction that it
 * uses, shown this once, and is live at once: nothing of it can be tried before the other side has them.
 * @throws HoldfastError `invalid_input` that points at the field, `not_found` for an unknown connector, `conflict` for a
 * name that is taken.
 */
export async function addConnection(
  tx: Tx,
  asking: Asking,
  keys: KeyProvider,
  wish: ConnectionWish,
  pool?: ReshapePool,
): Promise<ShownSecrets> {
  const connector = connectorById(wish.connector);
  const { manifest } = connector;
  if (manifest.needs.includes('embedded-search'))
    throw new HoldfastError('conflict', 'The built-in search is there already, and once is enough.', {
      field: '/body/connector',
    });
  const config = checkedConfig(connector, wish.config);
  const signs = manifest.id === 'webhook';
  const secrets = signs ? newSecrets(config as unknown as WebhookConfig) : undefined;
  const given = wish.credential === undefined ? undefined : checkedCredential(manifest, wish.credential);
  const reshapes = await checkedReshapes(connector, wish.reshapes ?? {}, pool);
  const mappings =
    wish.mappings === undefined
      ? defaultMappings(manifest)
      : checkedMappings(connector, config, wish.mappings, undefined, reshapes);
  const id = asking.newId(asking.now);
  const added = await insertConnection(tx, asking.tenantId, {
    id,
    connector: manifest.id,
    name: wish.name,
    config,
    ...(await sealedFor(keys, asking.tenantId, id, secrets ?? given)),
    state: signs ? 'live' : 'draft',
    first: {
      connectorVersion: manifest.version,
      mappings,
      reshapes,
      madeBy: asking.person.id,
      madeAt: asking.now,
      why: wish.why ?? null,
    },
  });
  if (!added) throw nameTaken();
  await noteConnection(tx, asking, id, 'added', {
    connector: manifest.id,
    version: 1,
    ...(signs ? { sends: texts(config['sends']), accepts: texts(config['accepts']) } : {}),
  });
  return shown(await requireConnection(tx, id), secrets);
}

/** The refusal of a name that another connection has. */
export function nameTaken(): HoldfastError {
  return new HoldfastError('conflict', 'A connection of this name exists. Choose another name.', {
    field: '/body/name',
  });
}

async function sealedFor(
  keys: KeyProvider,
  tenantId: string,
  id: string,
  given: Credential | undefined,
): Promise<Pick<NewConnection, 'credential' | 'credentialKind'>> {
  if (given === undefined || given.type === 'none') return { credential: null };
  return {
    credential: await sealCredential(keys, tenantId, id, given),
    credentialKind: given.type,
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
