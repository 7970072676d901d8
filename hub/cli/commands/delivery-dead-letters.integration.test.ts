import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { deliverDue } from '../../../activities/deliveries/deliver-due.ts';
import type { SendBatch } from '../../../activities/deliveries/send-batch.ts';
import { remoteError } from '../../../connectors/kit/remote-error.ts';
import { queueDeliveries } from '../../../recorder-core/records/deliveries.ts';
import { addRecordingRow } from '../../../test/support/recording-rows.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

jest.setTimeout(240_000); // commands are processes of their own

const WHY = ['--why', 'They take this region only.'];
let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  const row = { target: 'region', expr: 'record.region', type: 'text', onNull: 'skip', onError: 'skip' };
  await database.asOwner('update connection_version set mappings = $1', [
    { 'upsert-recording': [{ ...row, redact: false }] },
  ]);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

/** Runs `holdfast delivery` for the local administrator. */
const delivery = (...args: string[]) => runHoldfast(database, ['delivery', ...args]);

const refusing: SendBatch = (batch) =>
  Promise.resolve({
    outcomes: batch.records.map(({ record }) => ({
      outcome: 'rejected' as const,
      recordId: record.id,
      error: remoteError('invalid_record', 'This field is refused.', { field: 'region' }),
    })),
    version: 1,
    traceId: 'trace-1',
  });

/** Has so many recordings refused for good, in one call. */
async function addDead(count: number): Promise<string[]> {
  const ids = await Promise.all(
    Array.from({ length: count }, () => addRecordingRow(database.db, database.tenantId, { region: 'eu' })),
  );
  await database.asOwner("update recording set state = 'retained' where id = any ($1)", [ids]);
  const about = { connectionId: bench.searchId, operation: 'upsert-recording' };
  const { tenantId } = database;
  await database.db.forTenant(tenantId, (tx) =>
    queueDeliveries(
      tx,
      { tenantId, now: new Date(), newId: bench.deps.newId },
      ids.map((id) => ({ ...about, subject: { type: 'recording', id } })),
    ),
  );
  await asActivity(() =>
    deliverDue({ ...bench.deps, sendBatch: refusing })({ ...about, tenantId, lane: 'live' }),
  );
  return ids;
}

const standing = () =>
  database.asOwner("select state, lane, corrections from delivery where state <> 'superseded' order by id");

test('a group is found, its call is seen, one of it is compared, and all of it is corrected at once', async () => {
  const [first = ''] = await addDead(3);
  const dead = await delivery('dead');
  const [, fingerprint = '', sample = ''] =
    /^([0-9a-f]{16}) {2}3 of [^]*invalid_record at region: [^\n]* Correct the record or the mapping, then send it again\.[^]*for example (\S+)/m.exec(
      dead.output,
    ) ?? [];
  expect(sample).not.toBe('');
  expect(JSON.parse((await delivery('show', sample)).output)).toMatchObject({
    error: { title: 'This field is refused.', fix: 'Correct the record or the mapping, then send it again.' },
    tries: [{ number: 1, errorTitle: 'This field is refused.' }],
  });

  const run = '3 sent: 0 done, 3 refused, 0 unknown  trace trace-1';
  expect((await delivery('runs', '--failed', '--recording', first)).output).toContain(run);
  expect((await delivery('runs', '--connection', sample)).output).toBe('');

  const { code, output } = await delivery('compare', sample);
  expect({ code, output }).toEqual({ code: 0, output: 'by version 1 and by version 1\n  region = "eu"\n' });

  const group = ['--connection', bench.searchId, '--fingerprint', fingerprint];
  expect(await delivery('correct', ...group, '--set', 'colour=red', ...WHY)).toMatchObject({
    code: 1,
    output: expect.stringContaining('does not fill "colour"'),
  });
  expect(await delivery('correct', ...group, '--set', 'region={"a":1}', ...WHY)).toMatchObject({
    code: 1,
    output: expect.stringContaining('"region" must be the name of a mapped field'),
  });
  expect(await delivery('correct', ...group, sample, '--set', 'region=uk', ...WHY)).toMatchObject({
    code: 1,
    output: expect.stringContaining('Name either deliveries, or a group'),
  });
  expect(await standing()).toMatchObject([{ state: 'dead' }, { state: 'dead' }, { state: 'dead' }]);

  expect(await delivery('correct', ...group, '--set', 'region=uk', ...WHY)).toEqual({
    code: 0,
    output: '✓ 3 queued\n',
  });
  const corrected = { state: 'queued', lane: 'replay', corrections: { region: 'uk' } };
  expect(await standing()).toEqual([corrected, corrected, corrected]);
  expect(await delivery('correct', sample, '--set', 'region=uk', ...WHY)).toMatchObject({
    code: 1,
    output: expect.stringContaining('does not wait for a person'),
  });
});

test('what is no dead letter is neither sent again nor given up, and that is no success; of some, the rest is told', async () => {
  const [id = ''] = await addDead(1);
  const dead = /for example (\S+)/.exec((await delivery('dead')).output)?.[1] ?? '';
  const refused = { code: 1, output: expect.stringContaining('none of these is a dead letter') };
  expect(await delivery('replay', id)).toMatchObject(refused);
  expect(await delivery('replay', '--connection', id, '--fingerprint', 'f'.repeat(16))).toMatchObject(
    refused,
  );
  expect(await delivery('discard', id, ...WHY)).toMatchObject(refused);
  expect(await delivery('discard', dead, '--why', 'No')).toMatchObject({
    code: 1,
    output: expect.stringContaining('3 to 500 characters'),
  });
  expect(await delivery('replay', dead, id)).toEqual({
    code: 0,
    output: '✓ 1 queued; left alone: 1 (no dead letter, or a newer one goes in its place)\n',
  });
  expect((await delivery('replay', dead)).code).toBe(1);
});

test('a state that there is not is refused by its name, with those that there are', async () => {
  const { code, output } = await delivery('list', '--state', 'lost');
  expect(code).not.toBe(0);
  expect(output).toContain('--state');
  expect(output).toContain('superseded');
});
