/** Checkpoints as the page shows them, read in the page from their signed notes. */
import type { LedgerCheckpoint } from '../../../../hub/api/schemas/anchors.ts';
import { toBase64 } from '../../proof/bytes.ts';
import { parseCheckpoint, type Checkpoint } from '../../proof/checkpoint.ts';

/** A witness's line under a checkpoint: its name, and when it says it signed. */
export interface Cosignature {
  readonly witness: string;
  readonly at: string | undefined;
}

/** One checkpoint. */
export interface CheckpointRow {
  readonly size: number;
  /** Undefined where the note cannot be read. */
  readonly parsed: Checkpoint | undefined;
  readonly root: string;
  readonly note: string;
  readonly signedAt: string;
  readonly cosignatures: readonly Cosignature[];
  readonly timeStamps: readonly { readonly authority: string; readonly at: string }[];
}

/** Bytes of a cosignature: eight of time and the signature (C2SP tlog-cosignature). */
const COSIGNATURE_BYTES = 72;

/** Reads what the server sent. Pure. */
export function rowOf({ size, checkpoint, signedAt, timeStamps }: LedgerCheckpoint): CheckpointRow {
  const parsed = parseCheckpoint(checkpoint);
  return {
    size,
    parsed,
    root: parsed === undefined ? '' : toBase64(parsed.root),
    note: checkpoint,
    signedAt,
    cosignatures: (parsed?.signatures ?? [])
      .filter(({ name }) => name !== parsed?.origin)
      .map(({ name, signature }) => ({ witness: name, at: timeOf(signature) })),
    timeStamps: timeStamps.map(({ authority, at }) => ({ authority, at })),
  };
}

/** The last cosignature of each witness, over all checkpoints. Pure. */
export function lastByWitness(
  rows: readonly CheckpointRow[],
): { readonly witness: string; readonly size: number; readonly at: string | undefined }[] {
  const last = new Map<string, { witness: string; size: number; at: string | undefined }>();
  for (const { size, cosignatures } of rows)
    for (const { witness, at } of cosignatures)
      if ((last.get(witness)?.size ?? -1) < size) last.set(witness, { witness, size, at });
  return [...last.values()].sort((a, b) => a.witness.localeCompare(b.witness));
}

function timeOf(signature: Uint8Array): string | undefined {
  if (signature.length !== COSIGNATURE_BYTES) return undefined;
  const view = new DataView(signature.buffer, signature.byteOffset);
  const time = new Date(Number(view.getBigUint64(0)) * 1_000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
