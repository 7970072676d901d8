import { createHash } from 'node:crypto';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import type { JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { insertDataKey, insertKek, type StoredKek } from '../../recorder-core/records/keys.ts';
import { contextOf } from '../../recorder-core/records/open-part.ts';
import { insertPart, type Part } from '../../recorder-core/records/parts.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';
import { encryptChunks } from '../../recorder-core/vault/chunk-encryptor.ts';
import { generateDataKey, wrapDataKey } from '../../recorder-core/vault/envelope.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What is known of a derived part before its content. */
export type DerivedKind = Pick<Part, 'kind' | 'label' | 'version'> &
  Partial<Pick<Part, 'clockPlan' | 'replaces' | 'cutId'>>;

/** A derived part whose object is stored and of which no row speaks yet. */
export interface SealedDerived {
  readonly part: Parameters<typeof insertPart>[2];
  readonly wrapped: Buffer;
  readonly kek: StoredKek;
}

/**
 * Encrypts a derived part under a key of its own, so that it can be destroyed alone, and stores it as it is made. Without
 * `insertDerived` nobody can ever open it: delete the object then. Errors as `ObjectStore.put`, and those of the content.
 */
export async function sealDerived(
  deps: Pick<ActivityDependencies, 'keks' | 'objects' | 'newId' | 'now'>,
  tenantId: string,
  { region, retentionClass, id: recordingId }: Recording,
  derived: DerivedKind,
  content: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<SealedDerived> {
  const now = deps.now();
  const kek = await deps.keks.current({ tenant: tenantId, region, retentionClass }, now);
  const id = deps.newId(now);
  const context = contextOf(tenantId, { recordingId, id, version: derived.version });
  const dataKey = generateDataKey();
  const digests = { sha256: createHash('sha256'), sha512: createHash('sha512') };
  let bytes = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const piece of content) {
      digests.sha256.update(piece);
      digests.sha512.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  const key = objectKey({ region, tenantId, recordingId }, id);
  const stored = await deps.objects.put(key, encryptChunks(measured(), dataKey, context));
  return {
    part: {
      ...derived,
      id,
      recordingId,
      store: 'objects',
      objectKey: key,
      bytes,
      ciphertextBytes: stored.size,
      sha256: digests.sha256.digest(),
      sha512: digests.sha512.digest(),
      ciphertextSha256: Buffer.from(stored.sha256, 'hex'),
    },
    wrapped: wrapDataKey(kek.key, dataKey, context),
    kek: { ...kek, ...kek.scope },
  };
}

/** Adds the rows of a derived part. Under the lock of its recording, which whoever destroys keys takes too. */
export async function insertDerived(
  tx: Tx,
  tenantId: string,
  { part, wrapped, kek }: SealedDerived,
): Promise<void> {
  await insertKek(tx, tenantId, kek);
  await insertPart(tx, tenantId, part);
  await insertDataKey(tx, tenantId, part.id, kek.id, wrapped);
}

type Digested = Pick<Part, 'id' | 'kind' | 'sha256' | 'sha512' | 'ciphertextSha256'>;

/** The facts of the leaf: the derived part as sealing names a captured one, and the content that it came from. */
export function derivation(
  { id, kind, sha256, sha512, ciphertextSha256 }: Digested,
  from: readonly Digested[],
): Record<string, JsonValue> {
  const hex = { sha256: sha256.toString('hex'), sha512: sha512.toString('hex') };
  return {
    parts: [{ id, kind, ...hex, ciphertextSha256: ciphertextSha256.toString('hex') }],
    from: from.map((origin) => ({ id: origin.id, sha256: origin.sha256.toString('hex') })),
  };
}
