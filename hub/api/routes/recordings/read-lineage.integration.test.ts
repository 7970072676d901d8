import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub } from '../../../../test/support/test-hub.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { lineage } from '../../schemas/lineage.ts';

let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

test('the grants that reach a recording now are told to who may see grants; another recording has none of them', async () => {
  const officer = await hub.signIn('compliance_officer');
  const second = await hub.signIn('administrator');
  const [reached, other] = [
    await addRecordingRow(database.db, database.tenantId),
    await addRecordingRow(database.db, database.tenantId),
  ];
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const grant = (ids: readonly string[], hours: number) =>
    database.asOwner(
      `insert into access_grant (tenant_id, id, kind, user_id, acts, purpose, scope, recording_ids, from_at, until_at, reason,
                                 state, requested_by, requested_at, decided_by, decided_at)
       values ($1, $2, 'request', $3, '{recording.play}', 'audit', 'recordings', $4, now() - interval '2 hours',
               now() + $5 * interval '1 hour', 'Test', 'granted', $3, now() - interval '2 hours', $6, now() - interval '2 hours')`,
      [database.tenantId, newId(Date.now()), officer.userId, ids, hours, second.userId],
    );
  await grant([reached], 1);
  await grant([reached], -1); // over
  const path = (id: string): string => `/api/v1/recordings/${id}/lineage`;
  const found = await officer.read(lineage, path(reached));
  expect(found).toMatchObject({
    connections: [],
    exports: [],
    grants: [{ kind: 'request', to: officer.name, acts: ['recording.play'], purpose: 'audit' }],
  });
  expect(Date.parse(found.grants?.[0]?.untilAt ?? '')).toBeLessThanOrEqual(Date.parse(until) + 60_000);
  expect((await officer.read(lineage, path(other))).grants).toEqual([]);
  const engineer = await hub.signIn('engineer');
  await readProblem(engineer.fetch(path(reached)), 403);
  await readProblem(officer.fetch(path('00000000-0000-7000-8000-000000000000')), 404);
});
