import { z } from 'zod';
import { credential } from '../../connectors/kit/auth.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readConnection } from '../../recorder-core/records/connections.ts';
import { readHrMapping } from '../../recorder-core/records/hr-mappings.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { openCredential } from '../connections/credential-envelope.ts';

/** What this side reads of a connection's configuration; the connector checks the whole. */
const config = z.object({ accepts: z.array(z.string()).default([]) });

/** A connection by which another system sends events. */
export interface WebhookConnection {
  readonly id: string;
  readonly name: string;
  readonly live: boolean;
  /** Types it may send: exact, or `topic.*`. */
  readonly accepts: readonly string[];
  /** Secrets that verify its messages now; several while a rotation lasts. */
  readonly secrets: readonly string[];
  /** How its messages are read where it speaks in its own words; undefined where it speaks Standard Webhooks. */
  readonly hrMapping: unknown;
}

/**
 * The connection with its secrets opened; undefined where there is none of this id that takes events.
 * @throws HoldfastError `key_unavailable` while the key provider cannot open its credential.
 */
export async function openWebhookConnection(
  { db, keys }: { readonly db: Database; readonly keys: KeyProvider },
  { tenantId, connectionId }: { readonly tenantId: string; readonly connectionId: string },
  now: Date,
): Promise<WebhookConnection | undefined> {
  const { row, mapping } = await db.forTenant(tenantId, async (tx) => ({
    row: await readConnection(tx, connectionId),
    mapping: await readHrMapping(tx, connectionId),
  }));
  if (row?.connector !== 'webhook' || row.state === 'removed') return undefined;
  const opened = credential.safeParse(await openCredential(keys, tenantId, row.id, row.credential));
  if (!opened.success || opened.data.type !== 'webhook') {
    throw new HoldfastError(
      'config_invalid',
      'This connection has no signing secret. Make one with `holdfast connection rotate-secret`.',
    );
  }
  return {
    id: row.id,
    name: row.name,
    live: row.state === 'live',
    accepts: config.parse(row.config).accepts,
    secrets: opened.data.receiving
      .filter(({ until }) => until === null || Date.parse(until) > now.getTime())
      .map(({ secret }) => secret),
    hrMapping: mapping?.mapping,
  };
}

/** Whether a connection may send events of a type. */
export function accepts({ accepts: patterns }: Pick<WebhookConnection, 'accepts'>, type: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type,
  );
}
