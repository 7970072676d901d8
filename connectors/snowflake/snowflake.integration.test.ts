import { existsSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runOperation } from '../../hub/connections/host/run-operation.ts';
import { acceptConnector } from '../../test/support/connectors/accept-connector.ts';
import {
  keyPair,
  openSnowflake,
  snowflakeBench,
  usersOf,
  type SnowflakeSubject,
} from '../../test/support/connectors/snowflake-bench.ts';
import { suiteTitle } from '../../test/support/peers/peer.ts';
import { snowflakePeer, type SnowflakePeer } from '../../test/support/peers/snowflake.ts';
import type { Fault } from '../kit/acceptance/bench.ts';
import { sampleId, sampleRecording, sampleWithdrawal } from '../kit/acceptance/sample-records.ts';
import { brief } from '../kit/acceptance/with-subject.ts';
import { snowflake } from './connector.ts';

// The first start on a machine also fetches the server.
const FIRST_START_MS = 600_000;
const { title, skip } = suiteTitle(snowflakePeer, 'Snowflake connector, against fakesnow');

(skip ? describe.skip : describe)(title, () => {
  // The bench trusts an authority of the tests; trust is the process's, and the next test file may run in the same one.
  const trusted = getCACertificates('default');
  let peer: SnowflakePeer | undefined;
  let privateKey: string;
  let subject: SnowflakeSubject | undefined;

  beforeAll(async () => {
    peer = await snowflakePeer.start();
    privateKey = (await usersOf(peer)).good.privateKey;
  }, FIRST_START_MS);
  afterAll(async () => {
    setDefaultCACertificates(trusted);
    await peer?.stop();
  }, 60_000);
  afterEach(async () => {
    await subject?.close();
    subject = undefined;
  });

  acceptConnector(snowflakeBench(() => peer!));

  const open = async (variant: 'good' | 'poisoned' = 'good'): Promise<SnowflakeSubject> =>
    (subject = await openSnowflake(peer!, { variant, privateKey }));
  const batch = ({ tenantId }: SnowflakeSubject, size: number, from = 0) =>
    Array.from({ length: size }, (_none, n) => sampleRecording(tenantId, from + n));

  test.each<[string, RegExp, Fault['kind'], string]>([
    ['before the file is put', /^UPLOAD/, 'cut-before', 'rejected:transient'],
    ['after the file was put', /^UPLOAD/, 'cut-after', 'done:created'],
    ['after the file was copied', /^COPY/, 'cut-after', 'rejected:transient'],
    ['after the rows were merged', /^MERGE/, 'cut-after', 'done:confirmed'],
  ])('a large batch that is cut %s arrives once, and leaves no file', async (_when, at, kind, word) => {
    const one = await open();
    const records = batch(one, 101);
    one.faultAt(at);
    // The driver itself tries five times to put a file.
    const times = kind === 'cut-before' && at.test('UPLOAD') ? 5 : 1;
    for (let n = 0; n < times; n += 1) one.inject({ kind } as Fault);
    expect(new Set(brief(await one.run('upsert-recording', records)))).toEqual(new Set([word]));
    const second = new Set(brief(await one.run('upsert-recording', records)));
    expect(second).toEqual(new Set([word.startsWith('done') ? 'done:unchanged' : 'done:created']));
    expect(await one.ask('SELECT COUNT(*), COUNT(DISTINCT RECORDING_ID) FROM RECORDINGS')).toEqual([
      ['101', '101'],
    ]);
    expect(await one.ask('LIST @HOLDFAST_STAGE')).toEqual([]);
    expect(existsSync('snowflake.log')).toBe(false);
  });

  test('a stage that takes a file and never says so is given up with the work, and nothing was written', async () => {
    const one = await open();
    one.faultAt(/^UPLOAD/);
    one.inject({ kind: 'slow-body' });
    const ctx = { ...one.ctx, signal: AbortSignal.timeout(1500) };
    const run = { connector: snowflake, ctx, operation: 'upsert-recording', records: batch(one, 101) };
    expect(new Set(brief(await runOperation(run)))).toEqual(new Set(['rejected:transient']));
    expect(await one.count()).toBe(0);
  });

  test('in a large batch the rows that a column refuses stand alone, and rows without a value keep theirs', async () => {
    const one = await open('poisoned');
    const records = batch(one, 101).map((record, n) =>
      n % 2 === 0 ? { ...record, fields: { risk: n === 10 || n === 12 ? 4711 : n, FRESH: `f${n}` } } : record,
    );
    const outcomes = brief(await one.run('upsert-recording', records));
    expect(outcomes.flatMap((word, n) => (word === 'done:created' ? [] : [`${n} ${word}`]))).toEqual([
      '10 rejected:invalid_record',
      '12 rejected:invalid_record',
    ]);
    const next = [
      { ...records[0]!, revision: 2, fields: { RISK: null } },
      { ...records[2]!, revision: 2, fields: {} },
    ];
    expect(brief(await one.run('upsert-recording', next))).toEqual(['done:updated', 'done:updated']);
    const ids = [0, 1, 2].map((n) => `'${sampleId(n)}'`).join(', ');
    const rows = `SELECT RISK, FRESH FROM RECORDINGS WHERE RECORDING_ID IN (${ids}) ORDER BY RECORDING_ID`;
    expect(await one.ask(rows)).toEqual([
      [null, 'f0'],
      [null, null],
      ['2', 'f2'],
    ]);
  });

  test('columns are added where that is allowed, and never changed; a preview shows what is there', async () => {
    const one = await open();
    const record = (fields: Record<string, string | number | boolean>, revision: number) => [
      { ...sampleRecording(one.tenantId, 1, { revision }), fields },
    ];
    const all = { SCORE: 1.5, Answered: true, note: 'x', STARTED_AT: '2026-03-01T09:00:00.123Z' };
    expect(brief(await one.run('upsert-recording', record(all, 1)))).toEqual(['done:created']);
    const found = await snowflake.discover(one.ctx);
    const types = Object.fromEntries(found.objects[0]!.fields.map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({
      SCORE: 'number',
      ANSWERED: 'boolean',
      NOTE: 'text',
      STARTED_AT: 'instant',
    });
    const [planned] = await snowflake.plan(one.preview, 'upsert-recording', record(all, 2));
    expect(planned).toMatchObject({ action: 'update', there: all });

    const ctx = await one.contextFor({ config: { addColumns: false } });
    const run = { connector: snowflake, ctx, operation: 'upsert-recording' };
    const refusedBy = async (fields: Record<string, string | number | boolean>) => {
      const [outcome] = await runOperation({ ...run, records: record(fields, 3) });
      return outcome?.outcome === 'rejected' ? outcome.error.title : outcome?.outcome;
    };
    expect(await refusedBy({ ANOTHER: 'x' })).toBe('The table has no column ANOTHER.');
    expect(await refusedBy({ SCORE: 'high' })).toBe('The column SCORE (FLOAT) takes numbers only.');
    expect(await refusedBy({ RECORDING_ID: 'x' })).toBe('"RECORDING_ID" cannot be a column of a mapping.');
  });

  test('erasure empties every column, also those of others, and what a killed worker left on the stage', async () => {
    const one = await open();
    const fields = { REGION: 'eu', PARTIES: 'sip:a@example.test' };
    await one.run('upsert-recording', [{ ...sampleRecording(one.tenantId, 1), fields }]);
    await one.ask('ALTER TABLE RECORDINGS ADD COLUMN THEIRS VARCHAR');
    await one.ask("UPDATE RECORDINGS SET THEIRS = 'a note about a person'");
    one.faultAt(/^COPY/);
    one.inject({ kind: 'cut-before' });
    await one.run('upsert-recording', batch(one, 101, 10));
    expect(await one.ask('LIST @HOLDFAST_STAGE')).toHaveLength(1);

    const later = { ...one.ctx, now: () => Date.now() + 7_200_000 };
    const run = { connector: snowflake, ctx: later, operation: 'delete-recording' };
    const outcomes = await runOperation({ ...run, records: [sampleWithdrawal(one.tenantId, 1)] });
    expect(brief(outcomes)).toEqual(['done:deleted']);
    const [row = []] = await one.ask('SELECT * FROM RECORDINGS');
    const left = row.filter((value) => value !== null && !/^[0-9a-f-]{36}$/.test(value));
    expect(left.toSorted()).toEqual(['100', 'False', 'True']);
    expect(await one.ask('LIST @HOLDFAST_STAGE')).toEqual([]);
  });

  test('a key is changed without a pause: two are taken, then the new one alone', async () => {
    const one = await open();
    const [older, newer] = [keyPair(), keyPair()];
    const signIn = async ({ privateKey: key }: { privateKey: string }) => {
      const ctx = await one.contextFor({ credential: { subject: 'ROTATING', privateKey: key } });
      const { status, error } = await snowflake.check(ctx, 'sign-in');
      return error?.class ?? status;
    };
    await peer!.putUser('ROTATING', [older.publicKey, newer.publicKey], 'all');
    expect([await signIn(older), await signIn(newer)]).toEqual(['ok', 'ok']);
    await peer!.putUser('ROTATING', [newer.publicKey], 'all');
    expect([await signIn(older), await signIn(newer)]).toEqual(['auth', 'ok']);
    expect(await signIn({ privateKey: 'no key' })).toBe('auth');
  });

  test('the checks say what is wrong with an account, a stage, a table and its key', async () => {
    const one = await open();
    const check = async (id: string, config: object = {}) => {
      const { status, error, detail } = await snowflake.check(await one.contextFor({ config }), id);
      return `${status} ${error?.class ?? ''} ${detail}`;
    };
    expect(await check('sign-in', { account: 'unknown' })).toMatch(/^fail config /);
    await peer!.putStage('https://127.0.0.1:1');
    expect(await check('stage')).toMatch(/^fail transient .*stage/);
    expect(one.seen()).toContain('https://127.0.0.1:1');
    await peer!.putStage(undefined);
    expect(await check('table-rights')).toMatch(/^ok/);
    await peer!.putPolicy('RECORDINGS', 'RECORDING_ID', 'HIDE_IDS');
    expect(await check('key-columns')).toMatch(/^warn .*RECORDING_ID/);
    // What comes of a key that is not compared as it stands: the recording is there twice, and no more is said to be well.
    expect(brief(await one.run('upsert-recording', batch(one, 1)))).toEqual(['done:created']);
    await one.ask('INSERT INTO RECORDINGS SELECT * FROM RECORDINGS');
    expect(brief(await one.run('upsert-recording', batch(one, 2)))).toEqual([
      'rejected:config',
      'rejected:config',
    ]);
    await one.ask('CREATE TABLE STRANGE (TENANT_ID VARCHAR(36), REVISION VARCHAR, MUST VARCHAR NOT NULL)');
    const strange = await check('table-columns', { table: 'STRANGE' });
    expect(strange).toMatch(
      /^fail config .*RECORDING_ID is missing.*REVISION is VARCHAR.*MUST must not be empty/,
    );
  });
});
