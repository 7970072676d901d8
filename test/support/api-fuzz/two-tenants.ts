import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { ROLES } from '../../../recorder-core/policy/access.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { addRecordingRow } from '../recording-rows.ts';
import { openScimClient } from '../scim-client.ts';
import type { TestDatabase } from '../test-database.ts';
import type { TestHub } from '../test-hub.ts';
import { fuzzApi, type FuzzReport, type FuzzRun } from './fuzz-api.ts';

/** What a run between two tenants saw. */
export interface TwoTenantsReport extends FuzzReport {
  readonly seed: number;
  /** Ids that the other tenant had, and how many of its tables they stood in. */
  readonly planted: { readonly ids: number; readonly tables: number };
  /** Tables of the other tenant whose rows are not what they were before. */
  readonly changed: readonly string[];
}

/** Every role that people have, and administrators more often: they get further. */
const PEOPLE = ['administrator', 'administrator', 'administrator', ...ROLES];
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * Fills one tenant with whatever its administrator can make, then asks everything as people of another, with ids of both. Nothing of
 * the first may be in an answer, and no row of it may change.
 */
export async function fuzzTwoTenants(
  hub: TestHub,
  { perOperation, seed }: { readonly perOperation: number; readonly seed: number },
): Promise<TwoTenantsReport> {
  const { database } = hub;
  const other = await database.addTenant();
  const mark = `planted-${randomUUID().slice(0, 8)}`;
  await plant(hub, other, mark, { perOperation: Math.min(4, perOperation), seed });
  const planted = await idsOf(database, other);
  // Half of them are asked for, so that they are known to whoever asks; the others can only be found out.
  const asked = planted.ids.filter((_, at) => at % 2 === 0);
  const secret = new Set(planted.ids.filter((_, at) => at % 2 === 1));
  const before = await digestsOf(database, other);
  const ours = (await idsOf(database, database.tenantId)).ids;
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('Legal', 'all', 'a b', 'ä', mark.slice(0, 4)),
  );
  const report = await fuzzApi({
    hub,
    tenantId: database.tenantId,
    roles: PEOPLE,
    source: { id: idsFrom(ours, asked), text },
    perOperation,
    seed,
    betrays(answer: string) {
      if (answer.includes(mark)) return 'A text of another tenant is in the answer.';
      const foreign = (answer.match(UUID) ?? []).find((id) => secret.has(id));
      return foreign === undefined ? undefined : `The id ${foreign} of another tenant is in the answer.`;
    },
  });
  const after = await digestsOf(database, other);
  const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
  return { ...report, seed, planted: { ids: planted.ids.length, tables: planted.tables }, changed };
}

/** What there is of both tenants, once in a while of neither. */
function idsFrom(ours: readonly string[], theirs: readonly string[]): fc.Arbitrary<string> {
  const some = (ids: readonly string[]) =>
    ids.length === 0 ? fc.uuid({ version: 7 }) : fc.constantFrom(...ids);
  return fc.oneof(
    { weight: 5, arbitrary: some(ours) },
    { weight: 4, arbitrary: some(theirs) },
    { weight: 1, arbitrary: fc.uuid({ version: 7 }) },
  );
}

/** Everything that can be made through the API, both tenants alike, with recordings and what a directory pushes. */
async function plant(
  hub: TestHub,
  other: string,
  mark: string,
  run: Pick<FuzzRun, 'perOperation' | 'seed'>,
): Promise<void> {
  const { database } = hub;
  for (const tenantId of [database.tenantId, other]) {
    const name = tenantId === other ? mark : 'ours';
    const recordings: string[] = [];
    for (let count = 0; count < 3; count += 1)
      recordings.push(
        await addRecordingRow(database.db, tenantId, { id: newId(Date.now()) }, { 'recording.source': name }),
      );
    const directory = await openScimClient(hub, { tenantId });
    const user = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: name,
      displayName: name,
    };
    const { body } = await directory.send('POST', '/Users', user);
    const id = fc.constantFrom(...recordings, String((body as { id: string }).id));
    const text = fc.nat({ max: 99 }).map((n) => `${name} ${n}`);
    await fuzzApi({
      hub,
      tenantId,
      roles: ['administrator'],
      source: { id, text },
      ...run,
      only: 'valid',
      methods: ['post'],
      betrays: () => undefined,
    });
  }
}

async function tablesOf(database: TestDatabase, column: string): Promise<string[]> {
  const rows = await database.asOwner<{ name: string }>(
    `select c.table_name as name from information_schema.columns c
       join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name = $1
        and exists (select from information_schema.columns o
                     where o.table_schema = 'public' and o.table_name = c.table_name and o.column_name = 'tenant_id')
        and not exists (select from pg_inherits i where i.inhrelid = format('public.%I', c.table_name)::regclass)
      order by 1`,
    [column],
  );
  return rows.map(({ name }) => name);
}

/** The ids of everything that a tenant has. */
async function idsOf(
  database: TestDatabase,
  tenantId: string,
): Promise<{ readonly ids: string[]; readonly tables: number }> {
  const ids: string[] = [];
  let tables = 0;
  for (const table of await tablesOf(database, 'id')) {
    const rows = await database.asOwner<{ id: string }>(
      `select id::text as id from ${table} where tenant_id = $1 and pg_typeof(id) = 'uuid'::regtype order by id limit 50`,
      [tenantId],
    );
    if (rows.length > 0) tables += 1;
    ids.push(...rows.map(({ id }) => id));
  }
  return { ids: [...new Set(ids)], tables };
}

/** A digest of all rows of a tenant, by table. */
async function digestsOf(database: TestDatabase, tenantId: string): Promise<Record<string, string | null>> {
  const digests: Record<string, string | null> = {};
  for (const table of await tablesOf(database, 'tenant_id')) {
    const [row] = await database.asOwner<{ digest: string | null }>(
      `select md5(string_agg(md5(t::text), '' order by md5(t::text))) as digest from ${table} t where tenant_id = $1`,
      [tenantId],
    );
    digests[table] = row?.digest ?? null;
  }
  return digests;
}
