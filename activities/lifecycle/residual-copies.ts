import type { Tx } from '../../recorder-core/records/database.ts';
import type { StoredVersion } from '../../recorder-core/vault/object-store.ts';
import { readExportsOf } from '../../recorder-core/records/exports-of-recording.ts';

const DAY_MS = 86_400_000;

/** A copy that a disposal cannot reach, and until when it can be opened. */
export interface ResidualCopy {
  readonly what: 'database-backups' | 'key-archive' | 'locked-ciphertext' | 'exported-bundle';
  /** RFC 3339; null where only the recipient can tell. */
  readonly until: string | null;
  readonly remark: string;
  readonly export?: string;
  readonly location?: string;
}

/**
 * What a certificate says about copies elsewhere. Backups hold wrapped data keys; they die with the root key under which
 * these were wrapped, when its period is closed, or when they expire, whichever is first.
 */
export async function residualCopies(
  tx: Tx,
  {
    recordingId,
    at,
    backupDays,
    locked,
  }: {
    readonly recordingId: string;
    readonly at: Date;
    readonly backupDays: number;
    readonly locked: readonly StoredVersion[];
  },
): Promise<ResidualCopy[]> {
  const until = new Date(at.getTime() + backupDays * DAY_MS).toISOString();
  const exports = await readExportsOf(tx, recordingId);
  return [
    {
      what: 'database-backups',
      until,
      remark:
        'Backups of the database hold wrapped data keys until they expire. They open nothing any more once the root keys named here are destroyed; disposal.completed states when.',
    },
    {
      what: 'key-archive',
      until: null,
      remark: 'The archive of wrapped keys in the object store dies with the same root keys.',
    },
    ...locked.map(({ key, lockedUntil }) => ({
      what: 'locked-ciphertext' as const,
      until: lockedUntil?.toISOString() ?? null,
      location: key,
      remark:
        'A lock of the object store keeps this ciphertext until then, or until the hold there ends. No key opens it any more.',
    })),
    ...exports.map(({ id }) => ({
      what: 'exported-bundle' as const,
      until: null,
      export: id,
      remark:
        'A bundle that was handed out is encrypted to its recipient and cannot be destroyed from here. The export names the recipient.',
    })),
  ];
}
