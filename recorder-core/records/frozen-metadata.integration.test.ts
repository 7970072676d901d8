import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Tx } from './database.ts';
import { insertIdentity, insertRelations } from './relations.ts';

jest.setTimeout(60_000);
const REFUSED = { code: '42501' };
let database: TestDatabase;
let bench: ActivityBench;
let id: string;
let other: string;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  [id, other] = [await bench.retain({ packets: 2 }), await bench.retain({ packets: 2 })];
  await inTenant(async (tx) => {
    await insertIdentity(tx, database.tenantId, id, [{ kind: 'call', digest: Buffer.alloc(32) }]);
    await insertRelations(tx, database.tenantId, id, [{ recordingId: other, kind: 'same-call' }]);
  });
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const change = (sql: string) => () => inTenant((tx) => tx.query(sql, [id]));
const asOwner = (sql: string) => () => database.asOwner(sql, [id]);

const codeOf = (attempt: () => Promise<unknown>): Promise<unknown> =>
  attempt().then(
    () => undefined,
    (error: { readonly code?: string }) => error.code,
  );

/** Every column that describes a recording, with a value that it does not have. */
const RECORDING: Readonly<Record<string, string>> = {
  region: "'elsewhere'",
  source: "'siprec '",
  call_id: "'another'",
  started_at: "started_at - interval '1 hour'",
  ended_at: "ended_at + interval '1 hour'",
  duration_ms: 'duration_ms + 1',
  partial: 'not partial',
  retention_class: "'another'",
  consent: "'{}'",
  warnings: `'["x"]'`,
  quality: "'[1]'",
  further_classes: "'{x}'",
  group_sequence: '7',
  created_at: "created_at - interval '1 day'",
  department: "'another'",
  classification: "'another'",
};
const PART: Readonly<Record<string, string>> = {
  replaces: 'gen_random_uuid()',
  cut_id: 'gen_random_uuid()',
  kind: "'waveform'",
  label: "'x'",
  version: 'version + 1',
  bytes: 'bytes + 1',
  sha256: "'\\x00'",
  sha512: "'\\x00'",
  clock_plan: "'{}'",
};
/** What goes on under a hold: states, dates and places are no description. */
const ALLOWED = [
  'update recording set revision = revision where id = $1',
  'update recording_retention set retain_until = now() where recording_id = $1',
  'update recording_retention set dates = dates where recording_id = $1',
  "update recording set state = 'retained' where id = $1",
  "update part set store = 'objects' where recording_id = $1",
];

describe.each(['item', 'query'] as const)('while a recording is held by %s', (by) => {
  beforeAll(async () => {
    const { callId } = await bench.read(id);
    if (by === 'item') await placeHoldOn(bench.deps, database.tenantId, [id]);
    else await placeHoldOn(bench.deps, database.tenantId, [], { callIds: [callId!] });
  });
  afterAll(async () => {
    await database.asOwner('update hold set released_at = now(), released_by = $1', [randomUUID()]);
  });

  test('nobody changes what describes it, whoever asks', async () => {
    for (const [table, key, columns] of [
      ['recording', 'id', RECORDING],
      ['part', 'recording_id', PART],
    ] as const)
      for (const [column, value] of Object.entries(columns)) {
        const sql = `update ${table} set ${column} = ${value} where ${key} = $1`;
        for (const attempt of [change(sql), asOwner(sql)])
          expect({ sql, code: await codeOf(attempt) }).toEqual({ sql, code: REFUSED.code });
      }
  });

  test('nobody removes or renames its parties, its identity, its relations or its parts', async () => {
    for (const sql of [
      'delete from party where recording_id = $1',
      'delete from recording_identity where recording_id = $1',
      'delete from recording_relation where recording_id = $1',
      'delete from part where recording_id = $1',
      'delete from hold_item where recording_id = $1',
      "update party set name = 'Nobody' where recording_id = $1",
      "update recording_identity set kind = 'session' where recording_id = $1",
      "update recording_relation set kind = 'same-group' where recording_id = $1",
    ]) {
      await expect(change(sql)()).rejects.toMatchObject(REFUSED);
      if (!sql.includes('hold_item')) await expect(asOwner(sql)()).rejects.toMatchObject(REFUSED);
    }
    for (const sql of [
      'delete from hold_query',
      'update hold_query set words = null',
      'delete from hold',
      "update hold set kind = 'legal'",
    ])
      await expect(inTenant((tx) => tx.query(sql))).rejects.toMatchObject(REFUSED);
  });

  test('says which recording is held and what that means', async () => {
    await expect(change('delete from party where recording_id = $1')()).rejects.toThrow(
      `Recording ${id} is held: what describes it is not changed or removed until the hold is released.`,
    );
  });

  test('keeps moving, and another recording is free', async () => {
    for (const sql of ALLOWED) await change(sql)();
    await inTenant((tx) => tx.query('delete from party where recording_id = $1', [other]));
  });
});

test('a table or column that describes a recording is guarded, or named here with the reason why not', async () => {
  const columns = await database.asOwner<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and is_generated = 'NEVER' and table_name in ('recording', 'part')`,
  );
  const moving = [
    ...[
      'tenant_id',
      'id',
      'state',
      'spool_node',
      'policy_epoch',
      'claimed_at',
      'revision',
      // A law may ask that a held recording is not used meanwhile; that changes nothing of it.
      'restriction',
      'disposal_run',
      // Which accounts belong to its parties; the parties themselves are guarded.
      'own_of',
    ].map((name) => `recording.${name}`),
    // Where the ciphertext is, and whether its key is gone, which the key's own guard decides.
    ...[
      'tenant_id',
      'id',
      'recording_id',
      'store',
      'object_key',
      'ciphertext_bytes',
      'ciphertext_sha256',
      'created_at',
      'destroyed_at',
    ].map((name) => `part.${name}`),
  ];
  const guarded = [
    ...Object.keys(RECORDING).map((name) => `recording.${name}`),
    ...Object.keys(PART).map((name) => `part.${name}`),
  ];
  expect(columns.map(({ name }) => name).sort()).toEqual([...moving, ...guarded].sort());
});
