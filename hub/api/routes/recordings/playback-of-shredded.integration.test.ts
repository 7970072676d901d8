import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { askToEvict, listUnanswered } from '../../../../recorder-core/records/key-leases.ts';
import { openFileObjectStore } from '../../../../recorder-core/vault/file-object-store.ts';
import type { ObjectStore, OpenObject } from '../../../../recorder-core/vault/object-store.ts';
import { changedObjectStore } from '../../../../test/support/changed-object-store.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall, type TestRecording } from '../../../../test/support/test-recording.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

/** Holds back reads from the store while it is shut. */
class Gate {
  #open: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #arrived: () => void = () => undefined;

  /** Shuts it; resolves when somebody waits at it. */
  shut(): Promise<void> {
    this.#open = new Promise((resolve) => {
      this.#release = resolve;
    });
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  release(): void {
    this.#release();
  }

  in(store: ObjectStore): ObjectStore {
    return changedObjectStore(store, {
      open: async (key) => {
        const object = await store.open(key);
        const read: OpenObject['read'] = async (offset, length) => {
          this.#arrived();
          await this.#open;
          return object.read(offset, length);
        };
        return { size: object.size, read, close: () => object.close() };
      },
    });
  }
}

const gate = new Gate();
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: TestDatabase;
let hub: TestHub;
let recording: TestRecording;
let officer: TestPerson;

beforeAll(async () => {
  folder = await temporaryFolder();
  database = await openTestDatabase();
  hub = await startTestHub(database, { objects: gate.in(await openFileObjectStore(folder.path)) });
  recording = await recordCall(hub, { ms: 400 });
  officer = await hub.signIn('compliance_officer');
});
afterAll(async () => {
  await hub.close();
  await database.close();
  await folder.remove();
});

test('a playback under way ends when the recording is shredded, before its process says that it has let go', async () => {
  const path = `/api/v1/recordings/${recording.id}/audio`;
  expect((await officer.fetch(path)).status).toBe(200); // verified and surveyed from here on
  const waiting = gate.shut();
  const playing = officer.fetch(path).then(
    (response) => response.arrayBuffer().then(() => 'played'),
    () => 'cut off',
  );
  await waiting; // it has the key, and waits for bytes
  const eviction = { id: newId(Date.now()), recordingId: recording.id };
  const inTenant = <T>(work: Parameters<typeof database.db.forTenant<T>>[1]): Promise<T> =>
    database.db.forTenant(database.tenantId, work);
  await inTenant((tx) => askToEvict(tx, database.tenantId, eviction));
  expect(await playing).toBe('cut off');
  expect(await inTenant((tx) => listUnanswered(tx, eviction.id))).toHaveLength(1); // the read still hangs
  gate.release();
  for (;;) if ((await inTenant((tx) => listUnanswered(tx, eviction.id))).length === 0) break;
});

test('in quarantine nothing is played, and it says so', async () => {
  await database.asOwner(
    "insert into quarantine (tenant_id, id, reason, entered_at) values ($1, $1, 'restored', now())",
    [database.tenantId],
  );
  for (const end of ['audio', 'waveform']) {
    const problem = await readProblem(officer.fetch(`/api/v1/recordings/${recording.id}/${end}`), 503);
    expect(problem).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('quarantine') });
  }
  await database.asOwner('delete from quarantine');
  expect((await officer.fetch(`/api/v1/recordings/${recording.id}/audio`)).status).toBe(200);
});
