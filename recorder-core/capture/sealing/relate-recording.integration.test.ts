import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addRecordingRow } from '../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { forgetPeople } from '../../records/disposals.ts';
import { readRelations } from '../../records/relations.ts';
import type { SessionIdentity } from '../../siprec/session-identity.ts';
import { relateRecording } from './relate-recording.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const PARTICIPANTS = ['+442079460001@sbc.example', '+14155550100@sbc.example'];

function identity(session: string, more: Partial<SessionIdentity> = {}): SessionIdentity {
  return { sessions: [session], calls: [], groups: [], participants: PARTICIPANTS, ...more };
}

/** Adds a recording that lasted from one second to another, and relates it. */
async function commit(fromS: number, toS: number, said: SessionIdentity): Promise<string> {
  const base = Date.UTC(2026, 10, 25, 10);
  const times = { startedAtMs: base + fromS * 1000, endedAtMs: base + toS * 1000 };
  const recordingId = await addRecordingRow(database.db, database.tenantId, {
    startedAt: new Date(times.startedAtMs).toISOString(),
    endedAt: new Date(times.endedAtMs).toISOString(),
    durationMs: times.endedAtMs - times.startedAtMs,
  });
  await database.db.forTenant(database.tenantId, (tx) =>
    relateRecording(tx, database.tenantId, { recordingId, ...times, identity: said }),
  );
  return recordingId;
}

const relationsOf = (id: string) => database.db.forTenant(database.tenantId, (tx) => readRelations(tx, id));

describe('recordings that belong together', () => {
  test('are found from either side: the same call twice, and the one that goes on after a fail-over', async () => {
    const lost = await commit(0, 60, identity('session-one'));
    const copy = await commit(1, 61, identity('session-one'));
    const next = await commit(70, 90, identity('session-one'));
    const stranger = await commit(0, 60, identity('session-two'));
    expect(await relationsOf(stranger)).toEqual([]);
    expect(await relationsOf(lost)).toEqual(
      expect.arrayContaining([
        { recordingId: copy, kind: 'same-call' },
        { recordingId: next, kind: 'continuation' },
      ]),
    );
    expect(await relationsOf(copy)).toContainEqual({ recordingId: lost, kind: 'same-call' });
    expect(await relationsOf(next)).toContainEqual({ recordingId: lost, kind: 'continuation' });
  });

  test('are not sought by who took part, and not for a session that says nothing of itself', async () => {
    const one = await commit(0, 60, { sessions: [], calls: [], groups: [], participants: PARTICIPANTS });
    const two = await commit(0, 60, { sessions: [], calls: [], groups: [], participants: PARTICIPANTS });
    expect([await relationsOf(one), await relationsOf(two)]).toEqual([[], []]);
  });

  test('keep no name or number in the clear, and forget the digests with the people', async () => {
    const recordingId = await commit(0, 60, identity('session-three', { groups: ['group-three'] }));
    const rows = await database.asOwner<{ digest: Buffer }>('select digest from recording_identity');
    expect(rows.map(({ digest }) => digest.toString('latin1')).join()).not.toMatch(/sbc|session-three/);
    await database.db.forTenant(database.tenantId, (tx) => forgetPeople(tx, recordingId));
    const left = await database.asOwner(
      `select from recording_identity where recording_id = '${recordingId}'`,
    );
    expect(left).toEqual([]);
  });
});
