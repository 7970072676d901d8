import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Command } from 'commander';
import { z } from 'zod';
import { insertAccessAlert } from '../../recorder-core/records/access-alerts.ts';
import { queueDeliveries } from '../../recorder-core/records/deliveries.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { runHoldfast } from '../../test/support/run-holdfast.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { loadCommands } from './load-commands.ts';
import { ReadingCommand } from './reading-command.ts';

jest.setTimeout(240_000);

/** What shows or lists something and has no JSON of the API, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  'access policy shipped': 'Shows a file of the release, without an installation.',
  'connector list': 'Lists what this build has, without an installation.',
  'consent show': 'Shows one of three things, by what the id is of.',
  'keys periods': 'Keys are shown by the API with much else, which needs the key provider.',
  'matter show': 'Takes a name in the place of an id.',
  'policy list': 'Shows two lists of the API.',
  'policy show': 'Shows a pack row by row, found by a part of its digest.',
  'report show': 'The API shows what stands in the sealed file, which needs the object store.',
};

let database: TestDatabase;
let bench: ActivityBench;
let hub: TestHub;
let administrator: TestPerson;
let ids: Readonly<Record<'connection' | 'recording' | 'delivery' | 'webhook', string>>;
/** Every command with `--json`, what it is given here, and what of the API answers the same. */
let reads: Readonly<Record<string, readonly [words: string, path: string]>>;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  hub = await startTestHub(database);
  administrator = await hub.signIn('administrator');
  ids = await furnish();
  const { connection, recording, delivery, webhook } = ids;
  const one = `/connections/${connection}`;
  reads = {
    'access policy list': ['', '/access-policies'],
    'access-alerts list': ['', '/access-alerts?limit=100'],
    'access-alerts rules': ['', '/access-rules'],
    applied: ['', '/configuration-files'],
    'approval list': ['', '/approvals/waiting'],
    'call-records list': ['', '/call-records/overview'],
    'connection catalogue': ['snowflake', '/connectors/snowflake'],
    'connection compare': [`${connection} --show`, `${one}/comparisons`],
    'connection fields': [connection, `${one}/fields`],
    'connection health': [connection, `${one}/health`],
    'connection list': ['', '/connections'],
    'connection matter-tags': [connection, `${one}/matter-tags`],
    'connection remove': [connection, `${one}/removal`],
    'connection show': [connection, one],
    'connection streams': [connection, `${one}/streams`],
    'connection versions': [connection, `${one}/versions`],
    'cut list': [recording, `/recordings/${recording}/cuts`],
    'delivery backfill': [`${connection} --list`, `${one}/backfills`],
    'delivery dead': [`--connection ${connection}`, `/dead-letters?connectionId=${connection}`],
    'delivery list': ['--limit 1', '/deliveries?limit=1'],
    'delivery queues': ['', '/delivery-queues'],
    'delivery runs': ['--failed', '/delivery-runs?failed=true&limit=50'],
    'delivery show': [delivery, `/deliveries/${delivery}`],
    'disposal runs': ['', '/disposals/runs'],
    'events list': ['', '/events'],
    'export list': ['', '/exports'],
    'grant list': ['--all', '/grants?open=true'],
    'identity-provider list': ['', '/identity-providers'],
    'identity-provider rules': ['', '/role-rules'],
    'incident levels': ['', '/incident-levels'],
    'incident list': ['', '/incidents?open=true'],
    'mail list': ['', '/mail'],
    'matter list': ['', '/matters?limit=100'],
    'person list': ['', '/people'],
    'report findings': ['', '/findings?state=open'],
    'report list': ['', '/reports'],
    'request list': ['', '/requests'],
    'webhook list': ['', '/webhooks'],
    'webhook log': [webhook, `/webhooks/${webhook}/messages?limit=100`],
    'webhook show': [webhook, `/webhooks/${webhook}`],
    'webhook types': ['', '/webhook-event-types'],
    'webhook versions': [webhook, `/configuration?kind=webhook&objectId=${webhook}&limit=100`],
  };
});
afterAll(async () => {
  await hub.close();
  await bench.close();
  await database.close();
});

/** Two recordings of which a connection is to be told, and an endpoint of webhooks. */
async function furnish(): Promise<typeof ids> {
  const { db, tenantId } = database;
  const recording = await addRecordingRow(db, tenantId);
  const other = await addRecordingRow(db, tenantId);
  const about = { connectionId: bench.searchId, operation: 'upsert-recording' };
  await db.forTenant(tenantId, (tx) =>
    queueDeliveries(
      tx,
      { tenantId, now: new Date(), newId: bench.deps.newId },
      [recording, other].map((id) => ({ ...about, subject: { type: 'recording', id } })),
    ),
  );
  const body = { name: 'SIEM', url: 'https://siem.example/events', types: ['hold.*'] };
  const page = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
  const made = await administrator.fetch('/api/v1/webhooks', { method: 'POST', body });
  const { id: webhook } = z.looseObject({ id: z.string() }).parse(await made.json());
  const { items } = await administrator.read(z.looseObject(page.shape), '/api/v1/deliveries');
  return { connection: bench.searchId, recording, delivery: items[0]?.id ?? '', webhook };
}

/** Every command that does something, by its words. */
async function leaves(): Promise<ReadonlyMap<string, Command>> {
  const found = new Map<string, Command>();
  const walk = (command: Command, before: readonly string[]): void => {
    const words = [...before, command.name()];
    if (command.commands.length === 0) found.set(words.join(' '), command);
    for (const one of command.commands) walk(one, words);
  };
  for (const command of await loadCommands(['node', 'holdfast'])) walk(command, []);
  return found;
}

/** Runs a command here, as `holdfast` would, and answers what it wrote. */
async function written(words: string, given: string, as = ['--json']): Promise<string> {
  const command = (await leaves()).get(words)?.exitOverride();
  let output = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
  const before = { ...process.env };
  Object.assign(process.env, {
    HOLDFAST_POSTGRES_URL: database.appUrl,
    HOLDFAST_POSTGRES_DISPATCHER_URL: database.dispatcherUrl,
    HOLDFAST_TENANT_ID: database.tenantId,
    HOLDFAST_PUBLIC_URL: hub.services.exports.publicUrl,
  });
  try {
    await command?.parseAsync([...given.split(' ').filter(Boolean), '--user', administrator.userId, ...as], {
      from: 'user',
    });
  } finally {
    process.env = before;
    write.mockRestore();
  }
  return output;
}

/** Without what the clock alone changes. */
const still = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, each: unknown) => (name === 'lagMs' ? 0 : each)));

test('whatever shows or lists something has --json, or a reason why not', async () => {
  const shows =
    /(^| )(list|show|log|runs|queues|dead|versions|health|streams|fields|catalogue|types|findings|applied|periods|shipped)$/;
  const all = await leaves();
  const lacking = [...all].filter(([words, one]) => shows.test(words) && !(one instanceof ReadingCommand));
  expect(lacking.map(([words]) => words).sort()).toEqual(Object.keys(WITHOUT).sort());
});

/** Of one thing that is not there; that they ask the right read is seen by who refuses. */
const OF_NOTHING = [
  'access policy show',
  'approval show',
  'disposal show',
  'grant show',
  'identity-provider show',
  'incident show',
  'request show',
  'webhook message',
];

test('every command with --json answers what the API answers', async () => {
  const reading = [...(await leaves())].filter(([, one]) => one instanceof ReadingCommand);
  const tried = [...Object.keys(reads), ...OF_NOTHING].sort();
  expect(reading.map(([words]) => words).sort()).toEqual(tried);
  for (const [words, [given, path]] of Object.entries(reads)) {
    const answer = await administrator.fetch(`/api/v1${path}`);
    expect({ words, status: answer.status }).toEqual({ words, status: 200 });
    const said: unknown = JSON.parse(await written(words, given));
    expect({ words, said: still(said) }).toEqual({ words, said: still(await answer.json()) });
  }
});

test('what is not there is refused by --json as by the API', async () => {
  for (const words of OF_NOTHING) {
    const nothing = words === 'access policy show' ? '999' : '00000000-0000-7000-8000-000000000000';
    const given = words === 'webhook message' ? `${ids.webhook} 999999` : nothing;
    await expect(written(words, given)).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('pages are gone through by their cursor, and what would change something is refused', async () => {
  const first = JSON.parse(await written('delivery list', '--limit 1')) as {
    items: unknown[];
    nextCursor: string;
  };
  const next = JSON.parse(
    await written('delivery list', `--limit 1 --cursor ${first.nextCursor}`),
  ) as typeof first;
  expect([first.items.length, next.items.length]).toEqual([1, 1]);
  expect(next.items).not.toEqual(first.items);
  const changes = written('connection matter-tags', `${ids.connection} --tell ids`);
  await expect(changes).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(written('delivery list', '--limit 9999')).rejects.toMatchObject({ field: '/query/limit' });
});

test('a command that is asked for all goes through every page', async () => {
  const { tenantId, db } = database;
  const [at, newId] = [new Date('2026-11-20T08:00:00Z'), bench.deps.newId];
  const report = {
    key: 'access',
    kind: 'access',
    severity: 'low',
    title: 'Access',
    detector: 'test',
  } as const;
  const alert = { userId: administrator.userId, kind: 'bulk', count: 60, from: at, to: at } as const;
  await db.forTenant(tenantId, async (tx) => {
    const { id: incidentId } = await openIncident(tx, {
      ...report,
      tenantId,
      detectedAt: at,
      now: at,
      newId,
    });
    for (let nth = 0; nth < 101; nth += 1)
      await insertAccessAlert(tx, tenantId, { ...alert, id: newId(at), raisedAt: at, incidentId });
  });
  const items = async (given: string) =>
    (JSON.parse(await written('access-alerts list', given)) as { items: { id: string }[] }).items;
  expect(new Set((await items('--all')).map(({ id }) => id)).size).toBe(101);
  expect(await items('')).toHaveLength(100);
});

test('what would be left out without a word is refused', async () => {
  const ofObject = written('connection fields', `${ids.connection} --object recording`);
  await expect(ofObject).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(written('delivery list', '--cursor abc', [])).rejects.toThrow(/goes with --json/);
  const rules = written('access-alerts rules', '--quiet-hours 721', []);
  await expect(rules).rejects.toMatchObject({
    message: expect.stringContaining('"quietHours" must be at most 720.'),
  });
});

test('what is not there was not accessed, and what is there was', async () => {
  const accesses = async (recording: string) => {
    await written('cut list', recording).catch(() => undefined);
    const rows = await database.asOwner(
      "select from ledger_pending where object_id = $1 and act = 'recording.inspected'",
      [recording],
    );
    return rows.length;
  };
  expect(await accesses('00000000-0000-7000-8000-000000000000')).toBe(0);
  expect(await accesses(ids.recording)).toBeGreaterThan(0);
});

test('in a process of its own, only JSON is on standard output', async () => {
  const { code, output } = await runHoldfast(database, ['connection', 'list', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ items: [{ id: ids.connection, connector: 'embedded-search' }] });
});
