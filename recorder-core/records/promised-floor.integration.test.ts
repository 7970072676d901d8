import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { rulebookOf, type Rulebook } from '../policy/rulebook.ts';
import { decideRecording, type DecidedRetention } from './decide-recording.ts';
import { setRetention } from './recording-retention.ts';
import { readRecording } from './recordings.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

/** Puts a recording before the rules, and keeps the decision with it as the activities do. */
function decide(id: string, at: Date, rules: Rulebook): Promise<DecidedRetention> {
  return database.db.forTenant(database.tenantId, async (tx) => {
    const recording = (await readRecording(tx, id))!;
    const decided = await decideRecording(tx, recording, at, rules);
    await setRetention(tx, id, decided.explanation, decided.retainUntil);
    return decided;
  });
}

test('a floor that was promised stays under shorter rules, also where a ceiling leaves no date to go', async () => {
  const { bundled } = bench.deps.packs;
  const shorter = rulebookOf({
    ...bundled,
    retention: bundled.retention.map((rule) => (rule.kind === 'floor' ? { ...rule, period: 'P1M' } : rule)),
  });
  const id = await bench.retain({ packets: 2 });
  await database.asOwner(
    `update recording set retention_class = 'mifid2', further_classes = '{training}',
            consent = jsonb_set(consent, '{places}', '["FR"]') where id = $1`,
    [id],
  );
  await database.asOwner(
    'update recording_retention set retain_until = null, kept_for = null, reason_id = null where recording_id = $1',
    [id],
  );
  const { endedAt } = await bench.read(id);
  const inDays = (days: number): Date => new Date(Date.parse(endedAt) + days * 86_400_000);

  const first = await decide(id, inDays(0), rulebookOf(bundled));
  expect(first.retainUntil).toBeNull(); // the ceiling of half a year lies before the floor of five years
  for (const days of [200, 400, 401]) {
    const later = await decide(id, inDays(days), shorter);
    expect({ days, decision: later.decision.decision }).toEqual({ days, decision: 'CONFLICT' });
  }
  expect((await decide(id, inDays(6 * 366), shorter)).decision.decision).not.toBe('RETAIN');
});
