import { randomBytes, randomUUID } from 'node:crypto';
import type { Database, Tx } from '../../../recorder-core/records/database.ts';
import { insertHold, lockForHold } from '../../../recorder-core/records/holds.ts';
import { insertMatter } from '../../../recorder-core/records/matters.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { actedBy, type LeafPerson } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaves } from '../../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../../recorder-core/records/outbox.ts';
import { insertRecording, touchRecordings } from '../../../recorder-core/records/recordings.ts';
import { insertUser } from '../../../recorder-core/records/users.ts';
import { recordingRow } from '../../support/recording-rows.ts';

/** Who places holds, and on what: each writer has recordings of its own, as people at different matters do. */
export interface HoldWriters {
  readonly user: LeafPerson;
  readonly recordings: readonly (readonly string[])[];
}

/** Rows that the acts need. */
export async function prepareWriters(
  db: Database,
  tenantId: string,
  writers: number,
  recordings: number,
): Promise<HoldWriters> {
  const user = { id: newId(Date.now()), name: 'Grace Brewster Hopper' };
  await db.forTenant(tenantId, (tx) => insertUser(tx, tenantId, { ...user, role: 'officer' }));
  const all: string[][] = [];
  for (let writer = 0; writer < writers; writer += 1) {
    const rows = Array.from({ length: recordings }, () => recordingRow());
    await db.forTenant(tenantId, async (tx) => {
      for (const row of rows) await insertRecording(tx, tenantId, row);
    });
    all.push(rows.map(({ id }) => id));
  }
  return { user, recordings: all };
}

/**
 * What the hub does when a hold is placed on some recordings, as its route does it: they are locked, the hold and its
 * items are added, their revisions moved, a message for the connected systems is left for each; and a leaf for each,
 * unless the same is to be measured without a ledger.
 */
export async function placeHold(
  tx: Tx,
  tenantId: string,
  user: LeafPerson,
  recordingIds: readonly string[],
  withLedger: boolean,
): Promise<void> {
  const now = new Date();
  const holdId = newId(now.getTime());
  const at = now.toISOString();
  const [matter, reason] = [`Matter ${holdId}`, 'Preservation for the proceedings'];
  if ((await lockForHold(tx, recordingIds)).length !== recordingIds.length)
    throw new Error('A recording is missing.');
  await insertMatter(tx, tenantId, {
    id: holdId,
    name: matter,
    externalId: null,
    connectionId: null,
    tags: [],
    openedBy: user.id,
    openedAt: at,
    reviewAt: null,
  });
  await insertHold(tx, tenantId, {
    id: holdId,
    matterId: holdId,
    kind: 'legal',
    reason,
    placedBy: user.id,
    placedThrough: null,
    placedAt: at,
    recordingIds,
    query: null,
  });
  await touchRecordings(tx, recordingIds);
  await insertOutbox(
    tx,
    ...recordingIds.map((recordingId) => ({
      tenantId,
      id: newId(now.getTime()),
      topic: 'recording.changed' as const,
      payload: { recordingId },
      trace: { traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01` },
    })),
  );
  if (!withLedger) return;
  await appendLeaves(
    tx,
    tenantId,
    recordingIds.map((id) => ({
      leaf: {
        at: now,
        act: 'hold.placed',
        object: { type: 'recording', id },
        outcome: 'done',
        facts: { holdId },
      },
      personal: { ...actedBy(user), matter, reason },
    })),
  );
}

/** Some of a writer's recordings, another choice each time. */
export function choose(recordings: readonly string[], count: number): string[] {
  const from = Math.floor(Math.random() * recordings.length);
  return Array.from({ length: count }, (_, i) => recordings[(from + i) % recordings.length] ?? randomUUID());
}
