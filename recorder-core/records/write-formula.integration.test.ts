import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { AccessedRecording } from '../authorization/asked.ts';
import { authorize } from '../authorization/authorize.ts';
import type { GrantPolicy } from '../authorization/compiled-policy.ts';
import { listFormula, type AskedOfList, type ListFormula } from '../authorization/listing/list-formula.ts';
import { GRANTS, USERS } from '../authorization/listing/testing/random-leaves.ts';
import { randomSet } from '../authorization/listing/testing/random-policies.ts';
import { randomQuestion, randomRecordings } from '../authorization/listing/testing/random-questions.ts';
import { makePolicySet, type PolicySet } from '../authorization/policy-set.ts';
import type { Tx } from './database.ts';
import { listReachingGrants, readLiveGrants } from './live-grants.ts';
import { writeFormula } from './write-formula.ts';

jest.setTimeout(600_000); // real rows for each case

const RUNS = Number(process.env['HOLDFAST_LISTING_RUNS'] ?? 100);
const HOLD = '0199c000-0000-7000-8000-000000000001';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  const { tenantId } = database;
  await database.asOwner(
    `insert into matter (tenant_id, id, name, opened_at) values ($1, $2, 'Matter 7', now())`,
    [tenantId, HOLD],
  );
  await database.asOwner(
    `insert into hold (tenant_id, id, matter_id, reason, placed_at) values ($1, $2, $2, 'Litigation is expected.', now())`,
    [tenantId, HOLD],
  );
  await database.asOwner(
    `insert into app_user (tenant_id, id, name, role) select $1, unnest($2::uuid[]), 'Somebody', 'auditor'`,
    [tenantId, USERS],
  );
  await database.asOwner(
    `insert into access_grant (tenant_id, id, kind, group_name, acts, purpose, scope, query, matter_id, from_at, until_at, reason,
                               state, requested_by, requested_at, decided_by, decided_at)
     select $1, id, 'request', group_name, '{recording.list,recording.play}', 'legal-claim', scope, query, matter, '2026-11-26', '2026-11-28',
            'They are needed.', 'granted', $2, now(), $3, now()
       from (values ($5::uuid, 'sales', 'query', '{"regions":["hr","Sales"]}'::jsonb, null::uuid),
                    ($6, 'hr', 'matter', null, $4::uuid),
                    ($7, 'Sales', 'query', '{"classes":["sales","us-east"]}', null))
         as g (id, group_name, scope, query, matter)`,
    [tenantId, USERS[0], USERS[1], HOLD, ...GRANTS],
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

async function listed(tx: Tx, list: ListFormula): Promise<string[]> {
  const values: unknown[] = [];
  const { rows } = await tx.query<{ id: string }>(
    `select r.id from recording r where ${writeFormula(list, values)} order by r.id`,
    values,
  );
  return rows.map(({ id }) => id);
}

/** As the product describes it: of whoever has no grants none are looked for. */
function withGrants({ grants, ...recording }: AccessedRecording, reaching = grants): AccessedRecording {
  return reaching === undefined || reaching === grants ? recording : { ...recording, grants: reaching };
}

/** The ids of those that are allowed one by one. */
async function allowed(
  tx: Tx,
  set: PolicySet,
  grants: readonly GrantPolicy[],
  asked: AskedOfList,
  recordings: readonly AccessedRecording[],
): Promise<string[]> {
  const { principal, context } = asked;
  const now = new Date(context.nowMs);
  const seen: string[] = [];
  for (const recording of recordings) {
    const reaching = await listReachingGrants(tx, recording.id, principal.id, principal.groups, now);
    const thing = withGrants(recording, grants.length === 0 ? undefined : reaching);
    if (authorize(set, grants, { ...asked, thing }).allowed) seen.push(recording.id);
  }
  return seen;
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
          const { principal, context } = asked;
          const [shown, wanted] = await withRows(recordings, async (tx) => {
            const live = await readLiveGrants(tx, principal.id, principal.groups, new Date(context.nowMs));
            const all = [...grants, ...live];
            const list = listFormula(set, all, asked);
            return [await listed(tx, list), await allowed(tx, set, all, asked, recordings)];
          });
          expect(shown).toEqual(wanted);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
