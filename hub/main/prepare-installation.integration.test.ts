import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../config/read-config.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { prepareInstallation } from './prepare-installation.ts';
import { sequenceTenant } from '../../recorder-core/records/sequence-leaves.ts';

const TENANT = '0198c0de-0000-7000-8000-00000000f00d';
let database: TestDatabase;
let data: string;

beforeAll(async () => {
  database = await openTestDatabase();
  data = await mkdtemp(join(tmpdir(), 'holdfast-prepare-'));
});
afterAll(async () => {
  await database.close();
  await rm(data, { recursive: true });
});

describe('prepareInstallation', () => {
  test('makes root key, master secret and tenant once, with a ledger leaf and the built-in search', async () => {
    const environment = {
      HOLDFAST_DATA: data,
      HOLDFAST_TENANT_ID: TENANT,
      HOLDFAST_POSTGRES_URL: database.appUrl,
      HOLDFAST_POSTGRES_DISPATCHER_URL: database.dispatcherUrl,
    };
    const config = readConfig({ environment });
    const now = new Date('2026-11-21T08:00:00Z');
    expect(await prepareInstallation(config, now)).toEqual([
      expect.stringMatching(/^master secret under the root key local:1-[0-9a-f]{12}$/),
      `tenant ${TENANT}`,
    ]);
    expect(await prepareInstallation(config, now)).toEqual([]);
    await sequenceTenant(database.db, TENANT);
    const acts = await database.asOwner<{ act: string }>(
      'select act from ledger_leaf where tenant_id = $1 order by index',
      [TENANT],
    );
    expect(acts.map(({ act }) => act)).toContain('tenant.created');
    const connections = await database.asOwner('select from connection where tenant_id = $1', [TENANT]);
    expect(connections).toHaveLength(1);
  });
});
