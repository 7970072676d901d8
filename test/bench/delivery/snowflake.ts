import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import { snowflakeConfig } from '../../../connectors/snowflake/config.ts';
import { upsertSql } from '../../../connectors/snowflake/merge-sql.ts';
import { createTableSql, DEFAULT_COLUMNS } from '../../../connectors/snowflake/recording-table.ts';
import { IDENTITIES } from '../../../recorder-core/sip/test-support/certificates.ts';
import { startFaultProxy } from '../../support/connectors/fault-proxy.ts';
import { usersOf } from '../../support/connectors/snowflake-bench.ts';
import { SNOWFLAKE_ACCOUNT, snowflakePeer } from '../../support/peers/snowflake.ts';
import { callsAbreast, type BaselineCalls } from './calls-abreast.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

const DATABASE = 'HOLDFAST';
const SCHEMA = 'BENCH';

/** Whose the rows of the baseline are: they have a table of their own. */
const TENANT = randomUUID();

/** The driver as its package exports it, with its own HTTP client and file transfer. */
interface Driver {
  configure(options: object): void;
  createConnection(options: object): {
    connect(done: (error: unknown) => void): void;
    execute(options: object): void;
    destroy(done: (error: unknown) => void): void;
  };
}

/** fakesnow behind https; the driver's own PUT, COPY and MERGE write the same columns into a table like ours, beside it. */
export const snowflakeVendor: DeliveryVendor = {
  name: 'snowflake',
  unavailable: () => snowflakePeer.unavailable(),
  async start() {
    const peer = await snowflakePeer.start();
    const { good } = await usersOf(peer);
    const place = `${DATABASE}.${SCHEMA}`;
    await peer.sql([`CREATE SCHEMA ${place}`, `CREATE STAGE ${place}.BASELINE`]);
    // No fault is ever asked of it; it is here for https, without which the connector goes nowhere.
    const front = await startFaultProxy(peer.url, () => false, IDENTITIES.server);
    const config = {
      url: front.url,
      stageUrl: front.url,
      account: SNOWFLAKE_ACCOUNT,
      role: 'LOADER',
      warehouse: 'LOADING',
      database: DATABASE,
      schema: SCHEMA,
    };
    const beside = snowflakeConfig.parse({ ...config, table: 'BASELINE_RECORDINGS', stage: 'BASELINE' });
    await peer.sql([createTableSql(beside)]);
    return {
      connector: 'snowflake',
      title: 'fakesnow 0.12.1 over DuckDB, behind https',
      baselineTitle:
        'the driver, one session for each call abreast: PUT, COPY into a temporary table, MERGE by key and revision, its counts read',
      config,
      credential: { type: 'keypair_jwt', subject: 'LOADER', privateKey: good.privateKey },
      baseline: (records, calls) => baseline(beside, good.privateKey, records, calls),
      async count(tenantId) {
        const live = `SELECT COUNT(*) FROM ${place}.RECORDINGS WHERE TENANT_ID = '${tenantId}' AND NOT IS_DELETED`;
        return Number((await peer.sql([live]))[0]?.[0]);
      },
      async stop() {
        await front.close();
        await peer.stop();
      },
    };
  },
};

type Config = ReturnType<typeof snowflakeConfig.parse>;

async function baseline(
  config: Config,
  privateKey: string,
  records: readonly RecordingDocument[],
  calls: BaselineCalls,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-baseline-'));
  const sessions = await Promise.all(
    Array.from({ length: calls.width }, () => connect(config.url, privateKey)),
  );
  const free = [...sessions];
  try {
    await callsAbreast(records, calls, async (piece) => {
      const session = free.pop() ?? (await connect(config.url, privateKey));
      await load(session, config, folder, piece);
      free.push(session);
    });
  } finally {
    for (const session of sessions) await session.close();
    await rm(folder, { recursive: true });
  }
}

const FILLED = DEFAULT_COLUMNS.map((column) => ({ ...column, nullable: true, policy: undefined }));

async function load(
  session: Awaited<ReturnType<typeof connect>>,
  config: Config,
  folder: string,
  records: readonly RecordingDocument[],
): Promise<void> {
  const name = `B${randomBytes(8).toString('hex').toUpperCase()}`;
  const file = join(folder, `${name}.json.gz`);
  await writeFile(file, gzipSync(records.map((record) => `${JSON.stringify(lineOf(record))}\n`).join('')));
  await session.run(`CREATE TEMPORARY TABLE ${name}_L (V VARIANT)`);
  await session.run(`PUT file://${file} @${DATABASE}.${SCHEMA}.${config.stage} OVERWRITE=TRUE`);
  await session.run(
    `COPY INTO ${name}_L FROM @${DATABASE}.${SCHEMA}.${config.stage}/${name}.json.gz FILE_FORMAT = (TYPE = 'JSON' COMPRESSION = 'GZIP') PURGE = TRUE`,
  );
  const merge = { config, tenantId: TENANT, writeId: randomUUID(), source: `${name}_L` };
  const [counts = {}] = await session.run(upsertSql(merge, FILLED));
  const written = Object.values(counts).reduce<number>((sum, count) => sum + Number(count), 0);
  if (written !== records.length)
    throw new Error(`The baseline failed to write ${records.length - written} of ${records.length} rows.`);
}

/** As the MERGE reads it. */
function lineOf({ id, revision, held, state, retainUntil, link, ...record }: RecordingDocument): object {
  const f = {
    STARTED_AT: record.startedAt,
    ENDED_AT: record.endedAt,
    DURATION_MS: record.durationMs,
    REGION: record.region,
    CONSENT_OUTCOME: record.consentOutcome,
    CALL_ID: record.callId,
    PARTIES: record.parties.map(({ address }) => address ?? '').join(', '),
  };
  return { i: id, r: revision, h: held, s: state, u: retainUntil, l: link, f };
}

async function connect(url: string, privateKey: string) {
  process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true';
  const driver = createRequire(import.meta.url)('snowflake-sdk') as Driver;
  driver.configure({ logLevel: 'OFF', disableOCSPChecks: true, useEnvProxy: false });
  const connection = driver.createConnection({
    accessUrl: url,
    account: SNOWFLAKE_ACCOUNT,
    username: 'LOADER',
    authenticator: 'SNOWFLAKE_JWT',
    privateKey,
    database: DATABASE,
    schema: SCHEMA,
    warehouse: 'LOADING',
    role: 'LOADER',
  });
  type Rows = readonly Readonly<Record<string, unknown>>[];
  const settled = (call: (done: (error: unknown, statement: unknown, rows?: Rows) => void) => void) =>
    new Promise<Rows>((resolve, reject) => {
      call((error, _statement, rows = []) =>
        error === undefined || error === null ? resolve(rows) : reject(error as Error),
      );
    });
  await settled((done) => connection.connect(done as never));
  return {
    run: (sqlText: string) => settled((complete) => connection.execute({ sqlText, complete })),
    close: () => settled((done) => connection.destroy(done as never)),
  };
}
