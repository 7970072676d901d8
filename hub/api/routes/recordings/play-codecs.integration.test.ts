import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { replaceMedia } from '../../../../test/support/replace-media.ts';
import { logVoice, STORED_VOICES, type StoredVoice } from '../../../../test/support/stored-voice.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const HEADER = 44;
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

/** A recording whose first parties speak these codecs, the others G.711; answers where to hear it. */
async function recordVoices(...voices: readonly StoredVoice[]): Promise<string> {
  const recording = await recordCall(hub, { ms: 800 });
  const [{ started_at: startedAt }] = (await database.asOwner<{ started_at: Date }>(
    'select started_at from recording where id = $1',
    [recording.id],
  )) as [{ started_at: Date }];
  const media = recording.parts.filter(({ kind }) => kind === 'media');
  for (const [i, voice] of voices.entries()) {
    const log = logVoice(voice, { startedAtMs: startedAt.getTime() });
    await replaceMedia(hub, recording, media[i]!, log);
  }
  return `/api/v1/recordings/${recording.id}/audio`;
}

async function play(path: string, range?: string): Promise<{ response: Response; bytes: Buffer }> {
  const response = await officer.fetch(path, range === undefined ? {} : { headers: { Range: range } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** The loudest sample of each of two channels. */
function loudest(wav: Buffer): number[] {
  const most = [0, 0];
  for (let at = HEADER; at < wav.length; at += 2) {
    const channel = ((at - HEADER) >> 1) % 2;
    most[channel] = Math.max(most[channel]!, Math.abs(wav.readInt16LE(at)));
  }
  return most;
}

describe('playback', () => {
  test.each<[string, StoredVoice, number]>([
    ['G.722', STORED_VOICES.g722, 16_000],
    ['G.726', STORED_VOICES.g726at32, 8000],
    ['Opus', STORED_VOICES.opus, 48_000],
  ])('of %s beside G.711 is a WAV of both, at the rate that keeps the band', async (_name, voice, rate) => {
    const path = await recordVoices(voice);
    const { response, bytes } = await play(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('holdfast-not-played')).toBeNull();
    expect([bytes.readUInt16LE(22), bytes.readUInt32LE(24), bytes.readUInt32LE(28)]).toEqual([
      2,
      rate,
      4 * rate,
    ]);
    expect(bytes.length).toBe(HEADER + bytes.readUInt32LE(40));
    expect(Math.min(...loudest(bytes))).toBeGreaterThan(2000);

    const part = await play(path, 'bytes=20001-40000');
    expect(part.response.status).toBe(206);
    expect(part.bytes.equals(bytes.subarray(20_001, 40_001))).toBe(true);
  });

  test('where one party cannot be played gives the other, and says so', async () => {
    const { response, bytes } = await play(await recordVoices(STORED_VOICES.amr));
    expect(response.status).toBe(200);
    expect(response.headers.get('holdfast-not-played')).toBe('AMR');
    expect(loudest(bytes).sort((a, b) => a - b)).toEqual([0, expect.any(Number)]);
    expect(Math.max(...loudest(bytes))).toBeGreaterThan(2000);
  });

  test('where nobody can be played says what to install', async () => {
    const path = await recordVoices(STORED_VOICES.amrWb, STORED_VOICES.g729);
    const problem = await readProblem(officer.fetch(path), 415);
    expect(problem).toMatchObject({
      code: 'unsupported',
      detail: expect.stringMatching(/AMR-WB, G729.*ffmpeg/),
    });
  });
});
