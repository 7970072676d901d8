import { randomBytes } from 'node:crypto';
import { access, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPayload } from '../../../test/support/read-payload.ts';
import { startSpoolingRecorder, type SpoolingRecorder } from '../../../test/support/spooling-recorder.ts';
import { openActivityBench, type ActivityBench } from '../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { readLeavesAbout } from '../../records/stored-leaves.ts';
import { readParties } from '../../records/parties.ts';
import { readParts, type Part } from '../../records/parts.ts';
import { listRecordings, type Recording } from '../../records/recordings.ts';
import { commitRecording } from './commit-recording.ts';
import { sealRecording, type SealedRecording } from './seal-recording.ts';
import { SealQueue } from './seal-queue.ts';
import { openLocalSealer } from './sealer.ts';
import { JOURNAL_NAME } from '../spool-folder.ts';

/** Four seconds each: more than two chunks of the packet log. */
const AUDIO = [randomBytes(32_000), randomBytes(32_000)] as const;

let database: TestDatabase;
let bench: ActivityBench;
let recorder: SpoolingRecorder;
let copies: string;
let recordingId: string;
/** What is heard of each voice when nothing of the last copy is torn off. */
let whole: number[] | undefined;

/** The spool as it stood at a moment of the call. */
type Moment = 'answered' | 'one second in' | 'four seconds in' | 'ended';

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  copies = join(bench.spool, '..', 'copies');
  recorder = await startSpoolingRecorder(bench.deps, database.tenantId);
  const keep = (moment: Moment): Promise<void> => cp(bench.spool, join(copies, moment), { recursive: true });
  const call = recorder.call(AUDIO);
  await call.answered;
  await keep('answered');
  await call.advanceTo(1_000);
  await keep('one second in');
  await call.advanceTo(4_000);
  await keep('four seconds in');
  ({ recordingId } = await call.finish());
  await keep('ended');
});
afterAll(async () => {
  await recorder.stop();
  await bench.close();
  await database.close();
});

/** What a restarted recorder made of a spool: the rows of a database of its own, and what it reported. */
interface Recovered {
  readonly recordings: readonly Recording[];
  readonly parts: readonly Part[];
  readonly acts: readonly string[];
  readonly outbox: number;
  /** Losses of which incidents tell, each with the recording that it names. */
  readonly losses: readonly string[];
  readonly names: readonly (string | null)[];
  readonly sealed: readonly boolean[];
  readonly errors: readonly unknown[];
  /** Calls of which nothing was captured. */
  readonly nothing: readonly string[];
  /** Audio and last packet of each media part. */
  readonly media: readonly { audio: Buffer; lastPacketMs: number; closed: boolean }[];
}

/** Copies a moment, changes the copy, and lets a new process find it. */
async function recover(
  moment: Moment,
  change: (folder: string) => Promise<unknown> = () => Promise.resolve(),
  before: (own: TestDatabase, folder: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<Recovered> {
  const own = await openTestDatabase();
  const spool = join(copies, randomBytes(6).toString('hex'));
  try {
    await cp(join(copies, moment), spool, { recursive: true });
    await change(join(spool, recordingId));
    const { tenantId } = database;
    await own.asOwner("insert into tenant (tenant_id, name, region) values ($1, 'Test', 'eu-central')", [
      tenantId,
    ]);
    await before(own, join(spool, recordingId));
    const first = await runQueue(own, spool);
    const second = await runQueue(own, spool); // a restart after that finds nothing left to do
    expect(second).toEqual({ found: first.errors.length, sealed: [], errors: second.errors, nothing: [] });
    return await own.db.forTenant(tenantId, async (tx) => {
      const recordings = await listRecordings(tx, { limit: 10 });
      const parts = await readParts(tx, recordingId);
      const [row] = await own.asOwner<{ count: number }>(
        "select count(*) from outbox where topic = 'recording.sealed'",
      );
      return {
        recordings,
        parts,
        acts: (await readLeavesAbout(tx, recordingId)).map(({ act }) => act),
        outbox: row?.count ?? 0,
        losses: (
          await own.asOwner<{ loss: string }>(
            `select natural_key || ' ' || recording_id as loss
               from incident i join incident_recording e on e.incident_id = i.id order by 1`,
          )
        ).map(({ loss }) => loss),
        names: (await readParties(tx, [recordingId])).map(({ name }) => name),
        sealed: first.sealed,
        errors: first.errors,
        nothing: first.nothing,
        media: await Promise.all(
          parts
            .filter(({ kind }) => kind === 'media')
            .sort((a, b) => Number(a.label) - Number(b.label))
            .map((part) => readPayload({ db: own.db, keys: bench.keys }, spool, tenantId, part)),
        ),
      };
    });
  } finally {
    await own.close();
  }
}

async function runQueue(own: TestDatabase, spool: string) {
  const sealed: boolean[] = [];
  const errors: unknown[] = [];
  const nothing: string[] = [];
  const queue = new SealQueue({
    spool,
    db: own.db,
    sealer: openLocalSealer(bench.keys),
    newId: bench.deps.newId,
    now: bench.deps.now,
    onSealed: (_sealed, added) => sealed.push(added),
    onNothing: (id) => nothing.push(id),
    onRetry: (_id, error) => errors.push(error),
  });
  const found = await queue.recover();
  await queue.idle();
  await queue.close();
  return { found, sealed, errors, nothing };
}

/** One recording, entered once, whose voices are each a beginning of what was sent. */
function expectOneRecording(recovered: Recovered, partial: boolean): Recording {
  const { recordings, acts, outbox, losses, sealed, errors, media } = recovered;
  expect(errors).toEqual([]);
  expect(sealed).toEqual([true]);
  expect(recordings).toHaveLength(1);
  expect(acts).toEqual([partial ? 'recording.recovered' : 'recording.sealed']);
  expect(outbox).toBe(1);
  expect(losses).toEqual(partial ? [`recorder/test-node/broken-off ${recordingId}`] : []);
  const recording = recordings[0]!;
  expect(recording).toMatchObject({ id: recordingId, state: 'captured', partial });
  for (const [index, { audio, closed }] of media.entries()) {
    expect(AUDIO[index]!.subarray(0, audio.length).equals(audio)).toBe(true);
    expect(closed).toBe(!partial);
  }
  if (partial) {
    const last = Math.max(0, ...media.map(({ lastPacketMs }) => lastPacketMs));
    expect(Math.abs(recording.durationMs - last)).toBeLessThanOrEqual(1);
    expect(recording.warnings).toContainEqual(expect.stringContaining('broken off'));
  }
  return recording;
}

const heard = ({ media }: Recovered): number[] => media.map(({ audio }) => audio.length);
const filesOf = async (folder: string, pattern: RegExp): Promise<string[]> =>
  (await readdir(folder)).filter((name) => pattern.test(name)).map((name) => join(folder, name));
const removeFiles = async (folder: string, pattern: RegExp): Promise<void> => {
  await Promise.all((await filesOf(folder, pattern)).map((path) => rm(path)));
};

describe('a recorder that was killed', () => {
  test.each([
    ['before the manifest', /./],
    ['between manifest and journal', /journal|part$/],
  ])('%s leaves nothing behind: nothing had been captured', async (_when, missing) => {
    const { recordings, sealed, errors, nothing, outbox } = await recover('answered', (folder) =>
      removeFiles(folder, missing),
    );
    expect({ recordings, sealed, nothing, errors, outbox }).toEqual({
      recordings: [],
      sealed: [],
      nothing: [recordingId],
      errors: [],
      outbox: 0,
    });
  });

  test('when the journal had its beginning and no stream was open, gives a partial recording of no length', async () => {
    const recovered = await recover('answered', (folder) => removeFiles(folder, /\.part$/));
    expect(expectOneRecording(recovered, true).durationMs).toBe(0);
    expect(recovered.parts.map(({ kind }) => kind)).toEqual(['metadata']);
    expect(recovered.names).toEqual(['Ana Agent', 'Carl Customer']);
  });

  test('before the first packet, gives a partial recording of silence', async () => {
    expect(
      heard(await recover('answered').then((found) => (expectOneRecording(found, true), found))),
    ).toEqual([0, 0]);
  });

  test('in the middle of the first chunk, loses that chunk and nothing else', async () => {
    const recovered = await recover('one second in');
    expectOneRecording(recovered, true);
    expect(heard(recovered)).toEqual([0, 0]);
    expect(recovered.names).toEqual(['Ana Agent', 'Carl Customer']);
  });

  test('in the middle of a later chunk, keeps all chunks before it', async () => {
    const recovered = await recover('four seconds in');
    const { durationMs } = expectOneRecording(recovered, true);
    for (const octets of heard(recovered)) expect(octets).toBeGreaterThan(28_000 - 16_384);
    expect(durationMs).toBeGreaterThan(0);
  });

  test.each([1, 16, 5_000, 16_400, 20_000])(
    'with %i bytes of the last chunk torn off, keeps every chunk that is whole',
    async (bytes) => {
      whole ??= heard(await recover('four seconds in'));
      const recovered = await recover('four seconds in', async (folder) => {
        for (const path of await filesOf(folder, /\.part$/)) {
          await truncate(path, Math.max(0, (await readFile(path)).length - bytes));
        }
      });
      expectOneRecording(recovered, true);
      for (const [index, octets] of heard(recovered).entries()) {
        expect(octets).toBeLessThan(whole![index]!);
        expect(octets).toBeGreaterThan(whole![index]! - 2 * 16_384);
      }
    },
  );

  test('with the last entry of its journal torn, is sealed from the entries before it', async () => {
    const recovered = await recover('ended', async (folder) => {
      const path = join(folder, JOURNAL_NAME);
      await truncate(path, (await readFile(path)).length - 1);
    });
    const { recordings, media, errors } = recovered;
    expect(errors).toEqual([]);
    expect(recordings).toMatchObject([{ partial: true }]);
    expect(media.map(({ audio }, index) => audio.equals(AUDIO[index]!))).toEqual([true, true]);
  });

  test('after the call had ended, gives the whole recording', async () => {
    const recovered = await recover('ended');
    const { durationMs, warnings, endedAt, startedAt } = expectOneRecording(recovered, false);
    expect(heard(recovered)).toEqual([32_000, 32_000]);
    expect(durationMs).toBe(Date.parse(endedAt) - Date.parse(startedAt));
    expect(warnings).toEqual([]);
    expect(recovered.parts.map(({ kind }) => kind)).toEqual(['media', 'media', 'metadata']);
  });

  test.each(['four seconds in', 'ended'] as const)(
    'after sealing and before the commit (%s), seals to the same digests',
    async (moment) => {
      let sealed: SealedRecording | undefined;
      const recovered = await recover(moment, async (folder) => {
        sealed = await sealRecording(folder, bench.keys);
        expect(await sealRecording(folder, bench.keys)).toEqual(sealed);
      });
      expectOneRecording(recovered, moment !== 'ended');
      expect(recovered.parts.map(({ sha256 }) => sha256)).toEqual(sealed?.parts.map(({ sha256 }) => sha256));
    },
  );

  test('while the metadata part was being written, writes it anew', async () => {
    const recovered = await recover('ended', async (folder) => {
      const sealed = await sealRecording(folder, bench.keys);
      const path = join(folder, `${sealed!.parts.at(-1)!.id}.part`);
      await writeFile(`${path}.next`, (await readFile(path)).subarray(0, 100));
      await rm(path);
    });
    expectOneRecording(recovered, false);
  });

  test('after the commit and before its mark, finds the recording there and adds nothing', async () => {
    const recovered = await recover('ended', undefined, async (own, folder) => {
      const sealed = await sealRecording(folder, bench.keys);
      const { newId, now } = bench.deps;
      expect(await commitRecording(own.db, sealed!, { newId, now, trace: {} })).toBe(true);
      expect(await commitRecording(own.db, sealed!, { newId, now, trace: {} })).toBe(false);
    });
    expect(recovered.sealed).toEqual([false]);
    expect(recovered).toMatchObject({ acts: ['recording.sealed'], outbox: 1, errors: [] });
    expect(recovered.recordings).toHaveLength(1);
    expect(recovered.parts).toHaveLength(3);
    expect(recovered.names).toHaveLength(2);
  });
});

describe('a spool that no crash can have made', () => {
  const untouched = async (change: (folder: string) => Promise<unknown>): Promise<Recovered> => {
    let names: string[] = [];
    let folder = '';
    const recovered = await recover('ended', async (path) => {
      folder = path;
      await change(path);
      names = await readdir(path);
    });
    expect(recovered.recordings).toEqual([]);
    expect(recovered.errors).toEqual([expect.objectContaining({ code: 'integrity_failed' })]);
    expect(await readdir(folder)).toEqual(expect.arrayContaining(names));
    return recovered;
  };

  test('because its manifest is gone, is kept as it is', () =>
    untouched((folder) => rm(join(folder, 'manifest.json'))));

  test('because its manifest is damaged, is kept as it is', () =>
    untouched((folder) => writeFile(join(folder, 'manifest.json'), '{"version":1')));

  test('because its journal is gone, is kept as it is', () =>
    untouched((folder) => rm(join(folder, JOURNAL_NAME))));

  test('because the first length in its journal was changed, is kept as it is', () =>
    untouched(async (folder) => {
      const path = join(folder, JOURNAL_NAME);
      const bytes = await readFile(path);
      bytes[1]! ^= 1;
      await writeFile(path, bytes);
    }));

  test('because a chunk before others was changed, is kept as it is', () =>
    untouched(async (folder) => {
      const [path] = await filesOf(folder, /\.part$/);
      const bytes = await readFile(path!);
      bytes[1_000]! ^= 1;
      await writeFile(path!, bytes);
    }));

  test('because a voice is gone, is sealed as partial and says so', async () => {
    const recovered = await recover('ended', async (folder) => {
      const [path] = await filesOf(folder, /\.part$/);
      await rm(path!);
    });
    expect(recovered.recordings).toMatchObject([{ partial: true }]);
    expect(recovered.recordings[0]?.warnings).toContainEqual(
      expect.stringContaining('the rest of the session is missing'),
    );
  });

  test('or that is not ours is never touched', async () => {
    const spool = join(copies, 'not ours');
    await mkdir(join(spool, 'lost+found'), { recursive: true });
    await writeFile(join(spool, 'lost+found', 'precious'), 'x');
    await writeFile(join(spool, 'notes.txt'), 'x');
    expect(await runQueue(database, spool)).toEqual({ found: 0, sealed: [], errors: [], nothing: [] });
    await access(join(spool, 'lost+found', 'precious'));
    await access(join(spool, 'notes.txt'));
  });
});
