import type { Tx } from './database.ts';

export type PartKind = 'media' | 'metadata' | 'waveform';

/** A stored piece of a recording; `destroyedAt` is set once its data key is gone. */
export interface Part {
  readonly id: string;
  readonly recordingId: string;
  readonly kind: PartKind;
  readonly label: string | null;
  readonly version: number;
  readonly store: 'spool' | 'objects';
  readonly objectKey: string;
  readonly bytes: number;
  readonly ciphertextBytes: number;
  readonly sha256: Buffer;
  readonly sha512: Buffer;
  readonly ciphertextSha256: Buffer;
  /** Where the media stands on the wall clock, as `clockPlanSchema` of recorder-core/media reads it; null for other parts. */
  readonly clockPlan: unknown;
  readonly destroyedAt: string | null;
  /** The part from which this one was made by cutting a span out; it is heard once that one is destroyed. */
  readonly replaces: string | null;
  /** By which cut; null for all others. */
  readonly cutId: string | null;
}

/** What need not be said of a part that is added. */
type LeftOut = 'clockPlan' | 'replaces' | 'cutId';

/** Adds a part; answers false, and changes nothing, when it is there already. */
export async function insertPart(
  tx: Tx,
  tenantId: string,
  part: Omit<Part, 'destroyedAt' | LeftOut> & Partial<Pick<Part, LeftOut>>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into part (tenant_id, id, recording_id, kind, label, version, store, object_key, bytes, ciphertext_bytes,
                       sha256, sha512, ciphertext_sha256, clock_plan, replaces, cut_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on conflict do nothing`,
    [
      tenantId,
      part.id,
      part.recordingId,
      part.kind,
      part.label,
      part.version,
      part.store,
      part.objectKey,
      part.bytes,
      part.ciphertextBytes,
      part.sha256,
      part.sha512,
      part.ciphertextSha256,
      part.clockPlan ?? null,
      part.replaces ?? null,
      part.cutId ?? null,
    ],
  );
  return rowCount === 1;
}

/** All parts of a recording by kind, those of one kind by their label. */
export async function readParts(tx: Tx, recordingId: string): Promise<Part[]> {
  const { rows } = await tx.query<Omit<Part, 'destroyedAt'> & { destroyedAt: Date | null }>(
    `select id, recording_id as "recordingId", kind, label, version, store, object_key as "objectKey", bytes,
            ciphertext_bytes as "ciphertextBytes", sha256, sha512, ciphertext_sha256 as "ciphertextSha256",
            clock_plan as "clockPlan", destroyed_at as "destroyedAt", replaces, cut_id as "cutId"
       from part where recording_id = $1 order by kind, label, id`,
    [recordingId],
  );
  return rows.map((row) => ({ ...row, destroyedAt: row.destroyedAt?.toISOString() ?? null }));
}

/** Notes that a part has left the spool for the object store. */
export async function markPartStored(tx: Tx, partId: string): Promise<void> {
  await tx.query("update part set store = 'objects' where id = $1", [partId]);
}
