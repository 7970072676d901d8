/** The named tests of a connection to Snowflake. */
import { randomUUID } from 'node:crypto';
import { clockResult, failedCheck, skewMs } from '../kit/check-results.ts';
import type { CheckDefinition, CheckResult } from '../kit/connector.ts';
import { usesStage, type SnowflakeConfig } from './config.ts';
import { upsertSql } from './merge-sql.ts';
import { describeTable, prepareTable, type Column } from './prepare-table.ts';
import { baseType, DEFAULT_COLUMNS, OWN_COLUMNS } from './recording-table.ts';
import { withSession } from './session.ts';
import { probeStage } from './stage-rows.ts';

type Check = CheckDefinition<SnowflakeConfig>;

const signIn: Check = {
  spec: { id: 'sign-in', title: 'Snowflake takes the user and the key', severity: 'required' },
  run: (ctx) =>
    withSession(ctx, async (session) => {
      await session.query('SELECT 1 AS "one"');
      return { status: 'ok', detail: 'The key is accepted.' };
    }),
};

const names: Check = {
  spec: { id: 'names', title: 'Role, warehouse, database and schema can be used', severity: 'required' },
  run: (ctx) =>
    withSession(ctx, async (session) => {
      const [row = {}] = await session.query(
        'SELECT CURRENT_ROLE() AS "role", CURRENT_WAREHOUSE() AS "warehouse", CURRENT_DATABASE() AS "database", CURRENT_SCHEMA() AS "schema"',
      );
      const wrong = (['role', 'warehouse', 'database', 'schema'] as const).filter(
        (part) => String(row[part]).toUpperCase() !== ctx.config[part].toUpperCase(),
      );
      if (wrong.length === 0) return { status: 'ok', detail: 'All four are in use.' };
      const title = `Snowflake does not use the ${wrong.join(', ')} of the configuration.`;
      return failedCheck('config', title, 'Check the names, and grant USAGE on them to the role.');
    }),
};

/** A MERGE of no rows asks for the very rights that a delivery needs, and changes nothing. */
const rights: Check = {
  spec: { id: 'table-rights', title: 'The role may write the table', severity: 'required' },
  run: (ctx) =>
    withSession(ctx, async (session) => {
      const columns = await prepareTable(session, ctx);
      const { config, tenantId } = ctx;
      const source = "(SELECT PARSE_JSON('{}') AS V WHERE FALSE)";
      const filled = DEFAULT_COLUMNS.flatMap(({ name }) => columns.get(name) ?? []);
      await session.command(upsertSql({ config, tenantId, writeId: randomUUID(), source }, filled));
      return { status: 'ok', detail: 'The table is there and can be written.' };
    }),
};

const columns: Check = {
  spec: { id: 'table-columns', title: 'The table fits', severity: 'required' },
  run: (ctx) =>
    withSession(ctx, async (session) => {
      const found = await describeTable(session, ctx.config);
      if (found === undefined)
        return { status: 'ok', detail: 'The table will be made at the first delivery.' };
      const faults = [
        ...OWN_COLUMNS.flatMap((own) => faultOf(own, found.get(own.name))),
        ...demanding(found),
      ];
      if (faults.length === 0) return { status: 'ok', detail: 'The table has the expected columns.' };
      const fix = 'Choose another table name, or change the columns to what setup.sql makes.';
      return failedCheck('config', `The table ${ctx.config.table} does not fit: ${faults.join(', ')}.`, fix);
    }),
};

function faultOf(own: { readonly name: string; readonly type: string }, found: Column | undefined): string[] {
  if (found === undefined) return [`${own.name} is missing`];
  return baseType(found.type) === baseType(own.type) ? [] : [`${own.name} is ${found.type}`];
}

/** A column of somebody else that must not be empty could be neither left out nor erased. */
function demanding(found: ReadonlyMap<string, Column>): string[] {
  const own = new Set(OWN_COLUMNS.map(({ name }) => name));
  return [...found.values()]
    .filter(({ name, nullable }) => !own.has(name) && !nullable)
    .map(({ name }) => `${name} must not be empty`);
}

const stage: Check = {
  spec: { id: 'stage', title: 'Large batches can go by the stage', severity: 'required' },
  async run(ctx) {
    if (!usesStage(ctx.config))
      return { status: 'ok', detail: 'No stage is used; batches go as statements.' };
    return withSession(ctx, async (session) => {
      await probeStage(session, ctx);
      return { status: 'ok', detail: 'A file could be put onto the stage and removed.' };
    });
  },
};

const clock: Check = {
  spec: { id: 'clock', title: 'The clocks agree', severity: 'advised' },
  run: (ctx) =>
    withSession(ctx, async (session) => {
      const before = ctx.now();
      const [row] = await session.query('SELECT DATE_PART(EPOCH_MILLISECOND, CURRENT_TIMESTAMP()) AS "ms"');
      return clockResult(skewMs(before, Number(row?.['ms']), ctx.now()), {
        mostMs: 30_000,
        why: '; a minute is refused',
        fix: 'Let this machine take its time from NTP.',
      });
    }),
};

const retention: Check = {
  spec: { id: 'retention', title: 'What was erased is soon gone', severity: 'advised' },
  run: (ctx) =>
    withSession(ctx, async (session) => {
      const { database, schema, table } = ctx.config;
      const [row] = await session.query(
        `SELECT RETENTION_TIME AS "days", IS_TRANSIENT AS "transient" FROM ${database}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`,
        [schema.toUpperCase(), table.toUpperCase()],
      );
      return row === undefined
        ? { status: 'ok', detail: 'The table will be made with one day of Time Travel, and transient.' }
        : retained(Number(row['days']), row['transient'] === 'YES');
    }),
};

function retained(days: number, transient: boolean): CheckResult {
  const after = transient
    ? ''
    : ' As the table is not transient, Snowflake itself can restore them for seven days more (Fail-safe).';
  const detail = `Erased rows can be brought back for ${days} day${days === 1 ? '' : 's'} by Time Travel.${after}`;
  if (days <= 1) return { status: 'ok', detail };
  const fix =
    'ALTER TABLE … SET DATA_RETENTION_TIME_IN_DAYS = 1 (or 0), and make the table anew as TRANSIENT; Holdfast fills it again.';
  return { status: 'warn', detail, fix };
}

const KEYS = ['TENANT_ID', 'RECORDING_ID', 'REVISION'];

const keys: Check = {
  spec: { id: 'key-columns', title: 'Keys are compared as they stand', severity: 'advised' },
  run: (ctx) =>
    withSession(ctx, async (session) => {
      const found = await describeTable(session, ctx.config);
      const bent = KEYS.flatMap((name) => found?.get(name) ?? []).filter(
        ({ policy, type }) => policy !== undefined || /\bCOLLATE\b/i.test(type),
      );
      if (bent.length === 0) return { status: 'ok', detail: 'No policy and no collation stands on the key.' };
      const detail = `A masking policy or a collation stands on ${bent.map(({ name }) => name).join(', ')}: MERGE would write recordings twice.`;
      return { status: 'warn', detail, fix: 'Take it off for the role of the loader.' };
    }),
};

/** In the order in which a person should read them. */
export const snowflakeChecks: readonly Check[] = [
  signIn,
  names,
  rights,
  columns,
  stage,
  clock,
  retention,
  keys,
];
