import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runOperation } from '../../hub/connections/host/run-operation.ts';
import {
  keyPair,
  openSnowflake,
  usersOf,
  type SnowflakeSubject,
} from '../../test/support/connectors/snowflake-bench.ts';
import { suiteTitle } from '../../test/support/peers/peer.ts';
import { snowflakePeer, type SnowflakePeer } from '../../test/support/peers/snowflake.ts';
import type { Fault } from '../kit/acceptance/bench.ts';
import { sampleRecording, sampleWithdrawal } from '../kit/acceptance/sample-records.ts';
import { brief } from '../kit/acceptance/with-subject.ts';
import { snowflake } from './connector.ts';

// The first start on a machine also fetches the server.
const FIRST_START_MS = 600_000;
const { title, skip } = suiteTitle(snowflakePeer, 'A session of Snowflake, against fakesnow');

/** What a request is, in a word or as its statement begins. */
function wordOf(path: string, body: Buffer): string {
  if (path.startsWith('/session/v1/login-request')) return 'sign in';
  if (path.startsWith('/session/token-request')) return 'renew';
  if (path.startsWith('/session?delete')) return 'sign out';
  if (path.startsWith('/stages/')) return 'upload';
  const { sqlText } = JSON.parse(gunzipSync(body).toString()) as { sqlText: string };
  return sqlText.split(' ', 1).join('').toLowerCase();
}

const refusal = (code: string): Fault => ({
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ data: {}, code, message: 'no such session', success: false }),
});

(skip ? describe.skip : describe)(title, () => {
  const trusted = getCACertificates('default');
  let peer: SnowflakePeer;
  let privateKey: string;
  let subjects: SnowflakeSubject[] = [];
  let words: string[];

  beforeAll(async () => {
    peer = await snowflakePeer.start();
    privateKey = (await usersOf(peer)).good.privateKey;
  }, FIRST_START_MS);
  afterAll(async () => {
    setDefaultCACertificates(trusted);
    await peer.stop();
  }, 60_000);
  afterEach(async () => {
    for (const subject of subjects) await subject.close();
    subjects = [];
  });

  const open = async (choose: (word: string) => Fault | undefined = () => undefined) => {
    words = [];
    const subject = await openSnowflake(peer, { privateKey });
    subject.watch?.(({ path, body }) => {
      const word = wordOf(path, body);
      words.push(word);
      return choose(word);
    });
    subjects.push(subject);
    return subject;
  };
  const send = async ({ run, tenantId }: SnowflakeSubject, size: number, from = 0): Promise<string[]> => {
    const records = Array.from({ length: size }, (_none, n) => sampleRecording(tenantId, from + n));
    return [...new Set(brief(await run('upsert-recording', records)))];
  };
  const counted = (word: string): number => words.filter((one) => one === word).length;

  test('is taken up by the next work, which finds nothing of the work before in it', async () => {
    const one = await open();
    expect(await send(one, 101)).toEqual(['done:created']);
    expect(words).toEqual(
      'sign in,describe,create,describe,create,put,create,put,upload,copy,merge,select,list,drop'.split(','),
    );
    words = [];
    expect(await send(one, 101, 200)).toEqual(['done:created']);
    expect(words).toEqual('describe,create,put,upload,copy,merge,select,drop'.split(','));
    expect(brief(await one.run('delete-recording', [sampleWithdrawal(one.tenantId, 1)]))).toEqual([
      'done:deleted',
    ]);
    expect(counted('sign in')).toBe(0);
    expect(counted('sign out')).toBe(0);
  });

  test('is in one hand at a time, and is never that of another connection', async () => {
    const one = await open();
    await Promise.all([send(one, 2), send(one, 2, 10)]);
    expect(counted('sign in')).toBe(2);
    await Promise.all([send(one, 2, 20), send(one, 2, 30)]);
    expect(counted('sign in')).toBe(2);
    const other = await open();
    await send(other, 2);
    expect(counted('sign in')).toBe(1);
    expect(await one.count()).toBe(8);
    expect(await other.count()).toBe(2);
  });

  test('that Snowflake ended is replaced by a new one, and the work is done', async () => {
    const one = await open();
    await send(one, 2);
    await peer.endSessions();
    expect(await send(one, 101, 10)).toEqual(['done:created']);
    expect(counted('sign in')).toBe(2);
  });

  test.each(['390103', '390104', '390110', '390111', '390112', '390114'])(
    'of which Snowflake says %s is replaced by a new one and never renewed, and the work is done',
    async (code) => {
      let ended = false;
      const one = await open((word) => {
        if (!ended || word === 'sign out') return undefined;
        if (word === 'renew') return { kind: 'answer', status: 503, headers: {}, body: '' };
        if (word !== 'sign in') return refusal(code);
        ended = false;
        return undefined;
      });
      await send(one, 2);
      ended = true;
      expect(await send(one, 2, 10)).toEqual(['done:created']);
      expect([counted('sign in'), counted('renew'), counted('sign out')]).toEqual([2, 0, 0]);
      expect(await one.count()).toBe(4);
    },
  );

  test('that is refused by another word is left for a new one, which tells whether user and key are good', async () => {
    let refusals = 0;
    const one = await open((word) => (word === 'describe' && refusals-- > 0 ? refusal('390195') : undefined));
    await send(one, 2);
    refusals = 1;
    expect(await send(one, 2, 10)).toEqual(['done:created']);
    expect([counted('sign in'), counted('sign out')]).toEqual([2, 1]);
    // The new one is refused too: that is about more than the session, which is not kept.
    refusals = 2;
    expect(await send(one, 2, 20)).toEqual(['rejected:auth']);
    expect([counted('sign in'), counted('sign out')]).toEqual([3, 3]);
  });

  test.each(['390111', '390112'])(
    'that ends in the middle of the work (%s) ends the work, which is safe to do again, and is not kept',
    async (code) => {
      const one = await open((word) =>
        word === 'merge' && counted('merge') === 2 ? refusal(code) : undefined,
      );
      await send(one, 101);
      expect(await send(one, 101, 200)).toEqual(['rejected:transient']);
      expect(await send(one, 101, 200)).toEqual(['done:created']);
      expect([counted('sign in'), counted('renew'), counted('sign out')]).toEqual([2, 0, 0]);
      expect(await one.count()).toBe(202);
    },
  );

  test('may end between two pages of a listing, which goes on in a new one', async () => {
    const one = await open();
    await send(one, 2);
    const listed: number[] = [];
    for await (const items of snowflake.inventory(one.ctx)) {
      listed.push(items.length);
      await peer.endSessions();
    }
    expect(listed).toEqual([2]);
    expect([counted('sign in'), counted('sign out')]).toEqual([2, 0]);
  });

  test('has every statement count at once, however the account is set', async () => {
    let parameters: unknown;
    const one = await open();
    one.watch?.(({ path, body }) => {
      if (wordOf(path, body) === 'sign in')
        parameters = (JSON.parse(gunzipSync(body).toString()) as { data: { SESSION_PARAMETERS: unknown } })
          .data.SESSION_PARAMETERS;
      return undefined;
    });
    expect(await send(one, 1)).toEqual(['done:created']);
    expect(parameters).toMatchObject({
      AUTOCOMMIT: true,
      TIMESTAMP_INPUT_FORMAT: 'AUTO',
      DATE_INPUT_FORMAT: 'AUTO',
      QUOTED_IDENTIFIERS_IGNORE_CASE: false,
      CLIENT_SESSION_KEEP_ALIVE: false,
    });
  });

  test('is signed out when the work in it failed', async () => {
    const one = await open();
    one.faultAt(/^MERGE/);
    one.inject({ kind: 'cut-before' });
    expect(await send(one, 2)).toEqual(['rejected:transient']);
    // One for the work, one to look for what became of it.
    expect([counted('sign in'), counted('sign out')]).toEqual([2, 1]);
  });

  test('is signed out when its work was stopped, which sends nothing any more itself', async () => {
    const stop = new AbortController();
    const one = await open((word) => {
      if (word === 'copy') stop.abort();
      return undefined;
    });
    const before = await peer.sessions();
    const ctx = await one.contextFor({ signal: stop.signal });
    const records = Array.from({ length: 101 }, (_none, n) => sampleRecording(one.tenantId, n));
    const run = { connector: snowflake, ctx, operation: 'upsert-recording', records };
    expect(new Set(brief(await runOperation(run)))).toEqual(new Set(['rejected:transient']));
    await one.close();
    subjects = [];
    expect([counted('sign in'), counted('sign out')]).toEqual([1, 1]);
    expect(await peer.sessions()).toEqual(before);
  });

  test('in which an answer was lost is signed out, though the work went on', async () => {
    const one = await open((word) =>
      word === 'select' && counted('select') === 2 ? { kind: 'cut-before' } : undefined,
    );
    await send(one, 2);
    const erased = await one.run('delete-recording', [sampleWithdrawal(one.tenantId, 1)]);
    expect(brief(erased)).toEqual(['done:deleted']);
    expect([counted('sign in'), counted('sign out')]).toEqual([2, 1]);
  });

  test('ends when the key or the configuration changes, also the one that was at work then', async () => {
    const one = await open();
    const newer = keyPair();
    await peer.putUser('LOADER', [(await usersOf(peer)).good.publicKey, newer.publicKey], 'all');
    await send(one, 2);
    const ctx = await one.contextFor({ credential: { privateKey: newer.privateKey } });
    const run = { connector: snowflake, ctx, operation: 'upsert-recording' };
    expect(brief(await runOperation({ ...run, records: [sampleRecording(one.tenantId, 50)] }))).toEqual([
      'done:created',
    ]);
    expect(counted('sign in')).toBe(2);
    // By the older context, which was made before.
    expect(await send(one, 2, 10)).toEqual(['done:created']);
    await one.contextFor({ config: { role: 'OTHER' } });
    await one.close();
    subjects = [];
    expect([counted('sign in'), counted('sign out')]).toEqual([3, 3]);
  });

  test('is not taken up after a quarter of an hour, nor by a check, which tries the key', async () => {
    const one = await open();
    await send(one, 2);
    one.skip?.(15 * 60_000);
    await send(one, 2, 10);
    expect(counted('sign in')).toBe(2);
    expect((await snowflake.check(one.ctx, 'sign-in')).status).toBe('ok');
    expect(counted('sign in')).toBe(3);
  });

  test('ends with the process, and its token is in no log, outcome or trace', async () => {
    const one = await open();
    const before = new Set(await peer.sessions());
    const outcomes = await one.run('upsert-recording', [sampleRecording(one.tenantId, 1)]);
    const [token = '', ...others] = (await peer.sessions()).filter((session) => !before.has(session));
    expect(token).toMatch(/^.{20,}$/);
    expect(others).toEqual([]);
    one.ctx.log('info', `a line that quotes ${token}`, { token });
    await one.close();
    subjects = [];
    expect(await peer.sessions()).not.toContain(token);
    expect(one.seen()).toContain('a line that quotes [redacted]');
    expect(`${one.seen()}${JSON.stringify(outcomes)}`).not.toContain(token);
  });
});
