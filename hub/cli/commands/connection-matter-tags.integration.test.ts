import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { addConnectionRow } from '../../../test/support/connection-row.ts';
import { addRecordingRow } from '../../../test/support/recording-rows.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

jest.setTimeout(240_000); // commands are processes of their own

let database: TestDatabase;
let connectionId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  connectionId = await addConnectionRow(database, {
    connector: 'elasticsearch',
    config: { node: 'http://127.0.0.1:9' },
  });
  for (let recording = 0; recording < 2; recording += 1)
    await addRecordingRow(database.db, database.tenantId);
  await database.asOwner("update recording set state = 'stored'");
});
afterAll(() => database.close());

/** Runs `holdfast connection matter-tags` for the local administrator. */
const matterTags = (...args: string[]) =>
  runHoldfast(database, ['connection', 'matter-tags', connectionId, ...args]);

const backfills = () => database.asOwner('select connection_id, total::int from delivery_backfill');
const told = async () =>
  (await database.asOwner<{ matter_tags: string }>('select matter_tags from connection'))[0]?.matter_tags;

test('shows how many recordings would be sent again, and sends them only with --resend; where it cannot, nothing changes', async () => {
  const possible = '2 recordings to send again, possible now with --resend\n';
  expect(await matterTags()).toEqual({ code: 0, output: `none; ${possible}` });
  expect(await matterTags('--resend')).toMatchObject({ code: 1, output: expect.stringContaining('--tell') });
  expect(await matterTags('--tell', 'ids')).toEqual({ code: 0, output: `ids; ${possible}` });
  expect(await backfills()).toEqual([]);

  expect(await matterTags('--tell', 'names', '--resend')).toEqual({
    code: 0,
    output: 'names; 2 recordings to send again, once its back-fill is over\n',
  });
  expect(await backfills()).toEqual([{ connection_id: connectionId, total: 2 }]);

  expect(await matterTags('--tell', 'none', '--resend')).toMatchObject({
    code: 1,
    output: expect.stringContaining('back-fill that is not over'),
  });
  expect(await told()).toBe('names');
  expect(await backfills()).toHaveLength(1);
});
