import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { openDatabaseProxy, type DatabaseProxy } from '../../test/support/database-proxy.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { openPool } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { insertOutbox, type OutboxMessage } from '../../recorder-core/records/outbox.ts';
import { OutboxDispatcher, type StartWork } from './outbox-dispatcher.ts';

let database: TestDatabase;
let proxy: DatabaseProxy;
/** Stopped, and their pools closed, after each test. */
let running: { readonly dispatcher: OutboxDispatcher; readonly pool: pg.Pool }[];
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  proxy = await openDatabaseProxy(database.dispatcherUrl);
  running = [];
});
afterEach(async () => {
  for (const { dispatcher, pool } of running) {
    await dispatcher.close();
    await pool.end();
  }
  await proxy.close();
  await database.asOwner('delete from outbox');
});

/** Everything a dispatcher did, and a way to wait for it. */
class Log {
  readonly started: string[] = [];
  readonly postponed: string[] = [];
  readonly faults: unknown[] = [];
  #look: () => void = () => undefined;

  changed(): void {
    this.#look();
  }

  /** Resolves once `ready` says so. */
  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (ready()) resolve();
      };
      this.#look();
    });
  }
}

function dispatch(log: Log, start: StartWork = () => Promise.resolve(), url = proxy.url): OutboxDispatcher {
  const pool = openPool(url, 2);
  const dispatcher = new OutboxDispatcher({
    pool,
    start,
    onDispatched: ({ id }, error) => {
      (error === undefined ? log.started : log.postponed).push(id);
      log.changed();
    },
    onFault: (error) => {
      log.faults.push(error);
      log.changed();
    },
  });
  running.push({ dispatcher, pool });
  dispatcher.start();
  return dispatcher;
}

async function announce(count = 1): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId(Date.now()));
  await database.db.forTenant(database.tenantId, async (tx) => {
    for (const id of ids) {
      await insertOutbox(tx, {
        tenantId: database.tenantId,
        id,
        topic: 'recording.sealed',
        payload: { recordingId: randomUUID() },
        trace: {},
      });
    }
  });
  return ids;
}

const databaseTime = async (): Promise<Date | undefined> =>
  (await database.asOwner<{ now: Date }>('select now()'))[0]?.now;
const left = async (): Promise<string[]> =>
  (await database.asOwner<{ id: string }>('select id from outbox order by id')).map(({ id }) => id);
describe('the outbox dispatcher', () => {
  test('starts the work of each message once, what was waiting and what comes, and empties the outbox', async () => {
    const waiting = await announce(120); // more than two batches
    const log = new Log();
    dispatch(log);
    await log.until(() => log.started.length === 120);
    const coming = await announce(3);
    await log.until(() => log.started.length === 123);
    expect(log.started.toSorted()).toEqual([...waiting, ...coming].sort());
    expect(await left()).toEqual([]);
    expect(log.faults).toEqual([]);
  });

  test('takes up at once what is written while a batch is in hand', async () => {
    const log = new Log();
    const second: string[] = [];
    await announce(1);
    dispatch(log, async () => {
      if (second.length === 0) second.push(...(await announce(1)));
    });
    await log.until(() => log.started.length === 2);
    expect(log.started[1]).toBe(second[0]);
  });

  test('puts back what could not be started, later each time, while the others go on', async () => {
    let dueSince = await databaseTime();
    const [sick] = await announce(1);
    const log = new Log();
    const start: StartWork = ({ id }) =>
      id === sick
        ? Promise.reject(new HoldfastError('unavailable', 'Temporal is away; it is asked again.'))
        : Promise.resolve();
    dispatch(log, start);
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await log.until(() => log.postponed.length === attempt);
      const healthy = await announce(5);
      await log.until(() => healthy.every((id) => log.started.includes(id)));
      const [row] = await database.asOwner(
        `select attempts, last_error as error, available_at > $2::timestamptz + $3::interval / 2 as late,
                available_at <= now() + $3::interval as soon
           from outbox where id = $1`,
        [sick, dueSince, `${String(2 ** (attempt - 1))} seconds`],
      );
      expect(row).toEqual({ attempts: attempt, error: 'unavailable', late: true, soon: true });
      dueSince = await databaseTime();
      // Its time has come: the test does not wait for it.
      await database.asOwner("update outbox set available_at = now() - interval '1 hour' where id = $1", [
        sick,
      ]);
    }
  });

  test('shares the work with others, and none of it is started twice', async () => {
    const ids = await announce(200);
    const log = new Log();
    const by = new Map<string, number>();
    for (let one = 0; one < 3; one += 1) {
      dispatch(log, async ({ id }: OutboxMessage) => {
        by.set(id, one);
        await database.asOwner('select 1'); // gives the others a turn
      });
    }
    await log.until(() => log.started.length >= ids.length);
    expect(await left()).toEqual([]);
    expect(log.started.toSorted()).toEqual(ids.toSorted());
    expect(new Set(by.values()).size).toBeGreaterThan(1);
  });

  test('outlives a database that goes away and comes back, with work in hand and without', async () => {
    const log = new Log();
    let cutInHand = false;
    dispatch(log, async () => {
      if (cutInHand) return;
      cutInHand = true;
      proxy.cut();
      await new Promise((resolve) => setImmediate(resolve)); // the connection is seen to break before the start returns
    });
    const first = await announce(1);
    await log.until(() => log.faults.length >= 2);
    expect(await left()).toEqual(first);
    proxy.mend();
    await log.until(() => log.started.includes(first[0]!));

    proxy.cut();
    const second = await announce(1);
    await log.until(() => log.faults.length >= 4);
    proxy.mend();
    await log.until(() => log.started.includes(second[0]!));
    expect(await left()).toEqual([]);
  });

  test('finishes the batch in hand when it is closed, and takes no more', async () => {
    const log = new Log();
    const [first, second] = await announce(2);
    let closing: Promise<void> | undefined;
    const dispatcher: OutboxDispatcher = dispatch(log, () => {
      closing ??= dispatcher.close();
      return Promise.resolve();
    });
    await log.until(() => log.started.length === 2);
    await closing;
    expect(log.started).toEqual([first, second]);
    const late = await announce(1);
    expect(await left()).toEqual(late);
  });
});
