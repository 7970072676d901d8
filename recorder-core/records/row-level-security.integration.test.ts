import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

/** A table as the catalog knows it; partitions are listed by themselves. */
interface Table {
  readonly name: string;
  readonly owner: string;
  readonly partition: boolean;
  readonly rls: boolean;
  readonly policies: string[] | null;
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  /** A row can be made without it. */
  readonly optional: boolean;
}

const DENIED = { code: '42501' };
let database: TestDatabase;
let ours: string;
let theirs: string;
/** Every table that has rows of tenants, without the partitions, which nobody may name. */
let tables: Table[];
let partitions: Table[];
let untenanted: string[];
let app: pg.Client;
let dispatcher: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  ours = database.tenantId;
  theirs = randomUUID();
  const all = await readCatalog();
  const tenanted = all.filter(({ columns }) => columns.some(({ name }) => name === 'tenant_id'));
  tables = tenanted.filter(({ partition }) => !partition);
  partitions = tenanted.filter(({ partition }) => partition);
  untenanted = all.filter((table) => !tenanted.includes(table)).map(({ name }) => name);
  const there = new Set(['tenant', 'ledger_head', 'access_watch']); // a tenant begins with all
  for (const table of tables.filter(({ name }) => !there.has(name))) await addRow(table, ours);
  for (const table of tables) await addRow(table, theirs);
  app = new pg.Client({ connectionString: database.appUrl });
  dispatcher = new pg.Client({ connectionString: database.dispatcherUrl });
  await Promise.all([app.connect(), dispatcher.connect()]);
});

afterAll(async () => {
  await Promise.all([app.end(), dispatcher.end()]);
  await database.close();
});

describe('the schema', () => {
  test('has a tenant on every table but the list of migrations and the one secret of the installation', () => {
    expect(untenanted).toEqual(['installation_secret', 'schema_migration']);
    expect(tables.length).toBeGreaterThan(20);
  });

  test('protects every table by row-level security with a policy for the application', () => {
    expect(tables.filter(({ rls, policies }) => !rls || policies?.includes('tenant_rows') !== true)).toEqual(
      [],
    );
  });

  test('lets the application own nothing, and name no partition, whose rows no policy guards', async () => {
    expect(tables.concat(partitions).filter(({ owner }) => owner.startsWith('holdfast'))).toEqual([]);
    expect(partitions.length).toBeGreaterThan(12);
    const open = await database.asOwner<{ name: string }>(
      `select c.relname as name from pg_class c, unnest(array['holdfast_app', 'holdfast_dispatcher']) as role
        where c.relispartition and has_table_privilege(role, c.oid, 'select, insert, update, delete, truncate')`,
    );
    expect(open).toEqual([]);
  });

  test('has no role, view or function that would go round the policies', async () => {
    const roles = await database.asOwner(
      `select rolname from pg_roles where rolname like 'holdfast%'
         and (rolsuper or rolbypassrls or rolcreaterole or exists (select from pg_auth_members m where m.member = pg_roles.oid))`,
    );
    const views = await database.asOwner(
      "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace",
    );
    const functions = await database.asOwner(
      "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace",
    );
    expect({ roles, views, functions }).toEqual({ roles: [], views: [], functions: [] });
  });
});

describe('a transaction of one tenant', () => {
  test('sees its own rows in every table and none of another tenant', async () => {
    for (const { name } of tables) {
      const seen = await asTenant(ours, (tx) =>
        tx.query<{ tenant_id: string }>(`select tenant_id from ${name}`),
      );
      expect({ name, rows: seen.rows.map(({ tenant_id }) => tenant_id) }).toEqual({ name, rows: [ours] });
      const others = await asTenant(theirs, (tx) => tx.query(`select from ${name}`));
      expect({ name, rows: others.rowCount }).toEqual({ name, rows: 1 }); // so there was something to hide
    }
  });

  test('adds no row for another tenant and hands none of its own over', async () => {
    for (const table of tables) {
      const { name } = table;
      if (await may('insert', name)) {
        const { text, values } = insertion(table, theirs);
        await expect(asTenant(ours, (tx) => tx.query(text, values))).rejects.toMatchObject(DENIED);
      }
      if (await may('update', name)) {
        const give = asTenant(ours, (tx) => tx.query(`update ${name} set tenant_id = $1`, [theirs]));
        await expect(give).rejects.toMatchObject(DENIED);
      }
    }
  });

  test('changes and removes nothing of another tenant', async () => {
    for (const { name, columns } of tables) {
      const reach = `where tenant_id = '${theirs}'`;
      if (await may('update', name)) {
        const { rowCount } = await asTenant(ours, (tx) =>
          tx.query(`update ${name} set ${columns[0]!.name} = ${columns[0]!.name} ${reach}`),
        );
        expect({ name, rowCount }).toEqual({ name, rowCount: 0 });
      }
      if (await may('delete', name)) {
        const { rowCount } = await asTenant(ours, (tx) => tx.query(`delete from ${name} ${reach}`));
        expect({ name, rowCount }).toEqual({ name, rowCount: 0 });
      }
      expect(await may('truncate', name)).toBe(false); // it knows no policy
    }
  });

  test('ends with its transaction: the next one on the same connection is nobody', async () => {
    await asTenant(ours, (tx) => tx.query('select 1'));
    expect((await app.query('select from recording')).rowCount).toBe(0);
  });
});

describe('a connection without a tenant', () => {
  test('sees nothing in any table and adds nothing', async () => {
    for (const table of tables) {
      const { name } = table;
      expect({ name, rows: (await app.query(`select from ${name}`)).rowCount }).toEqual({ name, rows: 0 });
      if (!(await may('insert', name))) continue;
      const { text, values } = insertion(table, theirs);
      await expect(app.query(text, values)).rejects.toMatchObject(DENIED);
    }
  });
});

describe('the dispatcher', () => {
  // Of the last ones the columns alone that say where there is work.
  const SHARED = new Set([
    'outbox',
    'tenant',
    'ledger_pending',
    'ledger_head',
    'webhook_endpoint',
    'webhook_message',
    'access_watch',
  ]);

  test('sees outbox and tenants of all, whose leaves wait, and may not even ask the other tables', async () => {
    for (const { name } of tables) {
      const asked = dispatcher.query(`select from ${name}`);
      if (SHARED.has(name)) expect((await asked).rowCount).toBe(2);
      else await expect(asked).rejects.toMatchObject(DENIED);
    }
    await expect(dispatcher.query('update tenant set name = name')).rejects.toMatchObject(DENIED);
    for (const hidden of [
      'select openings from ledger_pending',
      'select url from webhook_endpoint',
      'select rules from access_watch',
    ])
      await expect(dispatcher.query(hidden)).rejects.toMatchObject(DENIED);
  });
});

async function asTenant<T>(tenantId: string, work: (tx: pg.Client) => Promise<T>): Promise<T> {
  await app.query('begin');
  try {
    await app.query("select set_config('holdfast.tenant_id', $1, true)", [tenantId]);
    return await work(app);
  } finally {
    await app.query('rollback');
  }
}

async function may(privilege: string, table: string): Promise<boolean> {
  const [row] = await database.asOwner<{ may: boolean }>(
    "select has_table_privilege('holdfast_app', $1, $2) as may",
    [table, privilege],
  );
  return row!.may;
}

function readCatalog(): Promise<Table[]> {
  return database.asOwner<Table & pg.QueryResultRow>(
    `select c.relname as name, pg_get_userbyid(c.relowner) as owner, c.relispartition as partition, c.relrowsecurity as rls,
            (select array_agg(polname::text) from pg_policy where polrelid = c.oid
               and (select oid from pg_roles where rolname = 'holdfast_app') = any (polroles)) as policies,
            (select jsonb_agg(jsonb_build_object('name', attname, 'type', format_type(atttypid, null),
                                                 'optional', atthasdef or attidentity <> '' or not attnotnull) order by attnum)
               from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
       from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by c.relname`,
  );
}

/** Values that the tables' own checks ask for; everything else is made from its type. */
const CHECKED: Readonly<Record<string, unknown>> = {
  'recording.state': 'captured',
  'recording.source': 'siprec',
  'part.kind': 'media',
  'part.store': 'spool',
  'receipt.outcome': 'done',
  'recorder_node.state': 'taking',
  'live_call.state': 'recording',
  'recorder_command.verb': 'drain',
  'recording_identity.kind': 'session',
  'recording_relation.kind': 'same-call',
  'ledger_node.hash': Buffer.alloc(32),
  'ledger_alarm.kind': 'log-shrank',
  'ledger_signing_key.name': 'ledger-1',
  'export.state': 'requested',
  'part_disposal.ground': 'erasure',
  'part_disposal.part_ids': [randomUUID()],
  'subject_request.kind': 'access',
  'subject_request.source': 'api',
  'request_identifier.kind': 'name',
  'request_item.decision': 'give',
  'request_receipt.outcome': 'erased',
  'retention_trigger.trigger': 'contractEnd',
  'rule_pack.digest': 'a'.repeat(64),
  'rule_pack.state': 'loaded',
  'consent_evidence.kind': 'announced',
  'consent_change.kind': 'withdrawn',
  'consent_change.effect': 'restrict',
  'consent_change.source': 'api',
  'consent_change.state': 'asked',
  'consent_change.recording_id': randomUUID(),
  'consent_change_item.action': 'kept',
  'consent_evidence.source': 'sip',
  'tenant_policy.digest': 'a'.repeat(64),
  'tenant_policy.state': 'proposed',
  'approval.state': 'open',
  'role_change.operation': 'leave',
  'role_change.state': 'waiting',
  'delegation.until_at': new Date('2099-01-01'),
  'hold_spread.act': 'hold.placed',
  'disposal_run.state': 'claiming',
  'disposal_review.outcome': 'approved',
  'hold_release.hold_ids': [randomUUID()],
  'custodian_notice.remind_days': 7,
  'object_store_alert.kind': 'not-worm',
  'object_store_probe.verdict': 'worm',
  'incident.severity': 'low',
  'call_record_source.name': 'pbx',
  'call_record_import.origin': 'file',
  'call_record_import.state': 'running',
  'call_record.direction': 'inbound',
  'reconciliation.window_from': new Date('2026-01-01'),
  'reconciliation.window_to': new Date('2026-01-02'),
  'finding.severity': 'minor',
  'finding.state': 'open',
  'compliance_report.cause': 'asked',
  'compliance_report.state': 'asked',
  'compliance_report.seed': Buffer.alloc(32),
  'compliance_report.period_from': new Date('2026-01-01'),
  'compliance_report.period_to': new Date('2026-04-01'),
  'compliance_section.state': 'running',
  'inbound_event.object_digest': Buffer.alloc(32),
  'inbound_event.body_sha256': Buffer.alloc(32),
  'connection_check.status': 'ok',
  'connection_authorization.state_digest': Buffer.alloc(32),
  'delivery_backfill.state': 'done',
  'delivery.lane': 'live',
  'delivery.state': 'queued',
  'delivery_attempt.outcome': 'done',
  'webhook_endpoint.types': ['*'],
  'webhook_endpoint.signing': 'ed25519',
  'webhook_endpoint.state': 'disabled',
  'webhook_endpoint.state_reason': 'person',
  'webhook_message.due_at': new Date('2026-01-01'),
  'webhook_attempt.outcome': 'taken',
  'configuration_application.digest': 'a'.repeat(64),
  'configuration_object.kind': 'connection',
  'connection_comparison.state': 'running',
  'access_alert.kind': 'bulk',
};
const BY_TYPE: Readonly<Record<string, () => unknown>> = {
  uuid: randomUUID,
  text: () => `text ${randomUUID()}`,
  integer: () => 1,
  smallint: () => 1,
  bigint: () => Math.floor(Math.random() * 1e9),
  boolean: () => false,
  'text[]': () => [],
  'uuid[]': () => [],
  jsonb: () => '{}',
  bytea: () => Buffer.from(randomUUID()),
  'bytea[]': () => [],
  'timestamp with time zone': () => new Date(),
  date: () => '2026-11-26',
};

function insertion({ name, columns }: Table, tenantId: string): { text: string; values: unknown[] } {
  const needed = columns.filter((column) => !column.optional || `${name}.${column.name}` in CHECKED);
  const values = needed.map((column) => {
    if (column.name === 'tenant_id') return tenantId;
    return CHECKED[`${name}.${column.name}`] ?? BY_TYPE[column.type]!();
  });
  return {
    text: `insert into ${name} (${needed.map((column) => column.name).join(', ')})
           values (${needed.map((_, i) => `$${i + 1}`).join(', ')})`,
    values,
  };
}

/** As the owner and without foreign keys, so that each table can be filled by itself. */
async function addRow(table: Table, tenantId: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query("set session_replication_role = 'replica'");
    const { text, values } = insertion(table, tenantId);
    await client.query(text, values);
  } finally {
    await client.end();
  }
}
