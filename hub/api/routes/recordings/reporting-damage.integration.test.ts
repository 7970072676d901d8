import { readFile, rename, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall, type TestRecording } from '../../../../test/support/test-recording.ts';
import { parseLeaf, type Leaf } from '../../../../recorder-core/ledger/leaf.ts';
import { readLeavesAbout } from '../../../../recorder-core/records/stored-leaves.ts';
import type { Part } from '../../../../recorder-core/records/parts.ts';

jest.setTimeout(60_000); // a call is placed in real time

const HEADER = 44;
let database: TestDatabase;
let hub: TestHub;
let recording: TestRecording;
let media: readonly Part[];
let path: string;
let officer: TestPerson;
let minute = Date.now();

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  recording = await recordCall(hub);
  media = recording.parts.filter(({ kind }) => kind === 'media');
  path = `/api/v1/recordings/${recording.id}/audio`;
  officer = await hub.signIn('compliance_officer');
});
beforeEach(forgetVerified);
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** A hub takes a part that it has verified for good for a minute; the next minute begins. */
function forgetVerified(): void {
  hub.setNow(new Date((minute += 61_000)));
}

async function leaves(act: Leaf['act']): Promise<Leaf[]> {
  const found = await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recording.id));
  return found.filter((leaf) => leaf.act === act).map(({ body }) => parseLeaf(body));
}

describe('a stored part that was damaged', () => {
  /** Plays while the part's file is another one, and puts the right one back. */
  async function playDamaged(part: Part, damage: (whole: Buffer) => Buffer | undefined): Promise<Response> {
    const file = recording.fileOf(part);
    const whole = await readFile(file);
    const damaged = damage(whole);
    await rename(file, `${file}.aside`);
    if (damaged !== undefined) await writeFile(file, damaged);
    try {
      const response = await officer.fetch(path);
      return new Response(await response.arrayBuffer().catch(() => null), response);
    } finally {
      await rename(`${file}.aside`, file);
    }
  }

  const flipped = (at: (size: number) => number) => (whole: Buffer) => {
    const copy = Buffer.from(whole);
    const index = at(whole.length);
    copy[index] = copy[index]! ^ 0x01;
    return copy;
  };

  const DAMAGES: [string, (whole: Buffer) => Buffer | undefined][] = [
    ['one bit of its head', flipped(() => 3)],
    ['one bit in its middle', flipped((size) => size >> 1)],
    ['one bit at its end', flipped((size) => size - 1)],
    ['a missing tail', (whole) => whole.subarray(0, whole.length - 100)],
    ['a longer tail', (whole) => Buffer.concat([whole, Buffer.alloc(16)])],
    ['emptiness', () => Buffer.alloc(0)],
    ['its absence', () => undefined],
  ];

  test.each(DAMAGES)('by %s is never played: a problem, a leaf and a metric', async (_name, damage) => {
    const failures = async () => (await hub.services.metrics.integrityFailures.get()).values[0]?.value ?? 0;
    const [noted, counted] = [(await leaves('integrity.failed')).length, await failures()];
    const played = (await leaves('recording.played')).length;
    const response = await playDamaged(media[1]!, damage);
    const problem = await readProblem(response, 500);
    expect(problem).toMatchObject({ code: 'integrity_failed' });
    expect(problem.detail).toContain('not played');
    expect(response.headers.get('content-range')).toBeNull();
    const found = (await leaves('integrity.failed')).slice(noted);
    expect(found).toMatchObject([{ outcome: 'failed', facts: { part: media[1]!.id } }]);
    expect(await failures()).toBe(counted + 1);
    expect(await leaves('recording.played')).toHaveLength(played);
    forgetVerified();
    expect((await officer.fetch(path)).status).toBe(200); // the right file is back
  });

  test('by another part of the same recording in its place is never played', async () => {
    const other = await readFile(recording.fileOf(media[0]!));
    const response = await playDamaged(media[1]!, () => other);
    expect(await readProblem(response, 500)).toMatchObject({ code: 'integrity_failed' });
  });

  test('right after it was played whole raises the event as well, and no sound of it leaves', async () => {
    for (const [name, damage] of DAMAGES) {
      forgetVerified();
      expect((await officer.fetch(path)).status).toBe(200);
      const noted = (await leaves('integrity.failed')).length;
      const response = await playDamaged(media[1]!, damage);
      const sent = await response.arrayBuffer();
      const sound = response.status === 200 ? sent.byteLength - HEADER : 0;
      expect({ name, sound: Math.max(0, sound) }).toEqual({ name, sound: 0 });
      expect({ name, events: (await leaves('integrity.failed')).length }).toEqual({
        name,
        events: noted + 1,
      });
      const again = await playDamaged(media[1]!, damage); // it is trusted no more
      expect(await readProblem(again, 500)).toMatchObject({ code: 'integrity_failed' });
    }
  });

  test('is seen in the waveform too: a problem and a leaf, no picture', async () => {
    const part = recording.parts.find(({ kind }) => kind === 'waveform')!;
    for (const [name, damage] of DAMAGES) {
      const noted = (await leaves('integrity.failed')).length;
      const file = recording.fileOf(part);
      const whole = await readFile(file);
      const damaged = damage(whole);
      await rename(file, `${file}.aside`);
      if (damaged !== undefined) await writeFile(file, damaged);
      const answer = await officer.fetch(path.replace('audio', 'waveform'));
      await rename(`${file}.aside`, file);
      expect(await readProblem(answer, 500)).toMatchObject({ code: 'integrity_failed' });
      const found = (await leaves('integrity.failed')).slice(noted);
      expect({ name, found }).toMatchObject({ name, found: [{ facts: { part: part.id } }] });
    }
  });
});
