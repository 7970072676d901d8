/**
 * The suite of key providers against a real Vault or OpenBao, which has to be given by the environment, for none can be
 * fetched: HOLDFAST_TEST_TRANSIT_URL, HOLDFAST_TEST_TRANSIT_TOKEN_FILE, and where needed HOLDFAST_TEST_TRANSIT_MOUNT,
 * HOLDFAST_TEST_TRANSIT_NAMESPACE, HOLDFAST_TEST_TRANSIT_CA_FILE. `vault server -dev` will do, with transit enabled.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { keyProviderConformance } from '../../recorder-core/vault/key-provider.conformance.ts';
import { openTransit } from '../../recorder-core/vault/providers/transit/transit-provider.ts';

const url = process.env['HOLDFAST_TEST_TRANSIT_URL'];
const token = process.env['HOLDFAST_TEST_TRANSIT_TOKEN_FILE'];

if (url === undefined || token === undefined) {
  test.skip('a real transit engine (skipped: live peer, HOLDFAST_TEST_TRANSIT_URL and _TOKEN_FILE are not set)', () =>
    undefined);
} else {
  describe('a real transit engine', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'holdfast-transit-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    keyProviderConformance('Vault or OpenBao', async () => {
      const name = randomBytes(6).toString('hex');
      const tokenFile = join(folder, name);
      await copyFile(token, tokenFile);
      const { provider } = await openTransit(
        {
          url,
          tokenFile,
          keyName: `test-${name}`,
          mount: process.env['HOLDFAST_TEST_TRANSIT_MOUNT'] ?? 'transit',
          namespace: process.env['HOLDFAST_TEST_TRANSIT_NAMESPACE'],
          caFile: process.env['HOLDFAST_TEST_TRANSIT_CA_FILE'],
        },
        { create: true },
      );
      return { provider, disable: () => writeFile(tokenFile, 'not-a-token') };
    });
  });
}
