/**
 * The Snowflake connector on a real account, in a schema made for it by setup.sql: HOLDFAST_TEST_SNOWFLAKE_URL, _ACCOUNT,
 * _USER, _KEY_FILE (PEM), _ROLE, _WAREHOUSE, _DATABASE, _SCHEMA and _STAGE_URL. It makes a table and leaves it empty of people.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleRecording, sampleWithdrawal } from '../../connectors/kit/acceptance/sample-records.ts';
import { brief } from '../../connectors/kit/acceptance/with-subject.ts';
import type { ConnectorContext } from '../../connectors/kit/context.ts';
import { snowflake } from '../../connectors/snowflake/connector.ts';
import { runChecks } from '../../hub/connections/host/run-checks.ts';
import { observedHost } from '../support/connectors/observed-host.ts';

const given = (name: string) => process.env[`HOLDFAST_TEST_SNOWFLAKE_${name}`];
const NEEDED = ['URL', 'ACCOUNT', 'USER', 'KEY_FILE', 'ROLE', 'WAREHOUSE', 'DATABASE', 'SCHEMA', 'STAGE_URL'];
const skip = NEEDED.some((name) => given(name) === undefined);
const title = 'Snowflake, a real account';

(skip ? describe.skip : describe)(
  skip ? `${title} (skipped: live peer, HOLDFAST_TEST_SNOWFLAKE_URL and others are not set)` : title,
  () => {
    const observed = observedHost(60_000);
    const tenantId = randomUUID();
    const id = randomUUID();
    const record = (revision: number, more: object = {}) => ({
      ...sampleRecording(tenantId, 1, { id, revision }),
      ...more,
    });
    const run = async (operation: string, records: readonly unknown[]) =>
      brief(await observed.run(snowflake, ctx, operation, records));
    let ctx: ConnectorContext;

    beforeAll(async () => {
      ctx = await observed.host.contextFor(snowflake, {
        id: randomUUID(),
        tenantId,
        config: {
          url: given('URL'),
          account: given('ACCOUNT'),
          role: given('ROLE'),
          warehouse: given('WAREHOUSE'),
          database: given('DATABASE'),
          schema: given('SCHEMA'),
          stageUrl: given('STAGE_URL'),
          table: 'HOLDFAST_LIVE_TEST',
        },
        credential: {
          type: 'keypair_jwt',
          subject: given('USER'),
          privateKey: readFileSync(given('KEY_FILE') ?? '', 'utf8'),
        },
      });
    });
    afterAll(() => observed.host.close());

    test('every check passes, and the catalogue has the fields of the default mapping', async () => {
      const { checks } = await runChecks(snowflake, ctx);
      expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
      const names = (await snowflake.discover(ctx)).objects[0]?.fields.map(({ name }) => name);
      const { mapping } = snowflake.manifest.operations['upsert-recording'] ?? {};
      expect(names).toEqual(expect.arrayContaining((mapping?.defaults ?? []).map(({ target }) => target)));
    }, 300_000);

    test('the guard stands: twice is once, older never wins, held stays, erased stays erased', async () => {
      const upsert = (one: unknown) => run('upsert-recording', [one]);
      const withdraw = (revision: number) =>
        run('delete-recording', [sampleWithdrawal(tenantId, 1, { id, revision })]);
      const fields = { STARTED_AT: '2026-03-01T09:00:00.123Z', DURATION_MS: 90_000, REGION: '\\N "é", 😀' };
      expect(await upsert(record(5, { fields }))).toEqual(['done:created']);
      expect(await upsert(record(5, { fields }))).toEqual(['done:unchanged']);
      expect(await upsert(record(4))).toEqual(['done:superseded']);
      expect(await upsert(record(6, { held: true, fields: { REGION: null } }))).toEqual(['done:updated']);
      expect(await withdraw(6)).toEqual(['rejected:held']);
      expect(await upsert(record(7, { fields: { DURATION_MS: 'x' } }))).toEqual(['rejected:invalid_record']);
      expect(await upsert(record(7))).toEqual(['done:updated']);
      expect(await withdraw(7)).toEqual(['done:deleted']);
      expect(await withdraw(7)).toEqual(['done:absent']);
      expect(await upsert(record(7))).toEqual(['done:superseded']);
    }, 300_000);

    test('a large batch goes by the stage, a refused value alone, and is erased', async () => {
      const many = Array.from({ length: 300 }, (_none, n) => ({
        ...record(1),
        id: randomUUID(),
        // A number that parses and does not fit: only Snowflake can tell.
        fields: { DURATION_MS: n === 7 ? '1e30' : n },
      }));
      const words = await run('upsert-recording', many);
      expect(words.filter((word) => word !== 'done:created')).toEqual(['rejected:invalid_record']);
      const gone = await run(
        'delete-recording',
        many.map((one) => sampleWithdrawal(tenantId, 1, { id: one.id })),
      );
      expect(new Set(gone)).toEqual(new Set(['done:deleted', 'done:absent']));
    }, 600_000);
  },
);
