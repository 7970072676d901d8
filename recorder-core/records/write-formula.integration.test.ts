import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { AccessedRecording } from '../authorization/asked.ts';
import { authorize } from '../authorization/authorize.ts';
import type { Formula } from '../authorization/listing/formula.ts';
import { listFormula } from '../authorization/listing/list-formula.ts';
import { randomSet } from '../authorization/listing/testing/random-policies.ts';
import { randomQuestion, randomRecordings } from '../authorization/listing/testing/random-questions.ts';
import { makePolicySet } from '../authorization/policy-set.ts';
import type { Tx } from './database.ts';
import { writeFormula } from './write-formula.ts';

jest.setTimeout(600_000); // real rows for each case

const RUNS = Number(process.env['HOLDFAST_LISTING_RUNS'] ?? 150);
const HOLD = '0199c000-0000-7000-8000-000000000001';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.asOwner(
    `with m as (insert into matter (tenant_id, id, name, opened_at) values ($1, $2, 'Matter 7', now()))
     insert into hold (tenant_id, id, matter_id, matter, reason, placed_at)
     values ($1, $2, $2, 'Matter 7', 'Litigation is expected.', now())`,
    [database.tenantId, HOLD],
  );
});
afterAll(() => database.close());

/** Runs with these recordings in the database, and leaves nothing of them. */
async function withRows<T>(
  recordings: readonly AccessedRecording[],
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const done: T[] = [];
  const undo = new Error('undone');
  await database.db
    .forTenant(database.tenantId, async (tx) => {
      await tx.query(
        `insert into recording (tenant_id, id, region, state, source, spool_node, started_at, ended_at, duration_ms, partial,
                                retention_class, consent, department, classification, own_of, restriction)
         select $1, id, region, 'stored', source, 'test', to_timestamp(0) + "startedAtMs" * interval '1 ms' + interval '999 us',
                now(), 0, false, "retentionClass", '{}', department, classification, "ownOf",
                case when restricted then '[{}]'::jsonb end
           from jsonb_to_recordset($2) as x(id uuid, region text, source text, "startedAtMs" bigint, "retentionClass" text,
                department text, classification text, "ownOf" uuid[], restricted boolean)`,
        [database.tenantId, JSON.stringify(recordings)],
      );
      await tx.query(
        'insert into hold_item (tenant_id, hold_id, recording_id) select $1, $2, unnest($3::uuid[])',
        [database.tenantId, HOLD, recordings.filter(({ held }) => held).map(({ id }) => id)],
      );
      done.push(await work(tx));
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return done[0] as T;
}

async function listed(tx: Tx, formula: Formula): Promise<string[]> {
  const values: unknown[] = [];
  const { rows } = await tx.query<{ id: string }>(
    `select r.id from recording r where ${writeFormula(formula, values)} order by r.id`,
    values,
  );
  return rows.map(({ id }) => id);
}

describe('a list filtered by policies', () => {
  test('shows exactly the recordings that would be allowed one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSet,
        randomQuestion,
        randomRecordings,
        async ({ own, grants }, asked, recordings) => {
          const set = makePolicySet(1, own);
          const { formula } = listFormula(set, grants, asked);
          const allowed = recordings.filter((thing) => authorize(set, grants, { ...asked, thing }).allowed);
          expect(await withRows(recordings, (tx) => listed(tx, formula))).toEqual(
            allowed.map(({ id }) => id),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });
});
