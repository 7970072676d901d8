import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { raiseAlert } from '../../../../recorder-core/records/recorder-alerts.ts';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../../../recorder-core/records/stored-leaves.ts';
import { RECORDING_WARNINGS } from '../../../../recorder-core/siprec/warnings.ts';
import { openSpokenCall } from '../../../../test/support/spoken-lines.ts';
import { pressKey, say } from '../../../../test/support/spoken-packets.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';
import { timeline, type Segment, type Timeline } from '../../schemas/timeline.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** Party 10 speaks, loses, presses a key, is paused; party 20 is a line that is closed and opened again. */
async function recordStory(digits: 'kept' | 'masked'): Promise<string> {
  const call = await openSpokenCall(hub, ['10', '20'], digits);
  await say(call, '20', { fromMs: 0, toMs: 400 });
  await call.close('20');
  await say(call, '10', { fromMs: 400, toMs: 1000, lost: (i) => i === 20 });
  await pressKey(call, '10', { code: 7, fromMs: 400, atMs: 1000 });
  call.setTime(1100);
  call.pause(true);
  call.setTime(1500);
  call.pause(false);
  await call.reopen('20');
  await say(call, '20', { fromMs: 1500, toMs: 2000 });
  call.setTime(2000);
  return (await call.finish()).id;
}

const pathOf = (id: string, query = ''): string => `/api/v1/recordings/${id}/timeline${query}`;
const read = (id: string, query?: string): Promise<Timeline> => officer.read(timeline, pathOf(id, query));
const shape = (segments: readonly Segment[]) =>
  segments.map((each) => [each.kind === 'gap' ? each.reason : 'audio', each.offsetMs, each.durationMs]);

/** How often it stands in the ledger that somebody saw keys in clear. */
async function inspections(id: string): Promise<number> {
  const leaves = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, id));
  return leaves.filter(({ body }) => parseLeaf(body).facts?.['keyPresses'] === 'shown').length;
}

describe('the timeline of a recording', () => {
  let id: string;
  beforeAll(async () => {
    id = await recordStory('kept');
    const known = RECORDING_WARNINGS.label_missing.text;
    await database.asOwner('update recording set warnings = $2 where id = $1', [
      id,
      JSON.stringify([known, 'Something else.']),
    ]);
    const [row] = await database.asOwner<{ started_at: Date }>(
      'select started_at from recording where id = $1',
      [id],
    );
    await database.db.forTenant(database.tenantId, (tx) =>
      raiseAlert(tx, database.tenantId, {
        id: hub.services.newId(hub.services.now()),
        recordingId: id,
        node: 'test-node',
        kind: 'silence',
        label: '10',
        detail: 'Nothing but silence came.',
        raisedAt: new Date(row!.started_at.getTime() + 1200).toISOString(),
      }),
    );
  });

  test('tells of each line when it is heard and why not, and how well', async () => {
    const { channels, durationMs, nextMs, pauses } = await read(id);
    expect(
      channels.map(({ label, ordinal, codecs, notPlayed }) => ({ label, ordinal, codecs, notPlayed })),
    ).toEqual([
      { label: '10', ordinal: 0, codecs: ['PCMU'], notPlayed: [] },
      { label: '20', ordinal: 1, codecs: ['PCMU'], notPlayed: [] },
    ]);
    expect(shape(channels[0]!.segments)).toEqual([
      ['not-started', 0, 400],
      ['audio', 400, 400],
      ['loss', 800, 20],
      ['audio', 820, 180],
      ['paused', 1000, 1000],
    ]);
    expect(shape(channels[1]!.segments)).toEqual([
      ['audio', 0, 400],
      ['closed', 400, 1100],
      ['audio', 1500, 500],
    ]);
    expect(channels.map(({ parts }) => parts.length)).toEqual([1, 2]);
    expect(channels.map(({ clock }) => clock)).toEqual([
      { reference: 'arrival', troubles: [] },
      { reference: 'arrival', troubles: [] },
    ]);
    expect(channels[0]!.quality).toMatchObject({ codec: 'PCMU', packets: 30, lost: 1, bucketMs: 10_000 });
    expect(channels[0]!.quality.buckets).toHaveLength(1);
    expect(pauses).toEqual([{ offsetMs: 1100, durationMs: 400 }]);
    expect([durationMs, nextMs]).toEqual([2000, null]);
  });

  test('tells of alerts, and of warnings with what can be done', async () => {
    const { alerts, warnings } = await read(id);
    expect(alerts).toEqual([
      { kind: 'silence', label: '10', detail: 'Nothing but silence came.', offsetMs: 1200, clearedMs: null },
    ]);
    expect(warnings).toEqual([
      { code: 'label_missing', ...RECORDING_WARNINGS.label_missing },
      { text: 'Something else.' },
    ]);
  });

  test('comes in pages that add up to the whole', async () => {
    const whole = await read(id);
    const found = whole.channels.map((): Segment[] => []);
    let from: number | null = 0;
    for (let pages = 0; from !== null && pages < 20; pages++) {
      const page: Timeline = await read(id, `?from=${from}&limit=2`);
      for (const [i, { segments }] of page.channels.entries()) found[i]!.push(...segments);
      from = page.nextMs;
    }
    expect(found).toEqual(whole.channels.map(({ segments }) => segments));
    await readProblem(officer.fetch(pathOf(id, '?limit=0')), 400);
    await readProblem(officer.fetch(pathOf(id, '?form=0')), 400);
  });

  test('shows keys in clear only with an entry in the ledger of who saw them', async () => {
    const before = await inspections(id);
    const { channels } = await read(id);
    expect(channels.map(({ keyPresses }) => keyPresses)).toEqual([
      [{ offsetMs: 1000, durationMs: 20, digit: '7' }],
      [],
    ]);
    expect(await inspections(id)).toBe(before + 1);
    expect((await read(id, '?from=1500')).channels[0]!.keyPresses).toEqual([]);
    expect(await inspections(id)).toBe(before + 1);
  });

  test('has no digit of a key that was masked when it was stored', async () => {
    const masked = await recordStory('masked');
    const { channels } = await read(masked);
    expect(channels[0]!.keyPresses).toEqual([{ offsetMs: 1000, durationMs: 20 }]);
    expect(await inspections(masked)).toBe(0);
  });

  test('goes to those who may listen, and to nobody else', async () => {
    for (const role of ['auditor', 'engineer'])
      await readProblem((await hub.signIn(role)).fetch(pathOf(id)), 403);
    const stranger = await hub.signIn('administrator', await database.addTenant());
    await readProblem(stranger.fetch(pathOf(id)), 404);
  });

  test('waits while the recording lies in the spool, and is gone with its keys', async () => {
    const fresh = await recordCall(hub, { ms: 300, until: 'captured' });
    expect(await readProblem(officer.fetch(pathOf(fresh.id)), 409)).toMatchObject({ code: 'conflict' });
    await database.asOwner("update recording set state = 'disposed' where id = $1", [id]);
    expect(await readProblem(officer.fetch(pathOf(id)), 410)).toMatchObject({ code: 'gone' });
  });
});
