import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { insertRun } from '../../../../recorder-core/records/disposal-runs.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { addDueRecordings } from '../../../../test/support/due-recordings.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub } from '../../../../test/support/test-hub.ts';
import { certificateList, disposalPlan, disposalRun } from '../../schemas/disposal.ts';

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

describe('disposals in the API', () => {
  test('a plan tells what would go now and later, with a proven sample, and only to those who may plan', async () => {
    await addDueRecordings(database, { count: 3 });
    await addDueRecordings(database, { count: 2, endedDaysAgo: 10, dueDaysAgo: -170 });
    const officer = await hub.signIn('compliance_officer');
    const now = await officer.read(disposalPlan, '/api/v1/disposals/plan?sample=2');
    expect(now).toMatchObject({ dispose: 3, review: 0, kept: 0, complete: true });
    expect(now.sample.map(({ proven }) => proven)).toEqual([true, true]);
    const at = new Date(Date.now() + 175 * 86_400_000).toISOString();
    const later = await officer.read(disposalPlan, `/api/v1/disposals/plan?at=${at}`);
    expect([later.dispose, later.days.length]).toEqual([5, 2]);
    await readProblem(officer.fetch('/api/v1/disposals/plan?at=tomorrow'), 400);
    await readProblem((await hub.signIn('auditor')).fetch('/api/v1/disposals/plan'), 403);
  });

  test('runs and certificates are listed for those who may read them', async () => {
    const id = newId(Date.now());
    const at = new Date().toISOString();
    const run = {
      id,
      state: 'claiming' as const,
      openedAt: at,
      asOf: at,
      due: 3,
      dueExact: true,
      classes: [{ retentionClass: 'business-call', due: 3, today: 0, history: [2] }],
      rules: [{ rule: 'retention/default-business-call', recordings: 3 }],
      sample: [],
      rule: 'disposal/usual-volume',
      reason: null,
      approvalId: null,
    };
    await database.db.forTenant(database.tenantId, (tx) => insertRun(tx, database.tenantId, run));
    const auditor = await hub.signIn('auditor');
    const list = z.object({ items: z.array(disposalRun) });
    const { items } = await auditor.read(list, '/api/v1/disposals/runs');
    expect(items).toEqual([
      { ...run, sampleWithheld: 0, resumeAt: null, claimed: 0, kept: 0, endedAt: null },
    ]);
    expect(await auditor.read(disposalRun, `/api/v1/disposals/runs/${id}`)).toEqual(items[0]);
    await readProblem(auditor.fetch(`/api/v1/disposals/runs/${newId(Date.now())}`), 404);
    expect(await auditor.read(certificateList, '/api/v1/disposals/certificates')).toEqual({
      items: [],
      withheld: 0,
    });
    await readProblem(auditor.fetch(`/api/v1/disposals/certificates/${newId(Date.now())}`), 404);
    await readProblem((await hub.signIn('engineer')).fetch('/api/v1/disposals/runs'), 403);
  });
});
