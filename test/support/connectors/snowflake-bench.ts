/** The acceptance bench of the Snowflake connector: fakesnow behind the fault proxy, both reached by https alone. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import type { Bench, Standing, Subject, Variant } from '../../../connectors/kit/acceptance/bench.ts';
import type { FieldValue } from '../../../connectors/kit/fields.ts';
import { snowflake } from '../../../connectors/snowflake/connector.ts';
import { createTableSql } from '../../../connectors/snowflake/recording-table.ts';
import { snowflakeConfig, type SnowflakeConfig } from '../../../connectors/snowflake/config.ts';
import { AUTHORITY, IDENTITIES } from '../../../recorder-core/sip/test-support/certificates.ts';
import { SNOWFLAKE_ACCOUNT, type SnowflakePeer } from '../peers/snowflake.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { openSubject, type OpenedSubject } from './open-subject.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'connectors', 'snowflake');
const READING = /^\s*(select|show|describe|list|with)\b/i;

/** A fresh key pair in the form in which a person has it. */
export function keyPair(): { readonly privateKey: string; readonly publicKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

type Keys = Record<'good' | 'bad', ReturnType<typeof keyPair>>;

/** Where one subject works, and how. */
interface Place {
  readonly database: string;
  readonly schema: string;
}

/**
 * Makes the bench; `peer` is asked at the first case, so that the suite can be listed before the server runs. `way` is how
 * statements go there.
 */
export function snowflakeBench(peer: () => SnowflakePeer, way: SnowflakeConfig['way'] = 'driver'): Bench {
  let keys: Keys | undefined;
  return {
    connector: snowflake,
    readme: readFileSync(join(FOLDER, 'README.md'), 'utf8'),
    async open(variant, options) {
      keys ??= await usersOf(peer());
      const { privateKey } = variant === 'bad-credential' ? keys.bad : keys.good;
      return openSnowflake(peer(), { variant, privateKey, way, timeoutMs: options?.timeoutMs });
    },
    failingChecks: [
      { variant: 'wrong-host', check: 'sign-in', class: 'transient' },
      { variant: 'bad-credential', check: 'sign-in', class: 'auth' },
      { variant: 'no-permission', check: 'table-rights', class: 'permission' },
    ],
    poison: (record) => ({ ...record, fields: { RISK: 123_456 } }),
    wholesome: (record) => ({ ...record, fields: { RISK: 12 } }),
    mapped: { field: 'REGION', value: 'eu', unknownField: 'NO.COLUMN' },
    lyingSuccess: {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(way === 'driver' ? MERGED : MERGED_BY_API),
    },
    // The line in the middle of a key is as secret as the whole.
    canaries: () =>
      Object.values(keys ?? {}).flatMap(({ privateKey }) => [
        privateKey,
        privateKey.split('\n')[8] ?? privateKey,
      ]),
  };
}

/** What Snowflake says of a MERGE that inserted a row. */
const MERGED = {
  success: true,
  code: null,
  message: null,
  data: {
    queryId: '01b2c3d4-0000-0000-0000-000000000000',
    queryResultFormat: 'json',
    statementTypeId: 12544,
    parameters: [],
    rowtype: ['number of rows inserted', 'number of rows updated'].map((name) => ({
      name,
      type: 'fixed',
      scale: 0,
      precision: 19,
      nullable: false,
    })),
    rowset: [['1', '0']],
    total: 1,
    returned: 1,
  },
};

/** The same as the SQL API says it. */
const MERGED_BY_API = {
  resultSetMetaData: {
    numRows: 1,
    format: 'jsonv2',
    rowType: MERGED.data.rowtype,
    partitionInfo: [{ rowCount: 1 }],
  },
  data: MERGED.data.rowset,
  code: '090001',
  statementHandle: MERGED.data.queryId,
};

const users = new WeakMap<SnowflakePeer, Promise<Keys>>();

/** Users whose key the peer knows, made once: `LOADER` may write, `READER` only read. The bad key it does not know. */
export function usersOf(peer: SnowflakePeer): Promise<Keys> {
  const made = users.get(peer) ?? makeUsers(peer);
  users.set(peer, made);
  return made;
}

async function makeUsers(peer: SnowflakePeer): Promise<Keys> {
  setDefaultCACertificates([...getCACertificates('default'), AUTHORITY]);
  const keys = { good: keyPair(), bad: keyPair() };
  await peer.putUser('LOADER', [keys.good.publicKey], 'all');
  await peer.putUser('READER', [keys.good.publicKey], 'read');
  await peer.sql(['CREATE DATABASE IF NOT EXISTS HOLDFAST']);
  return keys;
}

/** A subject with more to see and to change than the suite needs. */
export interface SnowflakeSubject extends Subject, Pick<OpenedSubject, 'contextFor'> {
  /** `DATABASE.SCHEMA`. */
  readonly place: string;
  /** A statement in the subject's schema, as the peer's administrator; rows as text. */
  ask(sql: string): Promise<(string | null)[][]>;
  /** From now on only what matches counts as a write, and so meets the next fault; uploads are `UPLOAD`. */
  faultAt(statement: RegExp): void;
}

/** What may differ from a good connection. */
export interface SnowflakeSubjectOptions {
  readonly variant?: Variant;
  readonly timeoutMs?: number | undefined;
  readonly privateKey: string;
  readonly way?: SnowflakeConfig['way'];
}

/** Opens a subject in a schema of its own; the peer must have the users `LOADER` and `READER` and the database. */
export async function openSnowflake(
  peer: SnowflakePeer,
  { variant = 'good', timeoutMs, privateKey, way = 'driver' }: SnowflakeSubjectOptions,
): Promise<SnowflakeSubject> {
  const tenantId = randomUUID();
  const place = { database: 'HOLDFAST', schema: `T_${tenantId.slice(0, 8).toUpperCase()}` };
  const name = `${place.database}.${place.schema}`;
  await peer.sql([`CREATE SCHEMA ${name}`]);
  let writing: RegExp | undefined;
  const proxy = await startFaultProxy(
    peer.url,
    (method, path, body) => isWrite(statementOf(method, path, body), writing),
    IDENTITIES.server,
  );
  const config = { ...configFor(proxy, place), way };
  if (variant === 'poisoned') {
    const table = createTableSql(snowflakeConfig.parse(config));
    await peer.sql([table, `ALTER TABLE ${name}.RECORDINGS ADD COLUMN RISK NUMBER(3,0)`]);
  }
  const user = variant === 'no-permission' ? 'READER' : 'LOADER';
  const credential = { type: 'keypair_jwt', subject: user, privateKey };
  const subject = await openSubject(snowflake, proxy, { variant, timeoutMs, tenantId, config, credential });
  return {
    ...subject,
    place: name,
    ask: (sql) => peer.sql([sql], place),
    ...behind(peer, place),
    faultAt: (statement) => void (writing = statement),
    close: async () => {
      await subject.close();
      await peer.sql([`DROP SCHEMA ${name}`]);
    },
  };
}

function configFor({ url }: FaultProxy, place: Place) {
  return { url, stageUrl: url, account: SNOWFLAKE_ACCOUNT, role: 'LOADER', warehouse: 'LOADING', ...place };
}

/** What the peer holds, asked as its administrator and past the proxy. */
function behind(
  peer: SnowflakePeer,
  place: Place,
): Pick<Subject, 'remote' | 'everything' | 'count' | 'remoteFields'> {
  const table = `${place.database}.${place.schema}.RECORDINGS`;
  const ask = (sql: string): Promise<(string | null)[][]> =>
    peer.sql([sql], place).catch(async (error: unknown) => {
      const tables = `SELECT 1 FROM ${place.database}.INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = '${place.schema}'`;
      // Before the first delivery there is no table to ask.
      if ((await peer.sql([tables])).length === 0) return [];
      throw error;
    });
  const live = `FROM ${table} WHERE NOT IS_DELETED`;
  return {
    async remote(id) {
      const [row] = await ask(`SELECT REVISION, HELD ${live} AND RECORDING_ID = '${id}'`);
      return row === undefined ? undefined : standingOf(row);
    },
    async everything() {
      const rows = await ask(`SELECT REVISION, HELD, RECORDING_ID ${live}`);
      // A row that stands twice is no map: the count beside it tells.
      return new Map(rows.map((row) => [row[2] ?? '', standingOf(row)]));
    },
    async count() {
      const [row] = await ask(`SELECT COUNT(*) ${live}`);
      return Number(row?.[0] ?? 0);
    },
    async remoteFields(id) {
      const [row] = await ask(`SELECT REGION, CALL_ID ${live} AND RECORDING_ID = '${id}'`);
      return { REGION: row?.[0] ?? null, CALL_ID: row?.[1] ?? null } satisfies Record<string, FieldValue>;
    },
  };
}

function standingOf([revision, held]: readonly (string | null)[]): Standing {
  return { revision: Number(revision), held: held === 'True' };
}

/** What a request asks for, as a word to match: statements are all POSTs to one path. */
function statementOf(method: string, path: string, body: Buffer): string {
  if (path.startsWith('/stages/')) return method === 'PUT' ? 'UPLOAD' : '';
  if (path === '/api/v2/statements') return (JSON.parse(body.toString()) as { statement: string }).statement;
  if (path !== '/queries/v1/query-request') return '';
  return (JSON.parse(gunzipSync(body).toString()) as { sqlText: string }).sqlText;
}

/** Whether a request changes something: a statement that does not only read, or a file for the stage. */
export function writesToSnowflake(method: string, path: string, body: Buffer): boolean {
  return isWrite(statementOf(method, path, body), undefined);
}

function isWrite(statement: string, only: RegExp | undefined): boolean {
  if (only !== undefined) return only.test(statement);
  return statement !== '' && !READING.test(statement);
}
