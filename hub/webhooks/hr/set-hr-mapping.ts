import { credential } from '../../../connectors/kit/auth.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import {
  readConnection,
  replaceCredential,
  type ConnectionRow,
} from '../../../recorder-core/records/connections.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { putHrMapping } from '../../../recorder-core/records/hr-mappings.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import { openCredential, sealCredential } from '../../connections/credential-envelope.ts';
import type { Asking } from '../../identity/asking.ts';
import { accepts } from '../webhook-connection.ts';
import { compileHrMapping } from './compile-hr-mapping.ts';

/** How long the secret before counts besides a new one. */
const OVERLAP_MS = 24 * 3_600_000;
/** What the connection's credential takes, in bytes. */
const LEAST_SECRET = 24;
const MOST_SECRET = 64;

/** What somebody wants of a connection to an HR system. */
export interface HrMappingWish {
  readonly connectionId: string;
  readonly mapping: unknown;
  /** The secret that the HR system made; left out, the one that was made here counts. */
  readonly secret?: string | undefined;
}

/**
 * Has the messages of a connection read by a mapping from now on, and verified by the secret that the HR system gave.
 * @throws HoldfastError `not_found`, `invalid_input` naming the field, `conflict` where the connection may not send such events.
 */
export async function setHrMapping(
  tx: Tx,
  asking: Asking,
  keys: KeyProvider,
  { connectionId, mapping, secret }: HrMappingWish,
): Promise<void> {
  const { tenantId, person, now } = asking;
  const row = await readConnection(tx, connectionId);
  if (row?.connector !== 'webhook' || row.state === 'removed')
    throw new HoldfastError('not_found', 'There is no connection of signed webhooks with this id.');
  const { accepts: patterns = [] } = row.config as { accepts?: string[] };
  if (!accepts({ accepts: patterns }, 'hr.reported'))
    throw new HoldfastError(
      'conflict',
      'This connection may not send events of the type hr.reported. Change what it accepts first.',
    );
  compileHrMapping(mapping);
  await putHrMapping(tx, tenantId, { connectionId, mapping, by: person.id, at: now });
  if (secret !== undefined) await takeSecret(tx, asking, keys, row, secret);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'configuration.changed',
      object: { type: 'connection', id: connectionId },
      outcome: 'hr-mapping-set',
      facts: { secretGiven: secret !== undefined },
    },
    actedBy(person),
  );
}

/** Puts a vendor's secret in the first place; the one before counts for a day more. */
async function takeSecret(
  tx: Tx,
  { tenantId, now }: Asking,
  keys: KeyProvider,
  row: ConnectionRow,
  secret: string,
): Promise<void> {
  const bytes = Buffer.from(secret);
  if (bytes.length < LEAST_SECRET || bytes.length > MOST_SECRET)
    throw new HoldfastError(
      'invalid_input',
      `A secret has ${LEAST_SECRET} to ${MOST_SECRET} bytes; this one has ${bytes.length}. Nothing was kept.`,
      { field: '/secret' },
    );
  const before = credential.parse(await openCredential(keys, tenantId, row.id, row.credential));
  if (row.credential === null || before.type !== 'webhook')
    throw new Error('A webhook connection without a credential was stored.');
  const until = new Date(now.getTime() + OVERLAP_MS).toISOString();
  const receiving = [
    { secret: `whsec_${bytes.toString('base64')}`, until: null },
    ...before.receiving.filter((one) => one.until === null).map((one) => ({ ...one, until })),
  ];
  const sealed = await sealCredential(keys, tenantId, row.id, { ...before, receiving });
  await replaceCredential(tx, row.id, row.credential, sealed);
}
