import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { brief } from '../../connectors/kit/acceptance/with-subject.ts';
import { sampleRecording } from '../../connectors/kit/acceptance/sample-records.ts';
import { snowflake } from '../../connectors/snowflake/connector.ts';
import { acceptConnector } from '../support/connectors/accept-connector.ts';
import {
  openSnowflake,
  snowflakeBench,
  usersOf,
  type SnowflakeSubject,
} from '../support/connectors/snowflake-bench.ts';
import { suiteTitle } from '../support/peers/peer.ts';
import { snowflakePeer, type SnowflakePeer } from '../support/peers/snowflake.ts';

// The first start on a machine also fetches the server.
const FIRST_START_MS = 600_000;
const { title, skip } = suiteTitle(snowflakePeer, 'Snowflake connector by the SQL API, over fakesnow');

(skip ? describe.skip : describe)(title, () => {
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

  acceptConnector(snowflakeBench(() => peer!, 'sql-api'));

  const open = async (): Promise<SnowflakeSubject> =>
    (subject = await openSnowflake(peer!, { privateKey, way: 'sql-api' }));

  test('more rows than go in one statement or one part arrive once, and no file is put anywhere', async () => {
    const one = await open();
    const records = Array.from({ length: 230 }, (_none, n) => sampleRecording(one.tenantId, n));
    expect(new Set(brief(await one.run('upsert-recording', records)))).toEqual(new Set(['done:created']));
    expect(await one.ask('SELECT COUNT(*), COUNT(DISTINCT RECORDING_ID) FROM RECORDINGS')).toEqual([
      ['230', '230'],
    ]);
    expect(new Set(brief(await one.run('upsert-recording', records)))).toEqual(new Set(['done:unchanged']));
    const held: string[] = [];
    for await (const page of snowflake.inventory!(one.ctx)) held.push(...page.map(({ id }) => id));
    expect(held).toHaveLength(230);
    expect(await one.ask('LIST @HOLDFAST_STAGE').catch(() => [])).toEqual([]);
  }, 60_000);

  test('values come back in the types of their columns, also from a preview', async () => {
    const one = await open();
    const fields = { SCORE: 1.5, Answered: true, note: 'x', STARTED_AT: '2026-03-01T09:00:00.123Z' };
    const record = (revision: number) => [{ ...sampleRecording(one.tenantId, 1, { revision }), fields }];
    expect(brief(await one.run('upsert-recording', record(1)))).toEqual(['done:created']);
    const [planned] = await snowflake.plan(one.preview, 'upsert-recording', record(2));
    expect(planned).toMatchObject({ action: 'update', there: fields });
  }, 60_000);

  test('a statement whose end is never told is unknown and found out about, not sent again', async () => {
    const one = await open();
    await one.run('upsert-recording', [sampleRecording(one.tenantId, 1)]);
    const writes = one.writes();
    one.faultAt(/^MERGE/);
    one.inject({
      kind: 'answer',
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: '333334', statementHandle: '00000000-0000-0000-0000-000000000000' }),
    });
    const outcomes = brief(await one.run('upsert-recording', [sampleRecording(one.tenantId, 2)]));
    expect(outcomes).toEqual(['rejected:transient']); // unknown at first, and looked for in the table
    expect(one.writes()).toBe(writes);
    expect(await one.count()).toBe(1);
  }, 60_000);
});
