import { insertEvidence, type NewEvidence } from '../../records/consent-evidence.ts';
import { hasLeaf } from '../../records/has-leaf.ts';
import { appendLeaf, appendListing } from '../../records/ledger-log.ts';
import type { Database, Tx } from '../../records/database.ts';
import { insertDataKey, insertKek } from '../../records/keys.ts';
import { openLoss } from '../../records/open-loss.ts';
import { insertOutbox } from '../../records/outbox.ts';
import { insertParties, noteOwnParties } from '../../records/parties.ts';
import { insertPart } from '../../records/parts.ts';
import { insertRecording, type NewRecording } from '../../records/recordings.ts';
import { objectKey } from '../object-key.ts';
import { heedConflict, heedStandingChanges } from './heed-consent.ts';
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
 * Idempotent by the recording's id; answers whether it added the recording, or
 * found it committed before.
 */
export async function commitRecording(
  db: Database,
  sealed: SealedRecording,
  options: CommitOptions,
): Promise<boolean> {
  const { manifest, facts } = sealed;
  const { tenantId, recordingId } = manifest;
  if (facts.neverPermitted) {
    await db.forTenant(tenantId, (tx) => commitRefusal(tx, sealed, options.now()));
    return false;
  }
  return db.forTenant(tenantId, async (tx) => {
    const added = await insertRecording(tx, tenantId, rowOf(sealed));
    if (!added) return false;
    await insertContents(tx, sealed, options);
    await insertEvidence(tx, tenantId, evidenceOf(sealed), options.now());
    await appendListing(tx, tenantId, 'parts', {
      at: options.now(),
      act: facts.partial ? 'recording.recovered' : 'recording.sealed',
      object: { type: 'recording', id: recordingId },
      outcome: 'done',
      rules: facts.consent.rules.map(({ id }) => id),
      packDigest: facts.consent.packDigest,
      facts: {
        consent: facts.consent.outcome,
        ...signFacts(facts.signs),
        region: manifest.region,
        node: manifest.node,
        durationMs: facts.durationMs,
        endReason: facts.endReason,
        parts: digestsOf(sealed),
      },
    });
    await heedConflict(tx, sealed, options);
    await heedStandingChanges(tx, sealed, options);
    await relateRecording(tx, tenantId, { recordingId, ...facts });
    await tellLosses(tx, sealed, options);
    await insertOutbox(tx, {
      tenantId,
      id: options.newId(options.now()),
      topic: 'recording.sealed',
      payload: { recordingId },
      trace: options.trace,
    });
    return true;
  });
}

/** What a fault of the recorder cost is told to an incident, one for each recorder and kind, which freezes the recording. */
async function tellLosses(
  tx: Tx,
  { manifest, facts }: SealedRecording,
  { now, newId }: CommitOptions,
): Promise<void> {
  const { tenantId, recordingId, node } = manifest;
  const at = now();
  for (const kind of facts.losses)
    await openLoss(
      tx,
      { tenantId, now: at, newId },
      { node, kind, detectedAt: at, recordingIds: [recordingId] },
    );
}

/** A session of which consent never permitted a frame leaves what was said about it and a leaf, and nothing of the call. */
async function commitRefusal(tx: Tx, sealed: SealedRecording, at: Date): Promise<void> {
  const { tenantId, recordingId } = sealed.manifest;
  const { consent, endReason } = sealed.facts;
  const object = { type: 'recording', id: recordingId };
  if (await hasLeaf(tx, object, 'recording.refused')) return; // it was killed before its folder was gone
  await insertEvidence(tx, tenantId, evidenceOf(sealed), at);
  await appendLeaf(tx, tenantId, {
    at,
    act: 'recording.refused',
    object,
    outcome: 'refused',
    rules: consent.rules.map(({ id }) => id),
    packDigest: consent.packDigest,
    facts: { consent: consent.outcome, ...signFacts(sealed.facts.signs), endReason },
  });
}

/** Under which circumstances the call was at some time, and what else it was for; nothing where nothing was known. */
function signFacts({ circumstances, purposes }: SealedRecording['facts']['signs']) {
  return {
    ...(circumstances.length > 0 && { circumstances: [...circumstances] }),
    ...(purposes.length > 0 && { alsoFor: [...purposes] }),
  };
}

/** What was said about consent in the call, as rows. */
function evidenceOf({ manifest, facts }: SealedRecording): NewEvidence[] {
  return facts.notes.map(({ note, atMs, parties }) => ({
    id: note.id,
    recordingId: manifest.recordingId,
    partyOrdinals: parties.flatMap((party) => facts.ordinals.get(party) ?? []),
    label: null,
    kind: note.kind,
    purpose: note.purpose,
    saidAt: note.at,
    offsetMs: Math.max(0, Math.round(atMs - facts.startedAtMs)),
    prompt: note.prompt ?? null,
    source: note.source,
  }));
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
    department: facts.department ?? null,
    classification: facts.classification ?? null,
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
  await noteOwnParties(tx, [recordingId]);
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
