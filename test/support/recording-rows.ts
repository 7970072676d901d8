import type { Database } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertRecording, type NewRecording } from '../../recorder-core/records/recordings.ts';
import { upsertSearchDocument } from '../../recorder-core/records/search-documents.ts';

/** A recording as a row: no parts, no sound; for tests of queries. */
export function recordingRow(change: Partial<NewRecording> = {}): NewRecording {
  const startedAt = change.startedAt ?? new Date().toISOString();
  return {
    id: newId(Date.parse(startedAt)),
    region: 'eu-central',
    source: 'siprec',
    spoolNode: 'test',
    callId: null,
    startedAt,
    endedAt: new Date(Date.parse(startedAt) + 1000).toISOString(),
    durationMs: 1000,
    partial: false,
    retentionClass: 'business-call',
    consent: { outcome: 'RECORD', reasons: [], rules: [], packDigest: 'test', decidedAt: startedAt },
    warnings: [],
    quality: [],
    ...change,
  };
}

/** Adds one and answers its id; with `document`, search finds it by all texts in that. */
export async function addRecordingRow(
  db: Database,
  tenantId: string,
  change: Partial<NewRecording> = {},
  document?: Readonly<Record<string, unknown>>,
): Promise<string> {
  const recording = recordingRow(change);
  await db.forTenant(tenantId, async (tx) => {
    await insertRecording(tx, tenantId, recording);
    if (document !== undefined)
      await upsertSearchDocument(tx, tenantId, {
        recordingId: recording.id,
        revision: 1,
        held: false,
        document,
      });
  });
  return recording.id;
}
