import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import { IDENTITIES } from '../../../recorder-core/sip/test-support/certificates.ts';
import { startFaultProxy } from '../../support/connectors/fault-proxy.ts';
import { usersOf } from '../../support/connectors/snowflake-bench.ts';
import { SNOWFLAKE_ACCOUNT, snowflakePeer } from '../../support/peers/snowflake.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

const DATABASE = 'HOLDFAST';
const SCHEMA = 'BENCH';

const BASELINE_TABLE = `CREATE TABLE ${DATABASE}.${SCHEMA}.BASELINE_T ("TENANT_ID" VARCHAR, "RECORDING_ID" VARCHAR, "REVISION" NUMBER(19,0), "IS_DELETED" BOOLEAN, "HELD" BOOLEAN, "STATE" VARCHAR, "RETAIN_UNTIL" TIMESTAMP_NTZ, "LINK" VARCHAR, "WRITE_ID" VARCHAR, "CREATE_ID" VARCHAR)`;

/** The driver as its package exports it, with its own HTTP client and file transfer. */
interface Driver {
  configure(options: object): void;
  createConnection(options: object): {
    connect(done: (error: unknown) => void): void;
    execute(options: object): void;
    destroy(done: (error: unknown) => void): void;
  };
}

/** fakesnow behind https; the driver's own PUT, COPY and MERGE write the same columns into a table beside ours. */
export const snowflakeVendor: DeliveryVendor = {
  name: 'snowflake',
  unavailable: () => snowflakePeer.unavailable(),
  async start() {
    const peer = await snowflakePeer.start();
    const { good } = await usersOf(peer);
    const place = `${DATABASE}.${SCHEMA}`;
    await peer.sql([`CREATE SCHEMA ${place}`, `CREATE STAGE ${place}.BASELINE`, BASELINE_TABLE]);
    // No fault is ever asked of it; it is here for https, without which the connector goes nowhere.
    const front = await startFaultProxy(peer.url, () => false, IDENTITIES.server);
    return {
      connector: 'snowflake',
      title: 'fakesnow 0.12.1 over DuckDB, behind https',
      config: {
        url: front.url,
        stageUrl: front.url,
        account: SNOWFLAKE_ACCOUNT,
        role: 'LOADER',
        warehouse: 'LOADING',
        database: DATABASE,
        schema: SCHEMA,
      },
      credential: { type: 'keypair_jwt', subject: 'LOADER', privateKey: good.privateKey },
      baseline: (records) => baseline(front.url, good.privateKey, records),
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

async function baseline(
  url: string,
  privateKey: string,
  records: readonly RecordingDocument[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-baseline-'));
  const name = `B${randomBytes(8).toString('hex').toUpperCase()}`;
  const file = join(folder, `${name}.json.gz`);
  const session = await connect(url, privateKey);
  try {
    await writeFile(file, gzipSync(records.map((record) => `${JSON.stringify(record)}\n`).join('')));
    await session.run(`CREATE TEMPORARY TABLE ${name}_L (V VARIANT)`);
    await session.run(`PUT file://${file} @${DATABASE}.${SCHEMA}.BASELINE OVERWRITE=TRUE`);
    await session.run(
      `COPY INTO ${name}_L FROM @${DATABASE}.${SCHEMA}.BASELINE/${name}.json.gz FILE_FORMAT = (TYPE = 'JSON' COMPRESSION = 'GZIP') PURGE = TRUE`,
    );
    await session.run(mergeOf('BASELINE_T', `${name}_L`));
  } finally {
    await session.close();
    await rm(folder, { recursive: true });
  }
}

function mergeOf(table: string, source: string): string {
  const id = randomUUID();
  return [
    `MERGE INTO ${table} AS t USING (SELECT V:tenantId::VARCHAR AS TENANT_ID, V:id::VARCHAR AS RECORDING_ID,`,
    'V:revision::NUMBER(19,0) AS REVISION, V:held::BOOLEAN AS HELD, V:state::VARCHAR AS STATE,',
    `V:retainUntil::VARCHAR::TIMESTAMP_NTZ AS RETAIN_UNTIL, V:link::VARCHAR AS LINK FROM ${source}) AS s`,
    'ON t.TENANT_ID = s.TENANT_ID AND t.RECORDING_ID = s.RECORDING_ID',
    'WHEN MATCHED AND t.REVISION <= s.REVISION THEN UPDATE SET REVISION = s.REVISION, HELD = s.HELD, STATE = s.STATE,',
    `RETAIN_UNTIL = s.RETAIN_UNTIL, LINK = s.LINK, WRITE_ID = '${id}'`,
    'WHEN NOT MATCHED THEN INSERT (TENANT_ID, RECORDING_ID, REVISION, IS_DELETED, HELD, STATE, RETAIN_UNTIL, LINK, WRITE_ID, CREATE_ID)',
    `VALUES (s.TENANT_ID, s.RECORDING_ID, s.REVISION, FALSE, s.HELD, s.STATE, s.RETAIN_UNTIL, s.LINK, '${id}', '${id}')`,
  ].join(' ');
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
  const settled = (call: (done: (error: unknown) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      call((error) => (error === undefined || error === null ? resolve() : reject(error as Error)));
    });
  await settled((done) => connection.connect(done));
  return {
    run: (sqlText: string) => settled((complete) => connection.execute({ sqlText, complete })),
    close: () => settled((done) => connection.destroy(done)),
  };
}
