import type { Database } from '../../recorder-core/records/database.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { readReceipts } from '../../recorder-core/records/receipts.ts';
import { listRecordings, readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { recordingWorkflowId } from '../../workflows/ids.ts';
import { until } from '../processes/process-control.ts';

/** Sealing and lifecycle take a few seconds; on a busy machine more. */
const LIMIT_MS = 90_000;

/** Waits for the recording of a call by its Call-ID. */
export async function awaitRecording(db: Database, tenantId: string, callId: string): Promise<Recording> {
  let found: Recording | undefined;
  await until(
    async () => {
      const newest = await db.forTenant(tenantId, (tx) => listRecordings(tx, { limit: 20 }));
      found = newest.find((recording) => recording.callId === callId);
      return found !== undefined;
    },
    LIMIT_MS,
    'the call to be sealed',
    100,
  );
  return found as Recording;
}

/** Tells a recording's journey, line by line, as the database learns of each step; resolves when it is retained and searchable. */
export async function tellJourney(
  db: Database,
  tenantId: string,
  recording: Recording,
  line: (text: string) => void,
): Promise<Recording> {
  const { id } = recording;
  const { outcome, rules } = recording.consent;
  line(`    consent     ${outcome} by ${rules.map((rule) => rule.id).join(', ')}`);
  const parts = await db.forTenant(tenantId, (tx) => readParts(tx, id));
  const media = parts.filter(({ kind }) => kind === 'media');
  line(
    `    captured    ${(recording.durationMs / 1000).toFixed(1)} s on ${media.length} streams${recording.partial ? ', broken off and recovered' : ''}`,
  );
  for (const { label, sha256 } of media)
    line(`    digest      stream ${label ?? '-'}: SHA-256 ${sha256.toString('hex').slice(0, 32)}…`);
  const leaf = (await db.forTenant(tenantId, (tx) => readLeavesAbout(tx, id)))[0];
  line(`    ledger      leaf ${leaf?.index ?? '?'}: ${leaf?.act ?? '?'}`);
  line(`    lifecycle   ${recordingWorkflowId({ tenantId, recordingId: id })}`);
  await until(
    async () => (await stateOf(db, tenantId, id))?.state !== 'captured',
    LIMIT_MS,
    'the parts to be stored',
    100,
  );
  line('    stored      every part verified in the object store');
  await until(
    async () => (await deliveredTo(db, tenantId, id)).length > 0,
    LIMIT_MS,
    'the recording to be indexed',
    100,
  );
  line(`    indexed     ${(await deliveredTo(db, tenantId, id)).join(', ')}`);
  await until(
    async () => (await stateOf(db, tenantId, id))?.state === 'retained',
    LIMIT_MS,
    'the retention decision',
    100,
  );
  const retained = (await stateOf(db, tenantId, id)) ?? recording;
  const keptUntil = retained.retainUntil ?? 'a further decision';
  line(
    `    kept until  ${keptUntil} by ${retained.retention?.rules.map((rule) => rule.id).join(', ') ?? 'no rule'}`,
  );
  return retained;
}

function stateOf(db: Database, tenantId: string, id: string): Promise<Recording | undefined> {
  return db.forTenant(tenantId, (tx) => readRecording(tx, id));
}

async function deliveredTo(db: Database, tenantId: string, id: string): Promise<string[]> {
  const receipts = await db.forTenant(tenantId, (tx) => readReceipts(tx, { type: 'recording', id }));
  return [
    ...new Set(receipts.filter(({ outcome }) => outcome === 'done').map(({ connection }) => connection)),
  ];
}
