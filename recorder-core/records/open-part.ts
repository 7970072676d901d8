import { HoldfastError } from '../errors.ts';
import { ChunkReader } from '../vault/chunk-reader.ts';
import { digestReader } from '../vault/digest-reader.ts';
import { kekContext, unwrapDataKey } from '../vault/envelope.ts';
import type { KeyProvider } from '../vault/key-provider.ts';
import type { ObjectStore } from '../vault/object-store.ts';
import { partContext } from '../vault/part-context.ts';
import type { Database } from './database.ts';
import { readDataKey } from './keys.ts';
import type { KeyUses } from './key-uses.ts';
import type { Part } from './parts.ts';
import { requireNoQuarantine } from './quarantine.ts';

/** What it takes to open a stored part. */
export interface PartAccess {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly objects: ObjectStore;
  /** What this process has in memory; whoever destroys a key has it let go. */
  readonly uses: KeyUses;
}

/** A part opened for reading its plaintext; close it in a finally. */
export interface OpenPart {
  readonly reader: ChunkReader;
  close(): Promise<void>;
}

/**
 * Opens a part in the object store: its key through the whole hierarchy, its bytes at random access.
 * @throws HoldfastError `gone` once a tombstone stands or the key was destroyed, also while it is being read; `conflict`
 * while the part is still in the spool, `unavailable` in quarantine and without the database, `key_unavailable`,
 * `not_found`, `integrity_failed`.
 */
export async function openPart(access: PartAccess, tenantId: string, part: Part): Promise<OpenPart> {
  if (part.store === 'spool') {
    throw new HoldfastError('conflict', 'The recording is still being stored. Try again in a few seconds.', {
      retryAfterMs: 2000,
    });
  }
  const use = await access.uses.begin(tenantId, part.recordingId);
  try {
    const key = await openDataKey(access, tenantId, part);
    const object = await access.objects.open(part.objectKey);
    return {
      reader: new ChunkReader(use.guard(object), key, contextOf(tenantId, part)),
      async close() {
        await object.close();
        use.end();
      },
    };
  } catch (error) {
    use.end();
    throw error;
  }
}

/** The plaintext of a part from its start; opened when it is first read, closed when reading ends. Errors as `openPart`. */
export async function* streamPart(
  access: PartAccess,
  tenantId: string,
  part: Part,
): AsyncGenerator<Buffer, void, undefined> {
  const open = await openPart(access, tenantId, part);
  try {
    yield* open.reader.stream();
  } finally {
    await open.close();
  }
}

/** Decrypts a whole stored part: true when it is what was captured. Errors as `openPart`. */
export async function isAsCaptured(access: PartAccess, tenantId: string, part: Part): Promise<boolean> {
  const open = await openPart(access, tenantId, part);
  try {
    return (await digestReader(open.reader)).equals(part.sha256);
  } finally {
    await open.close();
  }
}

/** The data key of a part. Errors as `openPart`. */
export async function openDataKey(
  { db, keys }: Pick<PartAccess, 'db' | 'keys'>,
  tenantId: string,
  part: Part,
): Promise<Buffer> {
  // Also when a key row came back from an old backup: a part once destroyed is never opened again here.
  if (part.destroyedAt !== null) throw destroyed();
  const stored = await readStored(db, tenantId, part.id);
  try {
    return await unwrapStored(keys, tenantId, part, stored);
  } catch (error) {
    // The period closed between reading the row and opening it: what stands there now is under the new root.
    const now = await readStored(db, tenantId, part.id);
    if (now.kek.wrapped.equals(stored.kek.wrapped)) throw error;
    return unwrapStored(keys, tenantId, part, now);
  }
}

type StoredKey = NonNullable<Awaited<ReturnType<typeof readDataKey>>>;

async function readStored(db: Database, tenantId: string, partId: string): Promise<StoredKey> {
  const stored = await db.forTenant(tenantId, async (tx) => {
    await requireNoQuarantine(tx);
    return readDataKey(tx, partId);
  });
  if (stored === undefined) throw destroyed();
  return stored;
}

async function unwrapStored(
  keys: KeyProvider,
  tenantId: string,
  part: Part,
  stored: StoredKey,
): Promise<Buffer> {
  const { region, period, retentionClass, provider, rootKeyId, wrapped } = stored.kek;
  const kek = await keys.unwrap(
    { provider, keyId: rootKeyId, bytes: wrapped },
    kekContext({ tenant: tenantId, region, period, retentionClass }),
  );
  return unwrapDataKey(kek, stored.wrapped, contextOf(tenantId, part));
}

/** What a part's key and ciphertext are bound to. */
export function contextOf(tenantId: string, part: Pick<Part, 'recordingId' | 'id' | 'version'>): Buffer {
  return partContext({ tenant: tenantId, recording: part.recordingId, part: part.id, version: part.version });
}

function destroyed(): HoldfastError {
  return new HoldfastError(
    'gone',
    'The key of this part was destroyed, so it can never be read again. The certificate of its disposal says why.',
  );
}
