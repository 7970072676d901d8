import { cp, readdir, rm } from 'node:fs/promises';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { AnchoredLog, NOBODY } from '../../test/support/anchored-log.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { openLocalWitness, type LocalWitness } from '../../test/support/local-witness.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { makeTimeStampAuthority, serveTimeStamps } from '../../test/support/time-stamp-authority.ts';
import { openCheckpoint, signCheckpoint } from '../../recorder-core/ledger/checkpoint.ts';
import { emptyRoot, leafHash, readRoot } from '../../recorder-core/ledger/merkle.ts';
import { consistencyProof, verifyConsistency } from '../../recorder-core/ledger/proofs.ts';
import { noteSigner, verifierKeyText } from '../../recorder-core/ledger/signed-note.ts';
import { checkpointNow, readCustody } from '../../recorder-core/records/checkpoints.ts';
import { logOrigin } from '../../recorder-core/records/log-origin.ts';
import { clearLedgerAlarms } from '../../recorder-core/records/ledger-alarms.ts';
import { nodeReader } from '../../recorder-core/records/ledger-log.ts';
import type { AnchorConfig } from './anchor-config.ts';
import type { Anchoring } from './anchoring.ts';
import { askWitness } from './ask-witness.ts';

jest.setTimeout(120_000); // keys of authorities and processes of OpenSSL

/** The server lies: whoever runs it holds database, ledger key and program. The witness is real and in other hands. */
let database: TestDatabase;
let log: AnchoredLog;
let witness: LocalWitness;
let config: AnchorConfig;
let anchoring: Anchoring;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  log = await AnchoredLog.open(database);
  witness = await openLocalWitness();
  await log.pinAt(witness);
  config = { ...NOBODY, witnesses: [witness.target], quorum: 1 };
  anchoring = log.anchoring(config);
});
afterEach(() => witness.remove());

/** Lets the honest log grow and be cosigned. */
async function cosigned(leaves: number): Promise<void> {
  await log.grow(leaves);
  expect(await anchoring.anchorNow(log.tenantId)).toMatchObject({ publishedAt: expect.any(Date) });
}

/** Anchors once more and expects the alarm, the silence after it, and a trace outside the database. */
async function expectAlarm(kind: string): Promise<void> {
  await expect(anchoring.anchorNow(log.tenantId)).rejects.toMatchObject({ code: 'integrity_failed' });
  expect(await log.alarms()).toMatchObject([{ kind, source: witness.target.key.name }]);
  expect(log.raised).toEqual([kind]);
  expect(log.lines.some((line) => line.includes('ledger alarm') && line.includes(kind))).toBe(true);
  await expectStopped();
}

/** Nothing is signed any more, whoever asks. */
async function expectStopped(): Promise<void> {
  await log.grow(1);
  const signed = async (): Promise<unknown> =>
    database.asOwner('select max(size) from ledger_checkpoint where tenant_id = $1', [log.tenantId]);
  const before = await signed();
  await expect(anchoring.anchorNow(log.tenantId)).rejects.toMatchObject({ code: 'integrity_failed' });
  await expect(
    database.db.forTenant(log.tenantId, (tx) => checkpointNow(tx, log.tenantId, testLedgerKeys, new Date())),
  ).rejects.toMatchObject({ code: 'integrity_failed' });
  expect(await signed()).toEqual(before);
}

describe('a witness catches a server that', () => {
  test('restores the database from an old backup', async () => {
    await cosigned(5);
    const restore = await log.backUp();
    await cosigned(4);
    await restore();
    await expectAlarm('log-shrank');
  });

  test('restores an old backup and lets the log grow past what was cosigned before it asks', async () => {
    await cosigned(5);
    const restore = await log.backUp();
    await cosigned(4);
    await restore();
    await log.grow(20);
    await expectAlarm('history-differs');
  });

  test('truncates the log and removes every trace of what was signed above', async () => {
    await cosigned(5);
    await cosigned(4);
    await log.rewrite(7, { keep: 5 });
    await expectAlarm('log-shrank');
  });

  test('edits a leaf, builds the tree anew and signs it with the real key', async () => {
    await cosigned(9);
    await log.rewrite(9, { bodies: new Map([[3, await log.lieAbout(3)]]) });
    await expectAlarm('history-differs');
  });

  test('exchanges two leaves', async () => {
    await cosigned(9);
    const [one, two] = await database.asOwner<{ body: Buffer }>(
      'select body from ledger_leaf where tenant_id = $1 and index in (2, 6) order by index',
      [log.tenantId],
    );
    await log.rewrite(9, {
      bodies: new Map([
        [2, two!.body],
        [6, one!.body],
      ]),
    });
    await expectAlarm('history-differs');
  });

  test('forks the log: one history for the witness, another for somebody else', async () => {
    await cosigned(6);
    const restore = await log.backUp();
    await cosigned(5);
    await restore();
    // The fork has as many leaves as the witness saw, and goes on.
    await log.grow(5);
    await expectAlarm('history-differs');
    expect(await readdir(join(witness.state, 'evidence'))).toHaveLength(1);
  });

  test('forks the log and forgets that there was a witness', async () => {
    await cosigned(6);
    await log.rewrite(6, { bodies: new Map([[0, await log.lieAbout(0)]]) });
    await log.grow(3);
    await expectAlarm('history-differs');
  });

  test('after the alarm was cleared without anything being put right, again', async () => {
    await cosigned(9);
    await log.rewrite(9, { bodies: new Map([[3, await log.lieAbout(3)]]) });
    await expectAlarm('history-differs');
    await database.db.forTenant(log.tenantId, (tx) => clearLedgerAlarms(tx, new Date()));
    log.raised.length = 0;
    await expectAlarm('history-differs');
  });

  test('removes the alarm itself from the database, again and again', async () => {
    await cosigned(9);
    await log.rewrite(9, { bodies: new Map([[3, await log.lieAbout(3)]]) });
    for (let turn = 1; turn <= 3; turn += 1) {
      await expect(anchoring.anchorNow(log.tenantId)).rejects.toMatchObject({ code: 'integrity_failed' });
      await log.tamper(async (client) => {
        await client.query('delete from ledger_alarm where tenant_id = $1', [log.tenantId]);
      });
      expect(log.raised).toHaveLength(turn);
    }
    expect(
      await database.asOwner(
        'select from ledger_checkpoint where tenant_id = $1 and published_at is not null and size >= 9',
        [log.tenantId],
      ),
    ).toEqual([]);
  });
});

describe('the log notices a witness that', () => {
  test('was restored from an older copy of its state', async () => {
    await cosigned(5);
    await witness.stop();
    await cp(witness.state, `${witness.state}.old`, { recursive: true });
    await witness.start();
    await cosigned(4);
    await witness.stop();
    await rm(witness.state, { recursive: true });
    await cp(`${witness.state}.old`, witness.state, { recursive: true });
    await witness.start();
    await log.grow(1);
    await expectAlarm('witness-forgot');
  });

  test('lost what it cosigned and kept its key', async () => {
    await cosigned(5);
    await witness.stop();
    for (const file of await readdir(join(witness.state, 'logs')))
      await rm(join(witness.state, 'logs', file));
    await witness.start();
    await log.grow(1);
    await expectAlarm('witness-forgot');
  });

  test('comes back under its name with another key: what it signs does not count, and it knows of nothing', async () => {
    const impostor = await openLocalWitness(witness.target.key.name);
    try {
      await log.pinAt(impostor);
      const misled = log.anchoring({
        ...config,
        witnesses: [{ ...witness.target, url: impostor.target.url }],
      });
      await log.grow(1);
      expect(await misled.anchorNow(log.tenantId)).toMatchObject({ publishedAt: null, cosignatures: [] });
      expect(misled.state.failing).toMatchObject([
        { fault: 'its cosignature is not by the key it is known by' },
      ]);
      await cosigned(5);
      await expect(misled.anchorNow(log.tenantId)).rejects.toMatchObject({ code: 'integrity_failed' });
      expect(log.raised).toEqual(['witness-forgot']);
    } finally {
      await impostor.remove();
    }
  });
});

describe('a server that names another identity', () => {
  test('starts no new state at the witness (CVE-2022-39199: immudb’s client took the server’s word for it)', async () => {
    await cosigned(5);
    const elsewhere = logOrigin('00000000-0000-7000-8000-00000000dead');
    const signer = noteSigner(elsewhere, testLedgerKeys('ledger-1'));
    const checkpoint = signCheckpoint(
      { origin: elsewhere, size: 1, root: leafHash(Buffer.from('new state')) },
      signer,
    );
    const answer = await askWitness(witness.target, { oldSize: 0, size: 1, proof: [], checkpoint });
    expect(answer).toEqual({ kind: 'unhelpful', reason: 'it answered with status 404' });
    expect(await readdir(join(witness.state, 'logs'))).toHaveLength(1);
  });

  test('is refused by whoever pinned the log', async () => {
    await cosigned(5);
    const other = await AnchoredLog.open(database);
    await other.grow(5);
    const swapped = await other.anchoring(NOBODY).anchorNow(other.tenantId);
    const trust = await log.trust(config);
    const verifierKeys = trust.logs[0]!.keys.map(({ key }) => key);
    expect(() => openCheckpoint(swapped!.note, { origin: trust.logs[0]!.origin, verifierKeys })).toThrow(
      /no trusted key signed it/,
    );
  });

  test('shows another tenant’s log under this one’s name: the witness sees another history', async () => {
    await cosigned(5);
    const other = await AnchoredLog.open(database);
    await other.grow(9);
    await other.anchoring(NOBODY).anchorNow(other.tenantId);
    await log.tamper(async (client) => {
      for (const table of [
        'ledger_cosignature',
        'ledger_checkpoint',
        'ledger_leaf',
        'ledger_node',
        'ledger_head',
      ])
        await client.query(`delete from ${table} where tenant_id = $1`, [log.tenantId]);
      for (const table of ['ledger_leaf', 'ledger_node', 'ledger_head'])
        await client.query(`update ${table} set tenant_id = $1 where tenant_id = $2`, [
          log.tenantId,
          other.tenantId,
        ]);
    });
    await expectAlarm('history-differs');
  });

  test('signs with a key of its own: the witness refuses, and nothing is published', async () => {
    await cosigned(5);
    const own = generateKeyPairSync('ed25519').privateKey;
    await log.tamper(async (client) => {
      for (const table of ['ledger_cosignature', 'ledger_checkpoint'])
        await client.query(`delete from ${table} where tenant_id = $1`, [log.tenantId]);
      await client.query('update ledger_signing_key set verifier_key = $2 where tenant_id = $1', [
        log.tenantId,
        verifierKeyText(logOrigin(log.tenantId), own),
      ]);
    });
    const lying = log.anchoring(config, { keys: () => own });
    expect(await lying.anchorNow(log.tenantId)).toMatchObject({ publishedAt: null });
    expect(lying.state.failing).toMatchObject([{ fault: 'it answered with status 403' }]);
  });
});

describe('a server that shows two histories with the same ends', () => {
  test('cannot prove the second: every hash of a proof counts (CVE-2022-36111)', async () => {
    await cosigned(5);
    await cosigned(15);
    const honest = await database.db.forTenant(log.tenantId, (tx) => consistencyProof(5, 20, nodeReader(tx)));
    // The middle is rewritten, beginning and end stay as they were.
    await log.rewrite(20, { bodies: new Map([[11, await log.lieAbout(11)]]), keep: 5 });
    const lie = await database.db.forTenant(log.tenantId, (tx) => consistencyProof(5, 20, nodeReader(tx)));
    const heads = await database.db.forTenant(log.tenantId, async (tx) => {
      return { old: await readRoot(5, nodeReader(tx)), lying: await readRoot(20, nodeReader(tx)) };
    });
    // By itself the second history is sound; against what the witness holds, no mixture of the two proofs is.
    expect(verifyConsistency(5, 20, lie, heads.old, heads.lying)).toBe(true);
    const signer = noteSigner(logOrigin(log.tenantId), testLedgerKeys('ledger-1'));
    const checkpoint = signCheckpoint(
      { origin: logOrigin(log.tenantId), size: 20, root: heads.lying },
      signer,
    );
    for (const proof of [honest, lie, ...honest.map((hash, at) => lie.toSpliced(at, 1, hash)), []])
      expect(
        await askWitness(witness.target, { oldSize: 20, size: 20, proof: [...proof], checkpoint }),
      ).toMatchObject({ kind: 'history-differs' });
    await expectAlarm('history-differs');
  });

  test('cannot keep the tree and exchange the leaf below it: the leaf has no proof', async () => {
    await cosigned(20);
    const lie = await log.lieAbout(11);
    await log.tamper(async (client) => {
      await client.query('update ledger_leaf set body = $2 where tenant_id = $1 and index = 11', [
        log.tenantId,
        lie,
      ]);
    });
    expect(await anchoring.anchorNow(log.tenantId)).toMatchObject({
      size: 20,
      publishedAt: expect.any(Date),
    });
    const [row] = await database.asOwner<{ object_id: string }>(
      'select object_id from ledger_leaf where tenant_id = $1 and index = 11',
      [log.tenantId],
    );
    const custody = await database.db.forTenant(log.tenantId, async (tx) =>
      readCustody(tx, row!.object_id, await checkpointNow(tx, log.tenantId, testLedgerKeys, new Date())),
    );
    expect(custody.filter(({ proven }) => !proven).map(({ index }) => index)).toEqual([11]);
  });

  test('cannot let a log pass for empty that was not', async () => {
    await cosigned(5);
    const signer = noteSigner(logOrigin(log.tenantId), testLedgerKeys('ledger-1'));
    const checkpoint = signCheckpoint(
      { origin: logOrigin(log.tenantId), size: 0, root: emptyRoot() },
      signer,
    );
    expect(await askWitness(witness.target, { oldSize: 0, size: 0, proof: [], checkpoint })).toEqual({
      kind: 'other-size',
      size: 5,
    });
  });
});

describe('a server with a clock that was set back', () => {
  test('is contradicted by the witness and by the time-stamp authority', async () => {
    const tsa = makeTimeStampAuthority();
    const served = await serveTimeStamps((request) => tsa.reply(request));
    try {
      log.clockOffMs = -86_400_000;
      await log.grow(3);
      const dated = log.anchoring({ ...config, timeStampUrls: [served.url], authorities: [tsa.root] });
      const anchored = await dated.anchorNow(log.tenantId);
      const sources = (await log.alarms()).map(({ kind, source }) => `${kind} ${source}`);
      expect(sources.sort()).toEqual([
        `clock-differs ${served.url}`,
        `clock-differs ${witness.target.key.name}`,
      ]);
      // The stamp tells the true time of the log that holds the leaves with the false ones.
      const [stamp] = anchored!.timeStamps;
      const [leaf] = await database.asOwner<{ at: Date }>(
        'select max(at) as at from ledger_leaf where tenant_id = $1',
        [log.tenantId],
      );
      expect(stamp!.at.getTime() - leaf!.at.getTime()).toBeGreaterThan(86_000_000);
      log.clockOffMs = 0;
      await log.grow(1);
      await dated.anchorNow(log.tenantId);
      expect(await log.alarms()).toEqual([]);
    } finally {
      await served.close();
      tsa.close();
    }
  });
});
