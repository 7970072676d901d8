import { kekContext, unwrapDataKey } from '../../recorder-core/vault/envelope.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { contextOf } from '../../recorder-core/records/open-part.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import type { TestDatabase } from './test-database.ts';

interface KekRow {
  readonly id: string;
  readonly region: string;
  readonly period: string;
  readonly retention_class: string;
  readonly provider: string;
  readonly root_key_id: string;
  readonly wrapped: Buffer;
}

/** The rows with keys of a database as they stood at one moment: what a thief of a backup has. */
export interface KeyBackup {
  readonly dataKeys: readonly { readonly part_id: string; readonly wrapped: Buffer }[];
  readonly keks: readonly KekRow[];
}

export async function backupOf(
  database: TestDatabase,
  tenantId = database.tenantId,
): Promise<readonly KeyBackup[]> {
  const ofTenant = [tenantId];
  return [
    {
      dataKeys: await database.asOwner(
        'select part_id, wrapped from data_key where tenant_id = $1',
        ofTenant,
      ),
      keks: await database.asOwner('select * from key_encryption_key where tenant_id = $1', ofTenant),
    },
  ];
}

/**
 * Whether a part's data key comes out of backups by hand, with whatever the provider still opens: every key-encryption
 * key of every backup is tried on every data key of the part, as somebody would who knows how it works.
 */
export async function opensFromBackup(
  { keys }: { readonly keys: Pick<KeyProvider, 'unwrap'> },
  tenantId: string,
  backups: readonly KeyBackup[],
  part: Pick<Part, 'id' | 'recordingId' | 'version'>,
): Promise<boolean> {
  const wrapped = distinct(
    backups.flatMap(({ dataKeys }) => dataKeys.filter(({ part_id }) => part_id === part.id)),
  );
  // Most backups have the same keys: each is tried once.
  for (const row of distinct(backups.flatMap(({ keks }) => keks))) {
    const kek = await keys
      .unwrap(
        { provider: row.provider, keyId: row.root_key_id, bytes: row.wrapped },
        kekContext({
          tenant: tenantId,
          region: row.region,
          period: row.period,
          retentionClass: row.retention_class,
        }),
      )
      .catch(() => undefined);
    if (kek === undefined) continue;
    for (const dataKey of wrapped) {
      try {
        unwrapDataKey(kek, dataKey.wrapped, contextOf(tenantId, part));
        return true;
      } catch {
        // not by this one
      }
    }
  }
  return false;
}

/** Each wrapped key once, whatever rows and backups it is in. */
function distinct<T extends { readonly wrapped: Buffer }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.wrapped.toString('base64'), row])).values()];
}
