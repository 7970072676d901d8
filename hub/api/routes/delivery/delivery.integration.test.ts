import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Decrypter } from 'age-encryption';
import { until } from '../../../processes/process-control.ts';
import { makeReadyExport, type MadeExport } from '../../../../test/support/made-export.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../../../test/support/test-hub.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';
import { listFetches, type ExportFetch } from '../../../../recorder-core/records/export-fetches.ts';
import { exportDetail } from '../../schemas/export.ts';

jest.setTimeout(120_000);

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let recording: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  recording = (await recordCall(hub, { ms: 300 })).id;
});
afterEach(() => {
  hub.setNow(undefined);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const readyExport = () => makeReadyExport(hub, officer, [recording]);

/** Gives a passcode as the form does. */
function tryPasscode(path: string, passcode: string): Promise<Response> {
  return fetch(`${hub.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ passcode }),
    redirect: 'manual',
  });
}

/** The cookie of a right passcode. */
async function visit({ path, link }: MadeExport): Promise<string> {
  const answer = await tryPasscode(path, ` ${link.passcode.toLowerCase().replaceAll('-', ' ')}`);
  expect(answer.status).toBe(303);
  const cookie = answer.headers.getSetCookie()[0]!;
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  return cookie.split(';')[0]!;
}

const getBundle = (made: MadeExport, cookie: string, headers: Record<string, string> = {}) =>
  hub.fetch(`${made.path}/bundle`, { headers: { cookie, ...headers } });

function fetchesOf({ id }: MadeExport): Promise<ExportFetch[]> {
  return database.db.forTenant(database.tenantId, (tx) => listFetches(tx, id));
}

/** Acts about an export, after everything has its place in the log. */
async function leavesOf({ id }: MadeExport) {
  await officer.fetch(`/api/v1/recordings/${recording}/custody`);
  const rows = await database.asOwner<{ body: Buffer }>(
    'select body from ledger_leaf where object_id = $1 order by index',
    [id],
  );
  return rows.map(
    ({ body }) =>
      JSON.parse(body.toString('utf8')) as { act: string; rules?: string[]; facts?: Record<string, unknown> },
  );
}

describe('a link', () => {
  test('asks for the passcode, then tells what is there and hands over a bundle that only the recipient opens', async () => {
    const made = await readyExport();
    const form = await hub.fetch(made.path);
    expect(form.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(await form.text()).toContain('Passcode');
    const cookie = await visit(made);
    const page = await (await hub.fetch(made.path, { headers: { cookie } })).text();
    const detail = await officer.read(exportDetail, `/api/v1/exports/${made.id}`);
    expect(page).toContain(detail.bundle!.sha256);
    expect(page).toContain('Erika &#60;Expert&#62;'); // a name is text and never markup
    const bytes = Buffer.from(await (await getBundle(made, cookie)).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(detail.bundle!.sha256);
    const decrypter = new Decrypter();
    decrypter.addIdentity(made.identity);
    expect(
      Buffer.from(await decrypter.decrypt(bytes))
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    await until(
      async () => (await leavesOf(made)).at(-1)!.act === 'export.delivered',
      45_000,
      'the last leaf',
    );
    expect((await leavesOf(made)).map(({ act }) => act).filter((act) => act.startsWith('export.'))).toEqual([
      'export.requested',
      'export.sealed',
      'export.linked',
      'export.opened',
      'export.fetched',
      'export.delivered',
    ]);
  });

  test('hands over ranges, each in the ledger by its first and last byte, and is whole when they cover all', async () => {
    const made = await readyExport();
    const cookie = await visit(made);
    const whole = Buffer.from(await (await getBundle(made, cookie)).arrayBuffer());
    const first = await getBundle(made, cookie, { Range: 'bytes=0-99' });
    expect(first.status).toBe(206);
    expect(first.headers.get('content-range')).toBe(`bytes 0-99/${whole.length}`);
    const tag = first.headers.get('etag')!;
    const rest = await getBundle(made, cookie, { Range: 'bytes=100-', 'If-Range': tag });
    const joined = Buffer.concat([
      Buffer.from(await first.arrayBuffer()),
      Buffer.from(await rest.arrayBuffer()),
    ]);
    expect(joined.equals(whole)).toBe(true);
    expect((await getBundle(made, cookie, { Range: 'bytes=0-9', 'If-Range': '"other"' })).status).toBe(200);
    expect((await getBundle(made, cookie, { Range: `bytes=${whole.length}-` })).status).toBe(416);
    const ranges = (await leavesOf(made))
      .filter(({ act }) => act === 'export.fetched')
      .map(({ facts }) => facts);
    expect(ranges).toEqual([
      expect.objectContaining({ from: 0, to: whole.length }),
      expect.objectContaining({ from: 0, to: 100 }),
      expect.objectContaining({ from: 100, to: whole.length }),
      expect.objectContaining({ from: 0, to: whole.length }),
    ]);
  });

  test('is of no use after too many wrong passcodes, also with the right one', async () => {
    const made = await readyExport();
    for (const [nth, wrong] of ['AAAA-AAAA-AAAA', '', 'x'.repeat(64)].entries()) {
      const answer = await tryPasscode(made.path, wrong);
      expect(answer.status).toBe(401);
      expect(await answer.text()).toContain(`After ${4 - nth} more wrong ones`);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    await tryPasscode(made.path, 'BBBB-BBBB-BBBB');
    expect((await tryPasscode(made.path, 'CCCC-CCCC-CCCC')).status).toBe(410);
    const late = await tryPasscode(made.path, made.link.passcode);
    expect(late.status).toBe(410);
    expect(late.headers.getSetCookie()).toEqual([]);
    const refusals = (await leavesOf(made)).filter(({ act }) => act === 'access.refused');
    expect(refusals.map(({ rules }) => rules)).toEqual(Array.from({ length: 5 }, () => ['export/passcode']));
  });

  test('counts guesses that come at the same time', async () => {
    const made = await readyExport();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => tryPasscode(made.path, `AAAA-AAAA-AA${i}`)),
    );
    expect(answers.filter(({ status }) => status !== 401 && status !== 410)).toEqual([]);
    expect((await tryPasscode(made.path, made.link.passcode)).status).toBe(410);
  });

  test('gives no byte without its own cookie: none, a made-up one, or that of another export', async () => {
    const made = await readyExport();
    const other = await visit(await readyExport());
    for (const cookie of ['', 'holdfast_visit=made-up', other]) {
      const answer = await getBundle(made, cookie);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('content-type')).toContain('text/html');
    }
    expect(await fetchesOf(made)).toEqual([]);
    const refusals = (await leavesOf(made)).filter(({ act }) => act === 'access.refused');
    expect(refusals.map(({ rules }) => rules)).toEqual(Array.from({ length: 3 }, () => ['export/visit']));
  });

  test('forgets a visit after a quarter of an hour, and hands nothing over once its days are over', async () => {
    const made = await readyExport();
    const cookie = await visit(made);
    hub.setNow(new Date(Date.now() + 16 * 60_000));
    expect((await getBundle(made, cookie)).status).toBe(401);
    hub.setNow(new Date(Date.parse(made.link.expiresAt)));
    for (const path of [made.path, `${made.path}/bundle`]) {
      expect((await hub.fetch(path, { headers: { cookie } })).status).toBe(410);
    }
    expect((await tryPasscode(made.path, made.link.passcode)).status).toBe(410);
  });

  test('that was never made is not found, however it is written', async () => {
    const { path } = await readyExport();
    const last = path.at(-1) === 'A' ? 'B' : 'A';
    for (const wrong of [
      `${path.slice(0, -1)}${last}`,
      '/d/nonsense',
      `/d/${'0'.repeat(32)}.${'A'.repeat(43)}`,
    ]) {
      expect((await hub.fetch(wrong)).status).toBe(404);
      expect((await hub.fetch(`${wrong}/bundle`)).status).toBe(404);
    }
  });

  test('leaves neither token nor passcode in the log or in the metrics', async () => {
    const made = await readyExport();
    const cookie = await visit(made);
    await (await getBundle(made, cookie)).arrayBuffer();
    await database.asOwner("update export set object_key = 'exports/gone' where id = $1", [made.id]);
    await getBundle(made, cookie)
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined);
    await until(
      async () => (await fetchesOf(made))[0]!.outcome === 'failed',
      45_000,
      'the failure to be noted',
    );
    const told = hub.log.join('') + (await hub.services.metrics.registry.metrics());
    expect(hub.log.join('')).toContain('a bundle could not be sent');
    for (const secret of [made.path.split('/').at(-1)!, made.link.passcode, cookie.split('=')[1]!])
      expect(told).not.toContain(secret);
  });
});

/** A recipient on a socket of its own who reads only when told to. */
async function slowRecipient(made: MadeExport, cookie: string) {
  const { hostname, port } = new URL(hub.url);
  const socket: Socket = connect({ host: hostname, port: Number(port) });
  let received = 0;
  let broken = false;
  socket.on('error', () => {
    broken = true;
  });
  socket.on('data', (piece: Buffer) => {
    received += piece.length;
  });
  // At once: until somebody looks, a fast machine has taken half of the bundle.
  socket.once('data', () => socket.pause());
  await once(socket, 'connect');
  socket.write(`GET ${made.path}/bundle HTTP/1.1\r\nHost: ${hostname}\r\nCookie: ${cookie}\r\n\r\n`);
  await until(() => received > 0, 45_000, 'the first bytes');
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  return {
    socket,
    closed,
    received: () => received,
    broken: () => broken,
  };
}

describe('a download that runs', () => {
  /** Larger than what the buffers of both ends take, so that it waits for its reader. */
  const SIZE = 64 * 2 ** 20;

  async function largeExport(): Promise<MadeExport> {
    const made = await readyExport();
    const key = `exports/${database.tenantId}/${made.id}/large.zip.age`;
    async function* zeros() {
      for (let sent = 0; sent < SIZE; sent += 2 ** 20) yield await Promise.resolve(Buffer.alloc(2 ** 20));
    }
    await hub.services.objects.put(key, zeros());
    await database.asOwner('update export set object_key = $2, size = $3 where id = $1', [
      made.id,
      key,
      SIZE,
    ]);
    return made;
  }

  async function endsShort(made: MadeExport, act: () => Promise<unknown>, outcome: string): Promise<void> {
    const recipient = await slowRecipient(made, await visit(made));
    expect((await fetchesOf(made))[0]!.outcome).toBe('running'); // noted before, and not at the end
    await act();
    await until(
      async () => (await fetchesOf(made))[0]!.outcome === outcome,
      45_000,
      `the end to be ${outcome}`,
    );
    recipient.socket.resume();
    await recipient.closed;
    expect(recipient.broken()).toBe(true);
    expect(recipient.received()).toBeLessThan(SIZE / 2);
    expect((await leavesOf(made)).map(({ act: what }) => what)).not.toContain('export.delivered');
  }

  test('is cut when the export is revoked: the recipient sees a broken transfer and no byte more', async () => {
    const made = await largeExport();
    const cookie = await visit(made);
    const revoke = () =>
      officer.fetch(`/api/v1/exports/${made.id}/revoke`, {
        method: 'POST',
        body: { reason: 'Wrong recipient' },
      });
    await endsShort(made, revoke, 'revoked');
    const again = await getBundle(made, cookie);
    expect(again.status).toBe(410);
    expect(await again.text()).toContain('withdrawn');
  });

  test('is cut when the link expires meanwhile', async () => {
    const made = await largeExport();
    await endsShort(
      made,
      () => Promise.resolve(hub.setNow(new Date(Date.parse(made.link.expiresAt)))),
      'expired',
    );
  });

  test('is cut when a newer link takes the place of its own', async () => {
    const made = await largeExport();
    const replace = () => officer.fetch(`/api/v1/exports/${made.id}/link`, { method: 'POST', body: {} });
    await endsShort(made, replace, 'revoked');
  });

  test('that the recipient leaves is noted with what was sent, and goes on from there', async () => {
    const made = await largeExport();
    const cookie = await visit(made);
    const recipient = await slowRecipient(made, cookie);
    recipient.socket.destroy();
    await until(
      async () => (await fetchesOf(made))[0]!.outcome === 'left',
      45_000,
      'the leaving to be noted',
    );
    const [left] = await fetchesOf(made);
    expect(left!.sent).toBeGreaterThan(0);
    expect(left!.sent).toBeLessThan(SIZE);
    const rest = await getBundle(made, cookie, { Range: `bytes=${left!.sent}-` });
    expect((await rest.arrayBuffer()).byteLength).toBe(SIZE - left!.sent);
    await until(
      async () => (await leavesOf(made)).some(({ act }) => act === 'export.delivered'),
      45_000,
      'the delivery to be complete',
    );
  });

  test('is one of four at most, so that one recipient leaves room for others', async () => {
    const made = await largeExport();
    const cookie = await visit(made);
    const four = [];
    for (let i = 0; i < 4; i += 1) four.push(await slowRecipient(made, cookie));
    const fifth = await getBundle(made, cookie);
    expect(fifth.status).toBe(429);
    for (const { socket } of four) socket.destroy();
    await until(
      async () => (await fetchesOf(made)).every(({ outcome }) => outcome === 'left'),
      45_000,
      'the four to be gone',
    );
    const after = await getBundle(made, cookie, { Range: 'bytes=0-9' });
    expect((await after.arrayBuffer()).byteLength).toBe(10);
  });
});
