import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AnchoredLog, NOBODY } from '../../test/support/anchored-log.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { openLocalWitness, type LocalWitness } from '../../test/support/local-witness.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import {
  makeTimeStampAuthority,
  serveTimeStamps,
  type TimeStampAuthority,
} from '../../test/support/time-stamp-authority.ts';
import { openCheckpoint } from '../../recorder-core/ledger/checkpoint.ts';
import { readCosignatures } from '../../recorder-core/ledger/cosignature.ts';
import { addSignatureLines, parseNote } from '../../recorder-core/ledger/signed-note.ts';
import { timeStampRequest, verifyTimeStamp } from '../../recorder-core/ledger/timestamp.ts';
import { keysValidAt, reachesQuorum, witnessKeys } from '../../recorder-core/ledger/trust-file.ts';
import {
  listCheckpoints,
  readPublishedCheckpoint,
  wishForAnchor,
} from '../../recorder-core/records/anchors.ts';
import { logOrigin } from '../../recorder-core/records/log-origin.ts';
import { replaceSigningKey } from '../../recorder-core/records/signing-keys.ts';
import { until } from '../processes/process-control.ts';
import type { AnchorConfig } from './anchor-config.ts';
import type { Anchoring } from './anchoring.ts';

jest.setTimeout(120_000); // keys of authorities and processes of OpenSSL

let database: TestDatabase;
let tsa: TimeStampAuthority;
let log: AnchoredLog;
let witnesses: LocalWitness[];
const running: Anchoring[] = [];
const served: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  tsa = makeTimeStampAuthority();
});
afterAll(async () => {
  await database.close();
  tsa.close();
});
beforeEach(async () => {
  log = await AnchoredLog.open(database);
  witnesses = await Promise.all([openLocalWitness('w1.example'), openLocalWitness('w2.example')]);
  for (const witness of witnesses) await log.pinAt(witness);
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  for (const one of witnesses) await one.remove();
  for (const one of served.splice(0)) await one.close();
});

function config(quorum: number, more: Partial<AnchorConfig> = {}): AnchorConfig {
  return { ...NOBODY, witnesses: witnesses.map(({ target }) => target), quorum, ...more };
}

async function stamping(
  answer: (request: Buffer) => Buffer | { status: number } = (request) => tsa.reply(request),
): Promise<Partial<AnchorConfig>> {
  const { url, close } = await serveTimeStamps(answer);
  served.push({ close });
  return { timeStampUrls: [url], authorities: [tsa.root] };
}

function start(anchoring: Anchoring): Anchoring {
  running.push(anchoring);
  anchoring.start();
  return anchoring;
}

async function published(): Promise<number> {
  return (await database.db.forTenant(log.tenantId, readPublishedCheckpoint))?.size ?? 0;
}

describe('anchoring', () => {
  test('follows a growing log: signed, cosigned by all, published, and each an extension of the one before', async () => {
    await log.grow(3);
    start(log.anchoring(config(2)));
    for (const size of [3, 8, 15]) {
      await log.grow(size === 3 ? 0 : size === 8 ? 5 : 7);
      await until(async () => (await published()) === size, 45_000, 'the checkpoint', 10);
    }
    const trust = await log.trust(config(2));
    const history = await database.db.forTenant(log.tenantId, (tx) =>
      listCheckpoints(tx, { after: 0, limit: 100, published: true }),
    );
    expect(history.at(-1)?.size).toBe(15);
    for (const { note, cosignatures, size } of history) {
      const whole = addSignatureLines(note, cosignatures);
      const verifierKeys = keysValidAt(trust, logOrigin(log.tenantId), new Date());
      expect(openCheckpoint(whole, { origin: logOrigin(log.tenantId), verifierKeys }).size).toBe(size);
      expect(reachesQuorum(trust, readCosignatures(whole, witnessKeys(trust)))).toBe(true);
    }
  });

  test('signs nothing for a log without leaves', async () => {
    expect(await log.anchoring(config(2)).anchorNow(log.tenantId)).toBeUndefined();
    expect(await published()).toBe(0);
  });

  test('publishes nothing before the quorum, and goes on when the witness is back', async () => {
    await witnesses[1]!.stop();
    await log.grow(4);
    const anchoring = log.anchoring(config(2));
    expect(await anchoring.anchorNow(log.tenantId)).toMatchObject({
      size: 4,
      publishedAt: null,
      cosignatures: [expect.any(String)],
    });
    expect(anchoring.state.failing).toEqual([{ url: witnesses[1]!.target.url, fault: 'it does not answer' }]);
    expect(await published()).toBe(0);
    await witnesses[1]!.start();
    expect(await anchoring.anchorNow(log.tenantId)).toMatchObject({ size: 4, publishedAt: expect.any(Date) });
    expect(anchoring.state.failing).toEqual([]);
    expect(await log.alarms()).toEqual([]);
  });

  test('needs only as many witnesses as the quorum says', async () => {
    await witnesses[0]!.stop();
    await log.grow(4);
    expect(await log.anchoring(config(1)).anchorNow(log.tenantId)).toMatchObject({
      publishedAt: expect.any(Date),
    });
  });

  test('takes up a witness that cosigned and died before its answer came', async () => {
    await log.grow(4);
    const anchoring = log.anchoring(config(2));
    await anchoring.anchorNow(log.tenantId);
    // As if the answers of both had been lost: they know of size 4, this database does not.
    await log.tamper(async (client) => {
      await client.query('delete from ledger_cosignature where tenant_id = $1', [log.tenantId]);
    });
    await log.grow(2);
    expect(await anchoring.anchorNow(log.tenantId)).toMatchObject({ size: 6, publishedAt: expect.any(Date) });
    expect(await log.alarms()).toEqual([]);
  });

  test('on two nodes at once raises no alarm and loses no checkpoint', async () => {
    await log.grow(1);
    const nodes = [
      start(log.anchoring(config(2), { everyMs: 1 })),
      start(log.anchoring(config(2), { everyMs: 1 })),
    ];
    for (let round = 0; round < 15; round += 1) await log.grow(2);
    await until(async () => (await published()) === 31, 45_000, 'the last checkpoint', 10);
    expect(await log.alarms()).toEqual([]);
    expect(nodes.map(({ state }) => state.alarms)).toEqual([0, 0]);
  });

  test('asks a service that is down less and less often', async () => {
    await witnesses[1]!.stop();
    await log.grow(1);
    let asked = 0;
    start(
      log.anchoring(config(1), {
        everyMs: 1,
        onAsked: (_what, outcome) => (asked += outcome === 'failed' ? 1 : 0),
      }),
    );
    let rounds = 0;
    await until(
      async () => {
        await log.grow(1);
        rounds += 1;
        return rounds > 10;
      },
      20_000,
      'ten more leaves',
      10,
    );
    await until(async () => (await published()) === 12, 45_000, 'the last checkpoint', 10);
    expect(asked).toBe(1);
  });
});

describe('time stamps', () => {
  test('stand over published checkpoints and prove when they existed', async () => {
    await log.grow(5);
    const anchored = await log.anchoring(config(2, await stamping())).anchorNow(log.tenantId);
    expect(anchored?.timeStamps).toHaveLength(1);
    const [stamp] = anchored!.timeStamps;
    const checked = verifyTimeStamp(stamp!.response, {
      message: Buffer.from(parseNote(anchored!.note).text),
      authorities: [tsa.root],
    });
    expect(checked).toMatchObject({ at: stamp!.at, authority: stamp!.authority });
  });

  test('come at once the first time, then at most every five minutes, or when someone wishes for one', async () => {
    let stamps = 0;
    const options = config(0, await stamping((request) => ((stamps += 1), tsa.reply(request))));
    await log.grow(1);
    start(log.anchoring(options));
    await until(async () => stamps === 1, 45_000, 'the first stamp', 10);
    await log.grow(1);
    await until(async () => (await published()) === 2, 45_000, 'the second checkpoint', 10);
    expect(stamps).toBe(1);
    await database.db.forTenant(log.tenantId, (tx) => wishForAnchor(tx, log.tenantId, new Date()));
    await until(async () => stamps === 2, 45_000, 'the wished stamp', 10);
    const wishes = (): Promise<unknown[]> =>
      database.asOwner('select from ledger_anchor_wish where tenant_id = $1', [log.tenantId]);
    await until(async () => (await wishes()).length === 0, 45_000, 'the wish to be granted', 10);
    await log.grow(1);
    log.clockOffMs = 240_000; // a busy machine has a minute for what is between
    await until(async () => (await published()) === 3, 45_000, 'the third checkpoint', 10);
    expect(stamps).toBe(2);
    log.clockOffMs = 305_000;
    await until(async () => stamps === 3, 45_000, 'the stamp that was due', 10);
  });

  test('come with the next checkpoint after a hold', async () => {
    const anchoring = start(log.anchoring(config(0, await stamping())));
    const stamped = (): Promise<unknown[]> =>
      database.asOwner('select from ledger_time_stamp where tenant_id = $1', [log.tenantId]);
    await log.grow(1);
    await until(async () => (await stamped()).length === 1, 45_000, 'the first stamp', 10);
    await log.grow(1, 'hold.placed');
    await until(async () => (await stamped()).length === 2, 45_000, 'the stamp over the hold', 10);
    expect(anchoring.state.failing).toEqual([]);
  });

  test('do not stand over what is not published', async () => {
    await witnesses[0]!.stop();
    await log.grow(5);
    const anchored = await log.anchoring(config(2, await stamping())).anchorNow(log.tenantId);
    expect(anchored).toMatchObject({ publishedAt: null, timeStamps: [] });
  });

  test.each<[string, () => Buffer | { status: number }]>([
    ['is about something else', () => tsa.reply(timeStampRequest(Buffer.from('other'), Buffer.alloc(16, 1)))],
    ['does not come', () => ({ status: 503 })],
    ['is garbage', () => Buffer.from('garbage')],
    ['never ends', () => Buffer.alloc(200_000)],
    ['is a redirect', () => ({ status: 302 })],
  ])('that %s is not kept, and the log goes on', async (_name, answer) => {
    await log.grow(5);
    const anchoring = log.anchoring(config(2, await stamping(answer)));
    expect(await anchoring.anchorNow(log.tenantId)).toMatchObject({
      publishedAt: expect.any(Date),
      timeStamps: [],
    });
    expect(anchoring.state.failing).toHaveLength(1);
  });
});

describe('a rotation of the signing key', () => {
  test('leaves every checkpoint, cosignature and stamp within the time of the key that signed it', async () => {
    const options = config(2, await stamping());
    const anchoring = log.anchoring(options);
    await log.grow(2);
    await anchoring.anchorNow(log.tenantId);
    const { after } = await database.db.forTenant(log.tenantId, (tx) =>
      replaceSigningKey(tx, log.tenantId, testLedgerKeys, new Date()),
    );
    await until(() => Promise.resolve(log.now() >= after.from), 45_000, 'the new key to take over', 50);
    await log.grow(2);
    // The witnesses were not told yet, so they refuse; nothing is wrong with the history.
    expect(await anchoring.anchorNow(log.tenantId)).toMatchObject({ size: 4, publishedAt: null });
    expect(await log.alarms()).toEqual([]);
    for (const witness of witnesses) await log.pinAt(witness);
    await until(
      async () => (await anchoring.anchorNow(log.tenantId))?.publishedAt instanceof Date,
      45_000,
      'the new key to count',
      50,
    );
    const trust = await log.trust(options);
    const origin = logOrigin(log.tenantId);
    expect(trust.logs[0]!.keys).toHaveLength(2);
    const history = await database.db.forTenant(log.tenantId, (tx) =>
      listCheckpoints(tx, { after: 0, limit: 10, published: true }),
    );
    expect(history.map(({ size }) => size)).toEqual([2, 4]);
    for (const { note, cosignatures, timeStamps } of history) {
      const times = [
        ...readCosignatures(addSignatureLines(note, cosignatures), witnessKeys(trust)).map(({ at }) => at),
        ...timeStamps.map(({ at }) => at),
      ];
      expect(times.length).toBeGreaterThanOrEqual(2);
      for (const at of times) openCheckpoint(note, { origin, verifierKeys: keysValidAt(trust, origin, at) });
    }
  });
});
