import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOBODY } from '../../../../test/support/anchored-log.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { openCheckpoint, parseCheckpointText } from '../../../../recorder-core/ledger/checkpoint.ts';
import { leafHash } from '../../../../recorder-core/ledger/merkle.ts';
import { MemoryLog } from '../../../../recorder-core/ledger/testing/memory-log.ts';
import { verifyConsistency, verifyInclusion } from '../../../../recorder-core/ledger/proofs.ts';
import { parseNote } from '../../../../recorder-core/ledger/signed-note.ts';
import { parseEntryBundle } from '../../../../recorder-core/ledger/tiles.ts';
import { parseTlogProof } from '../../../../recorder-core/ledger/tlog-proof.ts';
import { logOrigin } from '../../../../recorder-core/records/log-origin.ts';
import { listLedgerAlarms, raiseLedgerAlarm } from '../../../../recorder-core/records/ledger-alarms.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { anchorLog } from '../../../anchoring/anchor-log.ts';
import {
  ledgerAlarmList,
  ledgerConsistency,
  ledgerHistory,
  ledgerKeyList,
  ledgerKeyRotation,
} from '../../schemas/anchors.ts';
import { ledgerPage } from '../../schemas/ledger.ts';

let database: TestDatabase;
let hub: TestHub;
let auditor: TestPerson;
let administrator: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  auditor = await hub.signIn('auditor');
  administrator = await hub.signIn('administrator');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

async function grow(leaves: number): Promise<void> {
  await database.db.forTenant(database.tenantId, async (tx) => {
    for (let at = 0; at < leaves; at += 1)
      await appendLeaf(tx, database.tenantId, {
        at: new Date(),
        act: 'recording.played',
        object: { type: 'recording', id: `r${at}` },
        outcome: 'done',
      });
  });
}

/** What the worker's anchoring does. */
async function publish(): Promise<number> {
  const { db, ledgerKeys: keys, log, newId, now } = hub.services;
  const none = (): void => undefined;
  const parts = { db, keys, log, newId, now, config: NOBODY, onAsked: none, onAlarm: none };
  return (await anchorLog(parts, database.tenantId, { stamp: 'now', askAll: false }))?.size ?? 0;
}

async function fetchBytes(path: string): Promise<Buffer> {
  const response = await auditor.fetch(`/api/v1/ledger/${path}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('the read side of the ledger', () => {
  test('gives the newest published checkpoint, and the tiles from which everybody computes its root', async () => {
    await readProblem(auditor.fetch('/api/v1/ledger/checkpoint'), 404);
    await grow(300);
    const size = await publish();
    const { items } = await auditor.read(ledgerKeyList, '/api/v1/ledger/keys');
    const note = (await fetchBytes('checkpoint')).toString();
    const trusted = {
      origin: logOrigin(database.tenantId),
      verifierKeys: items.map(({ verifierKey }) => verifierKey),
    };
    const { root } = openCheckpoint(note, trusted);
    const width = size - 256;
    const entries = [
      ...parseEntryBundle(await fetchBytes('tile/entries/000')),
      ...parseEntryBundle(await fetchBytes(`tile/entries/001.p/${width}`)),
    ];
    const rebuilt = new MemoryLog(entries);
    expect(rebuilt.size).toBe(size);
    expect(rebuilt.root).toEqual(root);
    const hashes = Buffer.concat([await fetchBytes('tile/0/000'), await fetchBytes(`tile/0/001.p/${width}`)]);
    expect(hashes).toEqual(Buffer.concat(entries.map((entry) => leafHash(entry))));
    expect(await fetchBytes('tile/1/000.p/1')).toEqual(new MemoryLog(entries.slice(0, 256)).root);
  });

  test('gives the proof of one entry as a text that other programs verify', async () => {
    const { index, proof, checkpoint } = parseTlogProof((await fetchBytes('proof/3')).toString());
    const { items } = await auditor.read(ledgerKeyList, '/api/v1/ledger/keys');
    const verifierKeys = items.map(({ verifierKey }) => verifierKey);
    const { size, root } = openCheckpoint(checkpoint, { origin: logOrigin(database.tenantId), verifierKeys });
    const entry = parseEntryBundle(await fetchBytes('tile/entries/000'))[3]!;
    expect(verifyInclusion(entry, index, size, proof, root)).toBe(true);
    for (const path of [`proof/${size}`, 'proof/-1', 'proof/01', 'proof/x'])
      await readProblem(auditor.fetch(`/api/v1/ledger/${path}`), 404);
  });

  test('gives no tile beyond what is published, and nothing to people without the right or a session', async () => {
    for (const path of ['tile/0/002', 'tile/0/001.p/255', 'tile/1/000', 'tile/0/0', 'tile/entries/x001/000'])
      await readProblem(auditor.fetch(`/api/v1/ledger/${path}`), 404);
    const engineer = await hub.signIn('engineer');
    for (const path of ['checkpoint', 'tile/0/000', 'proof/0', 'history', 'keys', 'alarms']) {
      await readProblem(engineer.fetch(`/api/v1/ledger/${path}`), 403);
      await readProblem(hub.fetch(`/api/v1/ledger/${path}`), 401);
    }
  });

  test('gives the history of published checkpoints, page by page', async () => {
    await grow(1);
    await publish();
    const whole = await auditor.read(ledgerHistory, '/api/v1/ledger/history');
    expect(whole.items.length).toBeGreaterThanOrEqual(2);
    const [first] = whole.items;
    const rest = await auditor.read(ledgerHistory, `/api/v1/ledger/history?after=${first!.size}&limit=1`);
    expect(rest.items).toEqual(whole.items.slice(1, 2));
  });

  test('gives the newest checkpoints first where that is asked, and goes on below', async () => {
    const { items } = await auditor.read(ledgerHistory, '/api/v1/ledger/history');
    const newest = await auditor.read(ledgerHistory, '/api/v1/ledger/history?order=newest&limit=1');
    expect(newest.items).toEqual(items.slice(-1));
    const below = await auditor.read(
      ledgerHistory,
      `/api/v1/ledger/history?order=newest&before=${newest.items[0]!.size}`,
    );
    expect(below.items).toEqual(items.slice(0, -1).toReversed());
  });

  test('takes a wish for an anchor', async () => {
    const response = await auditor.fetch('/api/v1/ledger/anchor', { method: 'POST', body: {} });
    expect(response.status).toBe(202);
    expect(
      await database.asOwner('select from ledger_anchor_wish where tenant_id = $1', [database.tenantId]),
    ).toHaveLength(1);
  });

  test('proves that a checkpoint grew out of an earlier one, and refuses sizes that there are not', async () => {
    await grow(5);
    const first = await publish();
    await grow(7);
    const second = await publish();
    const { items } = await auditor.read(ledgerHistory, '/api/v1/ledger/history');
    const rootOf = (size: number): Buffer =>
      parseCheckpointText(parseNote(items.find((one) => one.size === size)?.checkpoint ?? '').text).root;
    const { proof } = await auditor.read(
      ledgerConsistency,
      `/api/v1/ledger/consistency?from=${first}&to=${second}`,
    );
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
    expect(verifyConsistency(first, second, hashes, rootOf(first), rootOf(second))).toBe(true);
    expect(verifyConsistency(first, second, hashes, rootOf(second), rootOf(first))).toBe(false);
    const ask = (query: string) => readProblem(auditor.fetch(`/api/v1/ledger/consistency?${query}`), 400);
    expect(await ask(`from=${second}&to=${first}`)).toMatchObject({ field: '/query/from' });
    expect(await ask(`from=0&to=${second + 1_000_000}`)).toMatchObject({ field: '/query/to' });
    const engineer = await hub.signIn('engineer');
    await readProblem(engineer.fetch('/api/v1/ledger/consistency?from=0&to=1'), 403);
  });
});

describe('a rotation of the signing key', () => {
  test('is for administrators, takes a reason, and is a leaf that names both keys', async () => {
    const body = { reason: 'The yearly rotation' };
    await readProblem(auditor.fetch('/api/v1/ledger/keys/rotate', { method: 'POST', body }), 403);
    await readProblem(administrator.fetch('/api/v1/ledger/keys/rotate', { method: 'POST', body: {} }), 400);
    const { next } = await administrator.read(ledgerKeyList, '/api/v1/ledger/keys');
    const { before, after } = await administrator.read(ledgerKeyRotation, '/api/v1/ledger/keys/rotate', {
      method: 'POST',
      body,
    });
    expect(after).toMatchObject({ ...next, until: null });
    expect(before).toMatchObject({ name: 'ledger-1', until: after.from });
    const page = await administrator.read(ledgerPage, '/api/v1/ledger/leaves?act=key.rotated');
    const leaf = parseLeaf(Buffer.from(page.entries[0]!.leaf));
    expect(leaf).toMatchObject({
      object: { type: 'key', id: 'ledger-2' },
      facts: { previousKey: before.verifierKey, nextKey: after.verifierKey, from: after.from },
    });
    expect(Object.keys(leaf.commitments ?? {})).toContain('reason');
    expect(page.entries[0]!.actor).toEqual({ kind: 'person', name: 'Test administrator' });
  });
});

describe('alarms about the ledger', () => {
  test('are listed, cleared by administrators with a reason, and the clearing is a leaf', async () => {
    const { db, tenantId } = database;
    const raisedAt = new Date();
    const alarm = {
      id: hub.services.newId(raisedAt),
      kind: 'history-differs',
      source: 'w.example',
      size: 3,
      detail: 'It differs.',
      raisedAt,
    } as const;
    await db.forTenant(tenantId, (tx) => raiseLedgerAlarm(tx, tenantId, alarm));
    const listed = await auditor.read(ledgerAlarmList, '/api/v1/ledger/alarms');
    expect(listed.items).toMatchObject([{ kind: 'history-differs', clearedAt: null }]);
    // The log can still be read, up to what was signed last; nothing more is signed.
    const signed = await auditor.read(ledgerPage, '/api/v1/ledger/leaves');
    await grow(1);
    const still = await auditor.read(ledgerPage, '/api/v1/ledger/leaves');
    expect(still).toEqual(signed);
    expect(still.entries.every(({ proven }) => proven)).toBe(true);
    const body = { reason: 'The witness was misled by a test' };
    await readProblem(auditor.fetch('/api/v1/ledger/alarms/clear', { method: 'POST', body }), 403);
    const cleared = await administrator.read(ledgerAlarmList, '/api/v1/ledger/alarms/clear', {
      method: 'POST',
      body,
    });
    expect(cleared.items).toMatchObject([{ id: alarm.id, clearedAt: expect.any(String) }]);
    expect(await db.forTenant(tenantId, (tx) => listLedgerAlarms(tx, 10))).toMatchObject([
      { clearedAt: expect.any(Date) },
    ]);
    const page = await auditor.read(ledgerPage, '/api/v1/ledger/leaves?act=configuration.changed');
    expect(parseLeaf(Buffer.from(page.entries[0]!.leaf)).facts).toEqual({
      clearedAlarms: [{ kind: 'history-differs', source: 'w.example', size: 3 }],
    });
  });
});
