import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import { findsInSearch } from '../../recorder-core/records/search-documents.ts';
import type { StoredVersion } from '../../recorder-core/vault/object-store.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What was tried to read a disposed recording, and that it failed as it must. */
export interface ReadBack {
  /** By part, through the product's own way, as if the part were not marked as destroyed. */
  readonly opened: Readonly<Record<string, 'gone'>>;
  /** By part, straight from the store; `locked` where a lock of the store keeps the unreadable ciphertext. */
  readonly ciphertext: Readonly<Record<string, 'absent' | 'locked'>>;
  readonly search: 'nothing-found';
}

/**
 * Tries to read what must be unreadable.
 * @throws HoldfastError `integrity_failed` when anything can still be read or found.
 */
export async function readBack(
  deps: ActivityDependencies,
  tenantId: string,
  parts: readonly Part[],
  locked: readonly StoredVersion[],
): Promise<Omit<ReadBack, 'search'>> {
  const opened: Record<string, 'gone'> = {};
  const ciphertext: Record<string, 'absent' | 'locked'> = {};
  const kept = new Set(locked.map(({ key }) => key));
  for (const part of parts) {
    await expectRefusal(part, 'gone', async () => {
      // The mark in the row is not believed here: the keys themselves must be gone.
      const open = await openPart(deps, tenantId, { ...part, store: 'objects', destroyedAt: null });
      await open.close();
    });
    opened[part.id] = 'gone';
    if (kept.has(part.objectKey)) {
      ciphertext[part.id] = 'locked';
      continue;
    }
    await expectRefusal(part, 'not_found', async () => {
      await (await deps.objects.open(part.objectKey)).close();
    });
    ciphertext[part.id] = 'absent';
  }
  return { opened, ciphertext };
}

/** Looks for the recording in the built-in search. @throws HoldfastError `integrity_failed` when it is found. */
export async function searchBack(tx: Tx, recordingId: string): Promise<Pick<ReadBack, 'search'>> {
  if (await findsInSearch(tx, recordingId)) {
    throw new HoldfastError(
      'integrity_failed',
      'The disposal cannot be certified: the built-in search still finds the recording. Run the disposal again.',
    );
  }
  return { search: 'nothing-found' };
}

async function expectRefusal(
  part: Part,
  code: HoldfastError['code'],
  attempt: () => Promise<void>,
): Promise<void> {
  const refusal = await attempt().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (isHoldfastError(refusal) && refusal.code === code) return;
  if (refusal !== undefined && isHoldfastError(refusal) && refusal.retryable) throw refusal;
  throw new HoldfastError(
    'integrity_failed',
    `The disposal cannot be certified: part ${part.id} was to be refused as ${code}, and was not. Run the disposal again.`,
    { cause: refusal },
  );
}
