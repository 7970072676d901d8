import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { shredKeysOf } from '../../../../test/support/shred-keys.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall, SPEAKERS, type TestRecording } from '../../../../test/support/test-recording.ts';
import { parseLeaf, type Leaf } from '../../../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../../../recorder-core/records/stored-leaves.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const HEADER = 44;
let database: TestDatabase;
let hub: TestHub;
let recording: TestRecording;
let path: string;
let officer: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  recording = await recordCall(hub, { ms: 1600 });
  path = `/api/v1/recordings/${recording.id}/audio`;
  officer = await hub.signIn('compliance_officer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** What the ledger says of the recording since it was made: acts of people. */
async function leaves(act: Leaf['act']): Promise<Leaf[]> {
  const found = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recording.id));
  return found.filter((leaf) => leaf.act === act).map(({ body }) => parseLeaf(body));
}

async function play(range?: string): Promise<{ response: Response; bytes: Buffer }> {
  const response = await officer.fetch(path, range === undefined ? {} : { headers: { Range: range } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** Zero crossings a second of one channel: twice the pitch of a tone. */
function pitchOf(wav: Buffer, channel: number): number {
  let crossings = 0;
  let before = 0;
  // From where the party is first heard: on a busy machine that is some time after the call began.
  let from = HEADER;
  while (from < wav.length && wav.readInt16LE(from + 2 * channel) === 0) from += 4;
  const frames = 4000;
  for (let i = 0; i < frames; i += 1) {
    const sample = wav.readInt16LE(from + 4 * i + 2 * channel);
    if (sample !== 0 && before !== 0 && sample > 0 !== before > 0) crossings += 1;
    if (sample !== 0) before = sample;
  }
  return crossings / 2 / (frames / 8000);
}

describe('playback', () => {
  test('is a WAV of both voices, exactly as long as the recording', async () => {
    const { response, bytes } = await play();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(bytes.toString('latin1', 0, 16)).toBe(`RIFF${bytes.toString('latin1', 4, 8)}WAVEfmt `);
    expect([bytes.readUInt32LE(4), bytes.readUInt16LE(22), bytes.readUInt32LE(24)]).toEqual([
      bytes.length - 8,
      2,
      8000,
    ]);
    const [{ duration_ms: ms }] = (await database.asOwner<{ duration_ms: number }>(
      'select duration_ms from recording where id = $1',
      [recording.id],
    )) as [{ duration_ms: number }];
    expect(bytes.length).toBe(HEADER + 4 * 8 * ms);
    expect(ms).toBeGreaterThanOrEqual(1500);
  });

  test('has the first party on the left and the second on the right, by their ordinals and not by the parts', async () => {
    const before = (await play()).bytes;
    expect(pitchOf(before, 0)).toBeCloseTo(SPEAKERS[0].hertz, -2);
    expect(pitchOf(before, 1)).toBeCloseTo(SPEAKERS[1].hertz, -2);
    for (const [from, to] of [
      [0, 9],
      [1, 0],
      [9, 1],
    ])
      await database.asOwner('update party set ordinal = $3 where recording_id = $1 and ordinal = $2', [
        recording.id,
        from,
        to,
      ]);
    const after = (await play()).bytes;
    expect(pitchOf(after, 0)).toBeCloseTo(SPEAKERS[1].hertz, -2);
    expect(pitchOf(after, 1)).toBeCloseTo(SPEAKERS[0].hertz, -2);
  });

  test('gives any range as that slice of the whole', async () => {
    const whole = (await play()).bytes;
    const { length } = whole;
    const ranges: [string, number, number][] = [
      ['bytes=0-', 0, length],
      ['bytes=0-0', 0, 1],
      ['bytes=0-43', 0, HEADER],
      ['bytes=40-51', 40, 52],
      ['bytes=43-46', 43, 47],
      ['bytes=44-47', 44, 48],
      ['bytes=45-9000', 45, 9001],
      ['bytes=16043-16046', 16_043, 16_047],
      ['bytes=31999-32101', 31_999, 32_102],
      [`bytes=${length - 3}-`, length - 3, length],
      ['bytes=-1', length - 1, length],
      [`bytes=-${length + 10}`, 0, length],
      [`bytes=7-${length + 1000}`, 7, length],
      ['bytes=7-99999999999999999999999', 7, length],
    ];
    for (let i = 0; i < 12; i += 1) {
      const from = Math.floor(Math.random() * length);
      const to = from + 1 + Math.floor(Math.random() * (length - from));
      ranges.push([`bytes=${from}-${to - 1}`, from, to]);
    }
    for (const [range, from, to] of ranges) {
      const { response, bytes } = await play(range);
      expect({ range, status: response.status }).toEqual({ range, status: 206 });
      expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${length}`);
      expect(response.headers.get('content-length')).toBe(String(to - from));
      expect({ range, same: bytes.equals(whole.subarray(from, to)) }).toEqual({ range, same: true });
    }
  });

  test('refuses a range beyond the end, and takes one that is none as a wish for the whole', async () => {
    const { length } = (await play()).bytes;
    for (const range of [`bytes=${length}-`, 'bytes=99999999999999999999999-', 'bytes=-0']) {
      const { response, bytes } = await play(range);
      expect({ range, status: response.status, sent: bytes.length }).toEqual({ range, status: 416, sent: 0 });
      expect(response.headers.get('content-range')).toBe(`bytes */${length}`);
    }
    for (const range of [
      'bytes=5-3',
      'bytes=0-1,4-5',
      'frames=0-1',
      'bytes=-',
      'bytes=a-b',
      'bytes=0x1-2',
      '-1',
      ' ',
    ]) {
      const { response, bytes } = await play(range);
      expect({ range, status: response.status, sent: bytes.length }).toEqual({
        range,
        status: 200,
        sent: length,
      });
    }
  });

  test('tells by HEAD what would be sent, and nothing was heard', async () => {
    const heard = (await leaves('recording.played')).length;
    const response = await officer.fetch(path, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(16_000);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
    expect(await leaves('recording.played')).toHaveLength(heard);
  });

  test('is in the ledger each time, with what was asked for and without the name of who asked', async () => {
    const before = (await leaves('recording.played')).length;
    await play('bytes=100-199');
    await play();
    const [part, whole] = (await leaves('recording.played')).slice(before);
    expect(part).toMatchObject({ outcome: 'allowed', facts: { from: 100, to: 200 } });
    expect(whole).toMatchObject({ outcome: 'allowed', facts: { from: 0 } });
    expect(Object.keys(part!.commitments!)).toEqual(['actor', 'actorId']);
    expect(JSON.stringify(part)).not.toContain(officer.name);
  });

  test('goes to those whose role allows it', async () => {
    for (const role of ['auditor', 'engineer']) {
      const person = await hub.signIn(role);
      await readProblem(person.fetch(path), 403);
    }
    const stranger = await hub.signIn('administrator', await database.addTenant());
    await readProblem(stranger.fetch(path), 404);
    await readProblem(stranger.fetch(path, { headers: { Range: 'bytes=0-0' } }), 404);
  });

  test('goes on for others while one listener walks away', async () => {
    const controller = new AbortController();
    const gone = fetch(`${hub.url}${path}`, {
      headers: { cookie: officer.cookie },
      signal: controller.signal,
    });
    const response = await gone;
    controller.abort();
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect((await play()).response.status).toBe(200);
    expect(hub.log).toEqual([]);
  });

  test('of many at once needs no more connections than there are', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => play('bytes=0-99')));
    expect(answers.map(({ response }) => response.status)).toEqual(Array.from({ length: 20 }, () => 206));
  });
});

describe('a recording that cannot be played', () => {
  test('because it still lies in the spool says so, and when to try again', async () => {
    const fresh = await recordCall(hub, { ms: 300, until: 'captured' });
    for (const end of ['audio', 'audio?purpose=legal-claim']) {
      const answer = await officer.fetch(`/api/v1/recordings/${fresh.id}/${end}`);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(await readProblem(answer, 409)).toMatchObject({ code: 'conflict' });
    }
    await readProblem(officer.fetch(`/api/v1/recordings/${fresh.id}/waveform`), 404);
  });

  test('because its keys were destroyed is gone, while it is being disposed of and after', async () => {
    await shredKeysOf(database, recording.id);
    await readProblem(officer.fetch(path), 410);
    for (const state of ['disposing', 'disposed']) {
      await database.asOwner('update recording set state = $2 where id = $1', [recording.id, state]);
      expect(await readProblem(officer.fetch(path), 410)).toMatchObject({ code: 'gone' });
    }
    expect(await leaves('integrity.failed')).toEqual([]); // nothing was damaged
  });
});
