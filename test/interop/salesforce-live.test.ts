/**
 * The Salesforce connector on a real organisation (a scratch or developer one, never production) with the package deployed:
 * HOLDFAST_TEST_SALESFORCE_URL (My Domain), _CLIENT_ID, _USER and _KEY_FILE (PEM), and _AUDIENCE for a sandbox.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecording, sampleWithdrawal } from '../../connectors/kit/acceptance/sample-records.ts';
import { brief } from '../../connectors/kit/acceptance/with-subject.ts';
import type { ConnectorContext } from '../../connectors/kit/context.ts';
import { salesforce } from '../../connectors/salesforce/connector.ts';
import { runChecks } from '../../hub/connections/host/run-checks.ts';
import { observedHost } from '../support/connectors/observed-host.ts';

const given = (name: string) => process.env[`HOLDFAST_TEST_SALESFORCE_${name}`];
const skip = ['URL', 'CLIENT_ID', 'USER', 'KEY_FILE'].some((name) => given(name) === undefined);
const title = 'Salesforce, a real organisation';

(skip ? describe.skip : describe)(
  skip ? `${title} (skipped: live peer, HOLDFAST_TEST_SALESFORCE_URL and others are not set)` : title,
  () => {
    const observed = observedHost(60_000);
    const tenantId = randomUUID();
    const id = randomUUID();
    const record = (revision: number, more: object = {}) => ({
      ...sampleRecording(tenantId, 1, { id, revision }),
      ...more,
    });
    const contextFor = (config: object): Promise<ConnectorContext> =>
      observed.host.contextFor(salesforce, {
        id: randomUUID(),
        tenantId,
        config: {
          instanceUrl: given('URL'),
          ...(given('AUDIENCE') === undefined ? {} : { audience: given('AUDIENCE') }),
          ...config,
        },
        credential: {
          type: 'oauth2_jwt_bearer',
          clientId: given('CLIENT_ID'),
          subject: given('USER'),
          privateKey: readFileSync(given('KEY_FILE') ?? '', 'utf8'),
        },
      });
    const run = async (ctx: ConnectorContext, operation: string, records: readonly unknown[]) =>
      brief(await observed.run(salesforce, ctx, operation, records));
    let ctx: ConnectorContext;
    beforeAll(async () => {
      ctx = await contextFor({});
    });
    afterAll(() => observed.host.close());

    test('every check passes, and the catalogue has the fields of the default mapping', async () => {
      const { checks } = await runChecks(salesforce, ctx);
      expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
      const names = (await salesforce.discover(ctx)).objects[0]?.fields.map(({ name }) => name);
      const { mapping } = salesforce.manifest.operations['upsert-recording'] ?? {};
      expect(names).toEqual(expect.arrayContaining((mapping?.defaults ?? []).map(({ target }) => target)));
    }, 120_000);

    test('the guard stands: twice is once, older never wins, held stays, withdrawn stays away', async () => {
      const upsert = (one: unknown) => run(ctx, 'upsert-recording', [one]);
      const withdraw = (revision: number) =>
        run(ctx, 'delete-recording', [sampleWithdrawal(tenantId, 1, { id, revision })]);
      expect(await upsert(record(5))).toEqual(['done:created']);
      expect(await upsert(record(5))).toEqual(['done:unchanged']);
      expect(await upsert(record(4))).toEqual(['done:superseded']);
      expect(await upsert(record(6, { held: true }))).toEqual(['done:updated']);
      expect(await withdraw(6)).toEqual(['rejected:held']);
      expect(await upsert(record(7))).toEqual(['done:updated']);
      expect(await withdraw(7)).toEqual(['done:deleted']);
      expect(await withdraw(7)).toEqual(['done:absent']);
      expect(await upsert(record(7))).toEqual(['done:superseded']);
    }, 120_000);

    test('a job of the Bulk API answers for each recording', async () => {
      const bulk = await contextFor({ bulkThreshold: 200, relate: [] });
      const many = Array.from({ length: 201 }, () => ({ ...record(1), id: randomUUID() }));
      const came = new Set<string>();
      // A job may take longer than the connector waits; then somebody comes again.
      for (let attempt = 0; attempt < 10 && !came.has('done:unchanged'); attempt += 1)
        for (const word of await run(bulk, 'upsert-recording', many)) came.add(word);
      expect(came).toContain('done:unchanged');
      const withdrawals = many.map((one) => sampleWithdrawal(tenantId, 1, { id: one.id }));
      expect(new Set(await run(ctx, 'delete-recording', withdrawals))).toEqual(new Set(['done:deleted']));
    }, 900_000);
  },
);
