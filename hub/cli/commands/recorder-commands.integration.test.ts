import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../../../recorder-core/records/ids.ts';
import { liveCallOf, ScriptedRecorder } from '../../../test/support/scripted-recorder.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { RecorderPresence } from '../../live/recorder-presence.ts';
import { until } from '../../processes/process-control.ts';
import { sequenceTenant } from '../../../recorder-core/records/sequence-leaves.ts';

jest.setTimeout(60_000); // commands are processes of their own

const id = newId(Date.now());
let database: TestDatabase;
let recorder: ScriptedRecorder;
let presence: RecorderPresence;

beforeAll(async () => {
  database = await openTestDatabase();
  recorder = new ScriptedRecorder();
  recorder.set(liveCallOf(id));
  presence = new RecorderPresence({
    db: database.db,
    tenantId: database.tenantId,
    node: 'node-1',
    region: 'eu-central',
    version: '1.2.3',
    capacity: 500,
    control: recorder,
    state: () => (recorder.draining ? 'draining' : 'taking'),
    now: () => new Date(),
    newId: (at) => newId(at.getTime()),
    onHeartbeat: () => undefined,
    onCommand: () => undefined,
    onFault: () => undefined,
    heartbeatMs: 200,
  });
  presence.start();
  const seen = async (): Promise<boolean> =>
    (await database.asOwner('select from live_call where recording_id = $1', [id])).length === 1;
  await until(seen, 45_000, 'the first heartbeat');
});
afterAll(async () => {
  await presence.stop();
  await database.close();
});

/** Runs a command as an operator does. */
const holdfast = (...args: string[]) => runHoldfast(database, args, { HOLDFAST_NODE: 'node-1' });

describe('holdfast calls', () => {
  test('shows recorders and calls with their quality', async () => {
    const { code, output } = await holdfast('calls');
    expect(code).toBe(0);
    expect(output).toMatch(/^node-1 +taking +1 of 500 calls, 1\.2\.3/);
    expect(output).toContain(`${id} recording, node-1`);
    expect(output).toContain('1: PCMU, 1000 packets, 2 lost, MOS 4.3');
  });

  test('pauses a call and returns when its recorder has done it', async () => {
    const { code, output } = await holdfast('calls', 'pause', id, '--reason', 'A card number.');
    expect({ code, output }).toEqual({ code: 0, output: '✓ pause: done by the recorder\n' });
    expect(recorder.told).toEqual([`pause ${id}: A card number.`]);
    await sequenceTenant(database.db, database.tenantId);
    const [leaf] = await database.asOwner<{ value: string }>(
      "select value from ledger_opening where name = 'actor' order by leaf_index desc limit 1",
    );
    expect(leaf!.value).toBe('Local administrator');
  });

  test('tells a call that a circumstance begins and ends, and knows no others', async () => {
    const tell = (...args: string[]) => holdfast('calls', 'circumstance', id, ...args, '--reason', 'A card.');
    expect((await tell('payment-card')).output).toBe('✓ payment-card begins: done by the recorder\n');
    expect((await tell('payment-card', '--ends')).code).toBe(0);
    expect(recorder.told.slice(-2)).toEqual([
      `circumstance ${id}: payment-card begins by api`,
      `circumstance ${id}: payment-card ends by api`,
    ]);
    expect((await tell('rain')).output).toMatch(/payment-card, emergency, minor/);
  });

  test('fails with a sentence where no such call is, and asks for the reason', async () => {
    const unknown = await holdfast('calls', 'end', newId(Date.now()), '--reason', 'why');
    expect(unknown.code).toBe(1);
    expect(unknown.output).toContain('in progress');
    expect((await holdfast('calls', 'end', id)).output).toContain('--reason');
  });
});

describe('holdfast drain', () => {
  test('waits until the last call has ended, and takes the node back', async () => {
    const draining = holdfast('drain', '--reason', 'update', '--wait');
    await until(() => recorder.draining, 45_000, 'the drain to be taken');
    recorder.set();
    const { code, output } = await draining;
    expect({ code, last: output.trim().split('\n').at(-1) }).toEqual({
      code: 0,
      last: '✓ node-1 is empty and can be stopped',
    });
    expect((await holdfast('drain', 'node-1', '--undo', '--reason', 'done')).output).toContain(
      'takes new calls',
    );
    expect(recorder.draining).toBe(false);
  });
});

describe('holdfast size', () => {
  test('prints a table, and the same as JSON', async () => {
    const table = await holdfast('size', '--calls-per-day', '10000');
    expect(table.output).toMatch(/Object store, all copies +12\.\d TB/);
    const json = await holdfast('size', '--calls-per-day', '10000', '--json');
    expect(JSON.parse(json.output)).toMatchObject({ nodes: 2, callsAtOnce: 114 });
    expect((await holdfast('size', '--calls-per-day', 'many')).code).toBe(1);
  });
});
