import { appendLeaf } from '../../records/ledger-log.ts';
import type { Database, Tx } from '../../records/database.ts';
import { insertDataKey, insertKek } from '../../records/keys.ts';
import { insertOutbox } from '../../records/outbox.ts';
import { insertParties } from '../../records/parties.ts';
import { insertPart } from '../../records/parts.ts';
import { insertRecording, type NewRecording } from '../../records/recordings.ts';
import { objectKey } from '../object-key.ts';
import { relateRecording } from './relate-recording.ts';
import type { SealedRecording } from './seal-recording.ts';

export interface CommitOptions {
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
  /** Trace context that the lifecycle takes up. */
  readonly trace: Readonly<Record<string, string>>;
}

/**
 * One transaction: the recording with its parties, parts and keys, the ledger
 * leaf that covers every digest, and the outbox row that starts its lifecycle.
 * Idempotent by the recording's id; answers the leaf's index, or undefined when
 * the recording was committed before.
 */
export async function commitRecording(
  db: Database,
  sealed: SealedRecording,
  options: CommitOptions,
): Promise<number | undefined> {
  const { manifest, facts } = sealed;
  const { tenantId, recordingId } = manifest;
  return db.forTenant(tenantId, async (tx) => {
    const added = await insertRecording(tx, tenantId, rowOf(sealed));
    if (!added) return undefined;
    await insertContents(tx, sealed, options);
    const index = await appendLeaf(tx, tenantId, {
      at: options.now(),
      act: facts.partial ? 'recording.recovered' : 'recording.sealed',
      object: { type: 'recording', id: recordingId },
      outcome: 'done',
      rules: facts.consent.rules.map(({ id }) => id),
      packDigest: facts.consent.packDigest,
      facts: {
        consent: facts.consent.outcome,
        region: manifest.region,
        node: manifest.node,
        durationMs: facts.durationMs,
        endReason: facts.endReason,
        parts: digestsOf(sealed),
      },
    });
    await relateRecording(tx, tenantId, { recordingId, ...facts });
    await insertOutbox(tx, {
      tenantId,
      id: options.newId(options.now()),
      topic: 'recording.sealed',
      payload: { recordingId },
      trace: options.trace,
    });
    return index;
  });
}

function rowOf({ manifest, facts, quality }: SealedRecording): NewRecording {
  return {
    id: manifest.recordingId,
    region: manifest.region,
    source: 'siprec',
    spoolNode: manifest.node,
    callId: facts.callId,
    startedAt: new Date(facts.startedAtMs).toISOString(),
    endedAt: new Date(facts.endedAtMs).toISOString(),
    durationMs: facts.durationMs,
    partial: facts.partial,
    retentionClass: manifest.retentionClass,
    consent: facts.consent,
    warnings: facts.warnings,
    groupSequence: facts.identity.groupSequence ?? null,
    quality: quality.map(({ partId, label, report: { codec, summary } }) => ({
      partId,
      label,
      codec,
      ...summary,
    })),
  };
}

async function insertContents(
  tx: Tx,
  { manifest, parties, parts }: SealedRecording,
  options: CommitOptions,
): Promise<void> {
  const { tenantId, recordingId, kek } = manifest;
  await insertParties(
    tx,
    tenantId,
    parties.map(({ ordinal, name, address, label }) => ({
      id: options.newId(options.now()),
      recordingId,
      ordinal,
      name,
      address,
      label,
    })),
  );
  await insertKek(tx, tenantId, { ...kek, region: manifest.region, retentionClass: manifest.retentionClass });
  for (const part of parts) {
    const { id, kind, label, wrappedKey, clockPlan, ...digest } = part;
    await insertPart(tx, tenantId, {
      id,
      recordingId,
      kind,
      label,
      version: 1,
      store: 'spool',
      objectKey: objectKey(manifest, id),
      clockPlan: clockPlan ?? null,
      ...digest,
    });
    await insertDataKey(tx, tenantId, id, kek.id, wrappedKey);
  }
}

/** Digests of every part, over what was captured and over what is stored, in hexadecimal. */
function digestsOf(sealed: SealedRecording): Record<string, string>[] {
  return sealed.parts.map(({ id, kind, sha256, sha512, ciphertextSha256 }) => ({
    id,
    kind,
    sha256: sha256.toString('hex'),
    sha512: sha512.toString('hex'),
    ciphertextSha256: ciphertextSha256.toString('hex'),
  }));
}
