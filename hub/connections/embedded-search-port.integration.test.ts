import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acceptanceSuite } from '../../connectors/kit/acceptance/acceptance-suite.ts';
import type { RecordingDocument, RecordingWithdrawal } from '../../connectors/kit/record.ts';
import type { SearchIndexPort } from '../../connectors/kit/search-index.ts';
import {
  EMBEDDED_SEARCH_BYPASSES,
  embeddedSearchBench,
} from '../../test/support/connectors/embedded-search-bench.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { embeddedSearchPort } from './embedded-search-port.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const bench = embeddedSearchBench(async (tenantId) => {
  await database.asOwner("insert into tenant (tenant_id, name, region) values ($1, 'Bench', 'eu-central')", [
    tenantId,
  ]);
  return {
    port: embeddedSearchPort(database.db, tenantId),
    async count() {
      const [row] = await database.asOwner<{ count: number }>(
        'select count(*)::int from search_document where tenant_id = $1 and not removed',
        [tenantId],
      );
      return row?.count ?? 0;
    },
  };
});

describe('embedded search, over PostgreSQL', () => {
  for (const entry of acceptanceSuite(bench, EMBEDDED_SEARCH_BYPASSES)) {
    // A bypassed case is run, and counted as skipped, over the port in memory; here it would only be skipped again.
    if (entry.bypassed === undefined) test(entry.title, () => entry.run(bench));
  }
});

describe('the port to the built-in search', () => {
  let port: SearchIndexPort;
  beforeAll(() => {
    port = embeddedSearchPort(database.db, database.tenantId);
  });

  const document = (
    id: string,
    revision: number,
    change: Partial<RecordingDocument> = {},
  ): RecordingDocument => ({
    kind: 'recording',
    schemaVersion: 1,
    id,
    tenantId: database.tenantId,
    revision,
    startedAt: '2026-11-21T00:00:00.000Z',
    endedAt: '2026-11-21T00:01:00.000Z',
    durationMs: 60_000,
    parties: [{ name: `Name of revision ${revision}`, address: 'sip:+4930123456@sbc.example' }],
    state: 'retained',
    held: false,
    retainUntil: null,
    consentOutcome: 'ASSENT',
    region: 'eu-central',
    link: 'http://console.example/recordings/1',
    callId: 'call-1',
    ...change,
  });
  const withdrawal = (id: string, revision: number, held = false): RecordingWithdrawal => ({
    kind: 'withdrawal',
    schemaVersion: 1,
    id,
    tenantId: database.tenantId,
    revision,
    held,
  });
  const rowOf = async (id: string) =>
    (
      await database.asOwner(
        'select document, words, revision from search_document where recording_id = $1',
        [id],
      )
    )[0];

  test('ends at the newest revision however many writers come at once, in whatever order', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = randomUUID();
      const revisions = [3, 1, 5, 2, 4, 5];
      const results = await Promise.all(revisions.map((revision) => port.upsert(document(id, revision))));
      expect(await port.get(id)).toEqual({ revision: 5, held: false });
      expect(results.filter((result) => result === 'created')).toHaveLength(1);
      expect(JSON.stringify(await rowOf(id))).toContain('Name of revision 5');
    }
  });

  test('answers "unchanged" to the second of two that bring the same revision at once', async () => {
    const id = randomUUID();
    const results = await Promise.all([port.upsert(document(id, 7)), port.upsert(document(id, 7))]);
    expect(results.sort()).toEqual(['created', 'unchanged']);
  });

  test('never loses a removal to an older delivery, whichever is first', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = randomUUID();
      await port.upsert(document(id, 1));
      await Promise.all([port.upsert(document(id, 2)), port.remove(withdrawal(id, 3))]);
      expect(await port.get(id)).toBeUndefined();
      expect(await port.upsert(document(id, 2))).toBe('superseded');
      expect(await rowOf(id)).toEqual({ document: {}, words: '', revision: 3 });
    }
  });

  test('remembers a removal also of what it never had, so that a delivery still under way does not bring it', async () => {
    const id = randomUUID();
    expect(await port.remove(withdrawal(id, 3))).toBe('absent');
    expect(await port.upsert(document(id, 2))).toBe('superseded');
    expect(await port.get(id)).toBeUndefined();
    expect(await port.upsert(document(id, 4))).toBe('created');
  });

  test('keeps what is held', async () => {
    const id = randomUUID();
    await port.upsert(document(id, 2, { held: true }));
    expect(await port.remove(withdrawal(id, 2))).toBe('held');
    expect(await port.get(id)).toEqual({ revision: 2, held: true });
  });

  test('sees nothing of another tenant', async () => {
    const id = randomUUID();
    await port.upsert(document(id, 1));
    const other = embeddedSearchPort(database.db, await database.addTenant());
    expect(await other.get(id)).toBeUndefined();
    expect(await other.remove(withdrawal(id, 9))).toBe('absent');
    expect(await port.get(id)).toEqual({ revision: 1, held: false });
  });
});
