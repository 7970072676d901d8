import { identityDigest } from '../../records/call-identity.ts';
import type { Tx } from '../../records/database.ts';
import {
  insertIdentity,
  insertRelations,
  readCandidates,
  type IdentityKind,
  type IdentityRow,
} from '../../records/relations.ts';
import type { SessionIdentity } from '../../siprec/session-identity.ts';
import { relate, type RelatedSession } from '../../siprec/session-relation.ts';

/** A recording as it enters the database, as far as its relation to others depends on it. */
export interface RecordingToRelate {
  readonly recordingId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly identity: SessionIdentity;
}

/**
 * Stores by what a recording can be recognised, and how it belongs to those that are there. Call it once the tenant's
 * ledger is locked: two recorders that commit the two copies of one call at the same time then see each other.
 */
export async function relateRecording(tx: Tx, tenantId: string, recording: RecordingToRelate): Promise<void> {
  const { recordingId, identity, startedAtMs, endedAtMs } = recording;
  const rows = rowsOf(tenantId, identity);
  if (!rows.some(({ kind }) => kind !== 'participant')) return;
  await insertIdentity(tx, tenantId, recordingId, rows);
  const own = sessionOf(rows, { startedAtMs, endedAtMs, groupSequence: identity.groupSequence ?? null });
  const related = (await readCandidates(tx, recordingId)).flatMap((other) => {
    const { id, startedAt, endedAt, groupSequence } = other;
    const times = { startedAtMs: startedAt.getTime(), endedAtMs: endedAt.getTime(), groupSequence };
    const kind = relate(own, sessionOf(other.identity, times));
    return kind === undefined ? [] : [{ recordingId: id, kind }];
  });
  if (related.length > 0) await insertRelations(tx, tenantId, recordingId, related);
}

function rowsOf(tenantId: string, identity: SessionIdentity): IdentityRow[] {
  const rows = (kind: IdentityKind, texts: readonly string[]): IdentityRow[] =>
    texts.map((text) => ({ kind, digest: identityDigest(tenantId, text) }));
  return [
    ...rows('session', identity.sessions),
    ...rows('call', identity.calls),
    ...rows('group', identity.groups),
    ...rows('participant', identity.participants),
  ];
}

function sessionOf(
  identity: readonly IdentityRow[],
  times: { startedAtMs: number; endedAtMs: number; groupSequence: number | null },
): RelatedSession {
  const texts = (wanted: IdentityKind): string[] =>
    identity.filter(({ kind }) => kind === wanted).map(({ digest }) => digest.toString('hex'));
  return {
    sessions: texts('session'),
    calls: texts('call'),
    groups: texts('group'),
    participants: texts('participant'),
    startedAt: times.startedAtMs,
    endedAt: times.endedAtMs,
    ...(times.groupSequence !== null && { groupSequence: times.groupSequence }),
  };
}
