import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { signCheckpoint, type Checkpoint } from '../../recorder-core/ledger/checkpoint.ts';
import { parseCosignerKey, readCosignatures } from '../../recorder-core/ledger/cosignature.ts';
import { readRoot } from '../../recorder-core/ledger/merkle.ts';
import { consistencyProof } from '../../recorder-core/ledger/proofs.ts';
import { addSignatureLines, noteSigner, verifierKeyText } from '../../recorder-core/ledger/signed-note.ts';
import { MemoryLog } from '../../recorder-core/ledger/testing/memory-log.ts';
import { formatTrustFile } from '../../recorder-core/ledger/trust-file.ts';
import { formatWitnessRequest } from '../../recorder-core/ledger/witness-request.ts';
import { openLogger } from '../observability/logger.ts';
import { TrustedLogs } from './trusted-logs.ts';
import { makeWitnessServer, type WitnessParts } from './witness-server.ts';
import { WitnessState } from './witness-state.ts';

jest.setTimeout(120_000); // processes of their own

const PROGRAM = join(import.meta.dirname, '../cli/holdfast.ts');
const ORIGIN = 'holdfast/tenant/a';
const NAME = 'witness.example/w1';
const key = generateKeyPairSync('ed25519').privateKey;
const next = generateKeyPairSync('ed25519').privateKey;
const honest = new MemoryLog(Array.from({ length: 40 }, (_, at) => Buffer.from(`${at}`)));
const forked = new MemoryLog(
  Array.from({ length: 40 }, (_, at) => Buffer.from(at < 5 ? `${at}` : `lie ${at}`)),
);
const folders: string[] = [];
const servers: Server[] = [];
const children: ChildProcess[] = [];
let folder: string;
let trustLogs: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-witness-'));
  folders.push(folder);
  trustLogs = join(folder, 'trust.json');
  await writeFile(
    trustLogs,
    trustOf([{ key: verifierKeyText(ORIGIN, key), from: '2020-01-01T00:00:00.000Z', until: null }]),
  );
  await WitnessState.create(join(folder, 'state'), NAME);
});

afterAll(async () => {
  for (const server of servers) server.close();
  for (const child of children) child.kill('SIGKILL');
  for (const one of folders) await rm(one, { recursive: true, force: true });
});

function trustOf(keys: readonly { key: string; from: string; until: string | null }[]): string {
  return formatTrustFile({
    format: 'holdfast-trust/1',
    logs: [{ origin: ORIGIN, keys }],
    witnesses: { quorum: 0, keys: [] },
    timestamps: { required: false, authorities: [] },
  });
}

/** A witness in this process, on a socket; `change` replaces parts of it. */
async function open(
  change: (state: WitnessState) => Partial<WitnessParts['state']> = () => ({}),
): Promise<string> {
  const state = await WitnessState.open(join(folder, 'state'));
  const parts = {
    name: state.name,
    privateKey: state.privateKey,
    verifierKey: state.verifierKey,
    cosigned: state.cosigned.bind(state),
    keep: state.keep.bind(state),
    keepEvidence: state.keepEvidence.bind(state),
    ...change(state),
  };
  const log = openLogger('witness', 'test', 'silent');
  const logs = await TrustedLogs.open(trustLogs, () => undefined);
  const server = makeWitnessServer({ state: parts, logs, log, now: () => new Date() });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
  readonly note: string;
}

async function ask(
  url: string,
  log: MemoryLog,
  oldSize: number,
  size: number,
  signedBy = key,
): Promise<Reply> {
  const root = await readRoot(size, log.readNode);
  const note = signCheckpoint({ origin: ORIGIN, size, root }, noteSigner(ORIGIN, signedBy));
  const proof = await consistencyProof(oldSize, size, log.readNode);
  const response = await fetch(`${url}/add-checkpoint`, {
    method: 'POST',
    body: formatWitnessRequest({ oldSize, proof, checkpoint: note }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: await response.text(),
    note,
  };
}

async function stateNow(): Promise<Checkpoint | undefined> {
  return (await WitnessState.open(join(folder, 'state'))).cosigned(ORIGIN);
}

describe('a witness', () => {
  test('cosigns the first checkpoint of a log and what extends it, for anyone to check', async () => {
    const url = await open();
    for (const [oldSize, size] of [
      [0, 3],
      [3, 17],
      [17, 17],
      [17, 40],
    ] as const) {
      const { status, body, note } = await ask(url, honest, oldSize, size);
      expect(status).toBe(200);
      expect(body.endsWith('\n')).toBe(true);
      const trusted = parseCosignerKey((await WitnessState.open(join(folder, 'state'))).verifierKey);
      expect(readCosignatures(addSignatureLines(note, [body.trimEnd()]), [trusted])).toHaveLength(1);
    }
  });

  test('answers 409 with what it cosigned last, in the type the protocol names', async () => {
    const url = await open();
    await ask(url, honest, 0, 9);
    expect(await ask(url, honest, 0, 20)).toMatchObject({
      status: 409,
      type: 'text/x.tlog.size',
      body: '9\n',
    });
  });

  test('refuses another history and keeps what the log signed as evidence', async () => {
    const url = await open();
    await ask(url, honest, 0, 9);
    expect(await ask(url, forked, 9, 9)).toMatchObject({
      status: 409,
      type: 'text/x.tlog.size',
      body: '9\n',
    });
    expect(await ask(url, forked, 9, 20)).toMatchObject({ status: 422 });
    expect(await readdir(join(folder, 'state', 'evidence'))).toHaveLength(2);
    expect(await ask(url, honest, 9, 20)).toMatchObject({ status: 200 });
  });

  test('refuses logs and keys it was not told of, and what is no request', async () => {
    const url = await open();
    expect(await ask(url, honest, 0, 9, next)).toMatchObject({ status: 403 });
    const send = async (path: string, init?: RequestInit): Promise<number> =>
      (await fetch(`${url}${path}`, init)).status;
    expect(await send('/add-checkpoint', { method: 'POST', body: 'garbage' })).toBe(400);
    expect(await send('/add-checkpoint', { method: 'POST', body: 'x'.repeat(70_000) })).toBe(413);
    expect(await send('/add-checkpoint')).toBe(405);
    expect(await send('/elsewhere')).toBe(404);
    expect(await send('/healthz')).toBe(200);
    expect(await stateNow()).toBeUndefined();
  });

  test('takes up a new key from a replaced trust file, and goes on with the old file when the new one is broken', async () => {
    const url = await open();
    await ask(url, honest, 0, 9);
    const both = [
      {
        key: verifierKeyText(ORIGIN, key),
        from: '2020-01-01T00:00:00.000Z',
        until: new Date(Date.now() - 1000).toISOString(),
      },
      { key: verifierKeyText(ORIGIN, next), from: new Date(Date.now() - 1000).toISOString(), until: null },
    ];
    await writeFile(`${trustLogs}.new`, trustOf(both));
    await rename(`${trustLogs}.new`, trustLogs);
    expect(await ask(url, honest, 9, 12, next)).toMatchObject({ status: 200 });
    expect(await ask(url, honest, 12, 14, key)).toMatchObject({ status: 403 });
    await writeFile(trustLogs, '{');
    expect(await ask(url, honest, 12, 14, next)).toMatchObject({ status: 200 });
  });

  test('cosigns one of several extensions that come at the same time, and tells the others', async () => {
    const url = await open();
    await ask(url, honest, 0, 5);
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, at) => ask(url, at % 2 ? honest : forked, 5, 6 + at)),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    const { size } = (await stateNow())!;
    for (const { status, body } of replies)
      if (status !== 200) expect([status, body]).toEqual([409, `${size}\n`]);
  });

  test('signs nothing while its disk keeps nothing', async () => {
    const url = await open(() => ({ keep: () => Promise.reject(new Error('disk full')) }));
    expect(await ask(url, honest, 0, 9)).toMatchObject({ status: 500 });
    expect(await stateNow()).toBeUndefined();
  });

  test('that dies after keeping and before answering cosigns the same checkpoint when it is asked again', async () => {
    const url = await open((state) => ({
      async keep(checkpoint, note) {
        await state.keep(checkpoint, note);
        for (const server of servers) server.closeAllConnections();
      },
    }));
    await expect(ask(url, honest, 0, 9)).rejects.toThrow();
    const again = await open();
    expect(await ask(again, honest, 0, 12)).toMatchObject({ status: 409, body: '9\n' });
    expect(await ask(again, forked, 9, 12)).toMatchObject({ status: 422 });
    expect(await ask(again, honest, 9, 9)).toMatchObject({ status: 200 });
    expect(await ask(again, honest, 9, 12)).toMatchObject({ status: 200 });
  });
});

describe('the state of a witness', () => {
  test('is not opened when a part is missing, damaged or about another log', async () => {
    const url = await open();
    await ask(url, honest, 0, 9);
    const state = join(folder, 'state');
    const [file] = await readdir(join(state, 'logs'));
    await rename(join(state, 'logs', file!), join(state, 'logs', `${'0'.repeat(64)}.note`));
    await expect(WitnessState.open(state)).rejects.toMatchObject({ code: 'integrity_failed' });
    await writeFile(join(state, 'logs', file!), 'damaged');
    await expect(WitnessState.open(state)).rejects.toMatchObject({ code: 'integrity_failed' });
    await rm(join(state, 'logs'), { recursive: true });
    await expect(WitnessState.open(state)).rejects.toMatchObject({ code: 'integrity_failed' });
    await expect(WitnessState.open(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(WitnessState.create(state, NAME)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('the command', () => {
  /** A witness as a process of its own. */
  async function launch(): Promise<{ url: string; child: ChildProcess }> {
    const args = [
      '--disable-warning=ExperimentalWarning',
      PROGRAM,
      'witness',
      '--state',
      join(folder, 'state'),
      '--listen',
      '127.0.0.1:0',
      '--trust-logs',
      trustLogs,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    for await (const line of createInterface(child.stdout))
      return { child, url: line.split(' ')[1]!.replace(/\/$/, '') };
    throw new Error('The witness said nothing.');
  }

  test('killed at any moment never forgets what it cosigned', async () => {
    let answered = 0;
    for (const killAfterMs of [0, 3, 9]) {
      const { url, child } = await launch();
      const gone = once(child, 'exit');
      const growing = (async () => {
        for (let size = answered + 1; size <= 40; size += 1) {
          const reply = await ask(url, honest, answered, size).catch(() => undefined);
          if (reply === undefined) return;
          if (reply.status === 200) answered = size;
          else if (reply.status === 409) answered = Number(reply.body);
          if (answered % 4 === 0) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
        }
        child.kill('SIGKILL');
      })();
      await Promise.all([growing, gone]);
      const kept = (await stateNow())?.size ?? 0;
      expect(kept).toBeGreaterThanOrEqual(answered);
      expect((await stateNow())?.root).toEqual(
        kept === 0 ? undefined : await readRoot(kept, honest.readNode),
      );
      answered = kept;
    }
    const { url, child } = await launch();
    expect(await ask(url, forked, answered, 40)).toMatchObject({ status: 422 });
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  });
});
