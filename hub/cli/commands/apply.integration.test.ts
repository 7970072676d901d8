import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { newId } from '../../../recorder-core/records/ids.ts';
import { openSecretTable } from '../../../recorder-core/records/installation-secret.ts';
import { insertUser } from '../../../recorder-core/records/users.ts';
import { openInstallationSecrets } from '../../../recorder-core/vault/installation-secrets.ts';
import { openLocalKeyRing } from '../../../recorder-core/vault/local-key-ring.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

jest.setTimeout(120_000); // commands are processes of their own

const CANARY = 'canary-secret-of-no-server';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: TestDatabase;

beforeAll(async () => {
  folder = await temporaryFolder();
  database = await openTestDatabase();
  const keys = await openLocalKeyRing(join(folder.path, 'key-ring.json'), { create: true });
  await openInstallationSecrets(openSecretTable(database.db, database.tenantId), keys, { create: true });
  await database.db.forTenant(database.tenantId, (tx) =>
    insertUser(tx, database.tenantId, { id: newId(Date.now()), name: 'Pipeline', role: 'engineer' }),
  );
});
afterAll(async () => {
  await database.close();
  await folder.remove();
});

/** Runs a command as a pipeline does: nobody is there to be asked. */
const holdfast = (args: readonly string[], variables: Record<string, string> = {}) =>
  runHoldfast(database, [...args, '--user', 'Pipeline'], { HOLDFAST_DATA: folder.path, ...variables });

test('a pipeline plans, applies by saying so, and finds nothing to do afterwards', async () => {
  const file = join(folder.path, 'site.yaml');
  await writeFile(join(folder.path, 'search.key'), `${CANARY}\n`);
  await writeFile(
    file,
    [
      'holdfast: 1',
      'connections:',
      '  - name: Search',
      '    connector: elasticsearch',
      '    config: { node: "https://search.example:9200" }',
      '    credential: { type: api_key, apiKey: "${file:search.key}" }',
    ].join('\n'),
  );
  const planned = await holdfast(['plan', file, '--detailed-exitcode']);
  expect(planned).toMatchObject({ code: 2, output: expect.stringContaining('+ connection "Search"') });
  const applied = await holdfast(['apply', file, '--yes', '--why', 'Change 4711']);
  expect(applied).toMatchObject({ code: 0, output: expect.stringContaining('✓ applied') });
  const exported = await holdfast(['export', 'configuration']);
  expect(exported.output).toContain('apiKey: ${env:HOLDFAST_SECRET_SEARCH_API_KEY}');
  await writeFile(file, exported.output);
  const variables = { HOLDFAST_SECRET_SEARCH_API_KEY: CANARY };
  expect(await holdfast(['plan', file, '--detailed-exitcode'], variables)).toMatchObject({ code: 0 });
  expect([planned, applied, exported].map(({ output }) => output).join()).not.toContain(CANARY);
});
