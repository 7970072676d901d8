import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { foldWords } from '../policy/fold-words.ts';
import {
  addressKeys,
  makeHoldQuery,
  matchesHold,
  type HoldableRecording,
  type HoldQuery,
} from '../policy/hold-query.ts';
import type { Tx } from './database.ts';
import { queryRow } from './holds.ts';
import { newId } from './ids.ts';
import { insertParties } from './parties.ts';

jest.setTimeout(120_000);

/** More with HOLDFAST_HOLD_QUERY_RUNS. */
const RUNS = Number(process.env['HOLDFAST_HOLD_QUERY_RUNS'] ?? 60);
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);

const NAMES = [
  'Ada Lovelace',
  'LOVELACE, Ada',
  'Jörg Müller',
  'STRAẞE 7',
  'Ὀδυσσεύς',
  'İpek',
  'ﬁn',
  'दीपक',
  '李四',
  'a%_b\\',
];
const ADDRESSES = [
  'sip:+49301234567@sbc.example;user=phone',
  'tel:+49-30-1234567',
  '0049 30 1234567',
  '<sips:Reception@Host.Example>',
  'reception',
  'tel:112',
  'sip:12@x',
  '',
];
const CLASSES = ['business-call', 'mifid2', 'complaint'];
const HOURS = ['09', '10', '11', '12'].map((hour) => `2026-03-01T${hour}:00:00.000Z`);
const text = fc.oneof(
  fc.constantFrom(...NAMES),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
/** Letters that became pairs of cases with Unicode 16 and 17: Node and PostgreSQL may be of different editions. */
const YOUNG = /[\u1c89\u1c8a\ua7cb-\ua7dc\u{10d50}-\u{10d85}\u{16ea0}-\u{16ed3}]/gu;
const storable = text.map((value) => value.replaceAll('\0', '').toWellFormed().replaceAll(YOUNG, ''));
const address = fc.oneof(fc.constantFrom(...ADDRESSES), storable);

const party = fc.record({
  name: fc.option(storable),
  address: fc.option(address),
  label: fc.option(storable),
});
const recording = fc.record({
  startedAt: fc.constantFrom(...HOURS),
  ms: fc.constantFrom(0, 1, 3_600_000),
  retentionClass: fc.constantFrom(...CLASSES),
  furtherClasses: fc.subarray(['complaint', 'mifid2']),
  region: fc.constantFrom('eu-central', 'us-east'),
  callId: fc.option(fc.oneof(fc.constantFrom('call-1', 'call-2'), storable)),
  parties: fc.array(party, { maxLength: 3 }),
});
const list = (entry: fc.Arbitrary<string>) =>
  fc.option(fc.array(entry, { minLength: 1, maxLength: 3 }), { freq: 3 });
/** Mostly pieces of what is there, so that something is found. */
const piece = fc.oneof(storable, fc.constantFrom('ada', 'muller', 'ss', '7', 'σ', '李', '%', '_', '30'));
const asked = fc.record({
  from: fc.option(fc.constantFrom(...HOURS)),
  to: fc.option(fc.constantFrom(...HOURS)),
  addresses: list(address),
  names: list(piece),
  classes: list(fc.constantFrom(...CLASSES)),
  regions: list(fc.constantFrom('eu-central', 'us-east')),
  callIds: list(fc.constantFrom('call-1', 'call-2')),
  sources: list(fc.constant('siprec')),
  words: list(piece),
});

interface Stored extends HoldableRecording {
  readonly id: string;
}

async function store(given: {
  readonly startedAt: string;
  readonly ms: number;
  readonly retentionClass: string;
  readonly furtherClasses: readonly string[];
  readonly region: string;
  readonly callId: string | null;
  readonly parties: HoldableRecording['parties'];
}): Promise<Stored> {
  const { startedAt, ms, parties, furtherClasses, ...rest } = given;
  const row = { ...rest, startedAt, endedAt: new Date(Date.parse(startedAt) + ms).toISOString() };
  const id = await addRecordingRow(database.db, database.tenantId, row);
  const rows = parties.map((each, ordinal) => ({ ...each, id: newId(Date.now()), recordingId: id, ordinal }));
  await inTenant((tx) => insertParties(tx, database.tenantId, rows));
  await database.asOwner('update recording set further_classes = $2 where id = $1', [id, furtherClasses]);
  const { retentionClass, region, callId } = given;
  const { endedAt } = row;
  const classes = [retentionClass, ...furtherClasses];
  return { startedAt, endedAt, classes, region, callId, source: 'siprec', parties, id };
}

const askSql = async (query: HoldQuery): Promise<string[]> => {
  const { rows } = await inTenant((tx) =>
    tx.query<{ id: string }>(
      `select r.id from recording r, jsonb_populate_record(null::hold_query, $1) q, query_reaches(q, r) order by r.id`,
      [queryRow(query)],
    ),
  );
  return rows.map(({ id }) => id);
};

/** Undefined where the query is refused. */
function prepared(given: Parameters<typeof makeHoldQuery>[0]): HoldQuery | undefined {
  try {
    return makeHoldQuery(given);
  } catch {
    return undefined;
  }
}

describe('the two predicates of a hold by query', () => {
  test('fold and key alike, whatever the script', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(storable, address), { minLength: 50, maxLength: 200 }),
        async (texts) => {
          const { rows } = await inTenant((tx) =>
            tx.query<{ folded: string; keys: string[] }>(
              'select fold_words(t) as folded, address_keys(t) as keys from unnest($1::text[]) with ordinality as g (t, n) order by n',
              [texts],
            ),
          );
          expect(rows).toEqual(texts.map((each) => ({ folded: foldWords(each), keys: addressKeys(each) })));
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('find the same recordings', async () => {
    const stored: Stored[] = [];
    for (const given of fc.sample(recording, 80)) stored.push(await store(given));
    let found = 0;
    await fc.assert(
      fc.asyncProperty(asked, async (given) => {
        const query = prepared(given);
        fc.pre(query !== undefined);
        const expected = stored.filter((each) => matchesHold(query, each)).map(({ id }) => id);
        found += expected.length;
        expect(await askSql(query)).toEqual(expected.sort());
      }),
      { numRuns: RUNS * 3 },
    );
    expect(found).toBeGreaterThan(0);
  });
});
