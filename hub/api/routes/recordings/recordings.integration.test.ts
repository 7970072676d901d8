import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall, SPEAKERS, type TestRecording } from '../../../../test/support/test-recording.ts';
import { openCheckpoint } from '../../../../recorder-core/ledger/checkpoint.ts';
import { leafHash } from '../../../../recorder-core/ledger/merkle.ts';
import { verifyInclusion } from '../../../../recorder-core/ledger/proofs.ts';
import { readRecording } from '../../../../recorder-core/records/recordings.ts';
import { setRetention } from '../../../../recorder-core/records/recording-retention.ts';
import { logOrigin } from '../../../../recorder-core/records/log-origin.ts';
import { hold } from '../../schemas/hold.ts';
import { custody } from '../../schemas/ledger.ts';
import { recordingDetail, recordingPage, waveform } from '../../schemas/recording.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const UNKNOWN = '0198c0de-0000-7000-8000-00000000dead';
let database: TestDatabase;
let hub: TestHub;
let call: TestRecording;
let officer: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  call = await recordCall(hub);
  officer = await hub.signIn('compliance_officer');
  stranger = await hub.signIn('administrator', await database.addTenant());
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const base = '/api/v1/recordings';
const readPage = (query: string, by = officer) => by.read(recordingPage, `${base}?${query}`);

describe('the list', () => {
  test('shows a call with both voices as its schema says', async () => {
    const { items, nextCursor } = await readPage('');
    expect(nextCursor).toBeUndefined();
    expect(items).toMatchObject([{ id: call.id, state: 'retained', partial: false, held: false }]);
    expect(items[0]!.parties.map(({ ordinal, name, address }) => ({ ordinal, name, address }))).toEqual(
      SPEAKERS.map(({ aor, name }, ordinal) => ({ ordinal, name, address: aor })),
    );
    expect(Date.parse(items[0]!.retainUntil!)).toBeGreaterThan(Date.now());
  });

  test('finds it by name and number, and finds nothing for other words', async () => {
    for (const q of ['agnes', 'CUSTOMER', '4155550100', '%2B442079', 'agnes carl', call.id])
      expect({ q, found: (await readPage(`q=${q}`)).items.map(({ id }) => id) }).toEqual({
        q,
        found: [call.id],
      });
    for (const q of ['agnes smith', '%25', '_', "'", UNKNOWN])
      expect((await readPage(`q=${q}`)).items).toEqual([]);
    for (const q of ['', '%20', '%20%20']) expect((await readPage(`q=${q}`)).items).toHaveLength(1);
  });

  test('pages through all recordings once each, with and without a filter', async () => {
    const tenantId = await database.addTenant();
    const person = await hub.signIn('auditor', tenantId);
    const expected: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      const startedAt = new Date(Date.UTC(2026, 10, 16, 8, 0, i >> 1)).toISOString(); // two of each second
      expected.push(await addRecordingRow(database.db, tenantId, { startedAt }, { name: 'Everyone' }));
    }
    for (const filter of ['', '&q=every', '&state=captured', '&held=false']) {
      const seen: string[] = [];
      let cursor = '';
      for (;;) {
        const found = await readPage(`limit=3${filter}${cursor}`, person);
        seen.push(...found.items.map(({ id }) => id));
        if (found.nextCursor === undefined) break;
        cursor = `&cursor=${found.nextCursor}`;
      }
      expect({ filter, seen: [...seen].sort() }).toEqual({ filter, seen: [...expected].sort() });
    }
    expect((await readPage('limit=7', person)).nextCursor).toBeUndefined();
    expect((await readPage('state=disposed', person)).items).toEqual([]);
  });

  test('of one tenant shows nothing of another, whatever is asked', async () => {
    for (const query of ['', 'q=agnes', `q=${call.id}`, 'state=retained', 'held=false'])
      expect((await readPage(query, stranger)).items).toEqual([]);
  });
});

describe('one recording', () => {
  test('is described with its parts, keys, decisions and the workflow that drives it', async () => {
    const detail = await officer.read(recordingDetail, `${base}/${call.id}`);
    expect(detail).toMatchObject({
      id: call.id,
      region: 'eu-central',
      holds: [],
      receipts: [],
      certificate: null,
    });
    expect(detail.parts.map(({ kind, store }) => `${kind} ${store}`).sort()).toEqual([
      'media objects',
      'media objects',
      'metadata objects',
      'waveform objects',
    ]);
    expect(detail.parts.map(({ sha256 }) => sha256)).toEqual(
      call.parts.map(({ sha256 }) => sha256.toString('hex')),
    );
    expect(detail.parts.every(({ keyId, destroyedAt }) => keyId !== null && destroyedAt === null)).toBe(true);
    expect(detail.consent.rules.length).toBeGreaterThan(0);
    expect(detail.consent.reasons.length).toBeGreaterThan(0);
    expect(detail.retention.reasons.length).toBeGreaterThan(0);
    expect(detail.workflowId).toContain(call.id);
    expect(JSON.stringify(detail)).not.toContain('wrapped');
  });

  test('is found by its id in capital letters too', async () => {
    const detail = await officer.read(recordingDetail, `${base}/${call.id.toUpperCase()}`);
    expect(detail.id).toBe(call.id);
  });

  test('is described from the moment it is captured, and still after it was disposed of', async () => {
    const row = await addRecordingRow(database.db, database.tenantId);
    expect(await officer.read(recordingDetail, `${base}/${row}`)).toMatchObject({
      state: 'captured',
      parts: [],
    });
    await database.asOwner("update recording set state = 'disposed' where id = $1", [row]);
    await database.db.forTenant(database.tenantId, async (tx) => {
      const { consent } = (await readRecording(tx, row))!;
      await setRetention(tx, row, consent, null);
    });
    await database.asOwner(
      "insert into disposal_certificate values ($1, $2, 1, '2026-11-16T00:00:00Z', $3, '{}', 7)",
      [database.tenantId, row, JSON.stringify([{ id: 'floor/test', status: 'verified' }])],
    );
    const detail = await officer.read(recordingDetail, `${base}/${row}`);
    expect(detail.certificate).toMatchObject({ disposedAt: '2026-11-16T00:00:00.000Z', ledgerIndex: 7 });
    await readProblem(officer.fetch(`${base}/${row}/audio`), 410);
  });

  test('has a waveform of as many channels as parties, in their order', async () => {
    const drawn = await officer.read(waveform, `${base}/${call.id}/waveform`);
    const { parties, durationMs } = await officer.read(recordingDetail, `${base}/${call.id}`);
    expect(drawn.durationMs).toBe(durationMs);
    expect(drawn.channels.map(({ partyId }) => partyId)).toEqual(parties.map(({ id }) => id));
    for (const { peaks } of drawn.channels) {
      expect(peaks).toHaveLength(2 * drawn.buckets);
      expect(Math.min(...peaks)).toBeLessThan(-10); // both speak
      expect(Math.max(...peaks)).toBeLessThanOrEqual(127);
      for (let i = 0; i < peaks.length; i += 2) expect(peaks[i]!).toBeLessThanOrEqual(peaks[i + 1]!);
    }
  });

  test('shows its waveform to more people at once than there are connections', async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => officer.fetch(`${base}/${call.id}/waveform`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 200));
  });

  test('has a custody that anyone can check with the key alone', async () => {
    await (await officer.fetch(`${base}/${call.id}/audio`)).arrayBuffer();
    const { checkpoint, verifierKey, entries } = await officer.read(custody, `${base}/${call.id}/custody`);
    expect(entries.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['recording.sealed', 'recording.stored', 'recording.played']),
    );
    const trusted = { origin: logOrigin(database.tenantId), verifierKeys: [verifierKey] };
    const { size, root } = openCheckpoint(checkpoint, trusted);
    for (const entry of entries) {
      const leaf = Buffer.from(entry.leaf);
      expect(entry.leafHash).toBe(leafHash(leaf).toString('base64'));
      const proof = entry.proof.map((hash) => Buffer.from(hash, 'base64'));
      expect(verifyInclusion(leaf, entry.index, size, proof, root)).toBe(true);
      expect(entry.proven).toBe(true);
    }
    const played = entries.find(({ act }) => act === 'recording.played');
    expect(played?.actor).toEqual({ kind: 'person', name: officer.name });
  });

  test('of another tenant does not exist, whichever way it is asked for', async () => {
    for (const end of ['', '/audio', '/waveform', '/custody']) {
      const theirs = await readProblem(stranger.fetch(`${base}/${call.id}${end}`), 404);
      const none = await readProblem(stranger.fetch(`${base}/${UNKNOWN}${end}`), 404);
      expect(theirs).toEqual({ ...none, traceId: theirs.traceId }); // no telling the two apart
    }
    const place = { method: 'POST', body: { matter: 'M', reason: 'R', recordingIds: [call.id] } };
    await readProblem(stranger.fetch('/api/v1/holds', place), 404);
    const { items } = (await (await stranger.fetch(`/api/v1/holds?recordingId=${call.id}`)).json()) as {
      items: [];
    };
    expect(items).toEqual([]);
    const placed = await officer.read(hold, '/api/v1/holds', place);
    const release = { method: 'POST', body: { reason: 'not mine' } };
    await readProblem(stranger.fetch(`/api/v1/holds/${placed.id}/release`, release), 404);
    expect((await readPage('held=true')).items).toHaveLength(1);
  });
});
