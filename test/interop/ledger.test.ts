/** The ledger against implementations that share no code with ours: Go's sumdb, and OpenSSL. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { z } from 'zod';
import type { AnchorConfig } from '../../hub/anchoring/anchor-config.ts';
import { addSignatureLines, parseNote } from '../../recorder-core/ledger/signed-note.ts';
import { consistencyProof, inclusionProof } from '../../recorder-core/ledger/proofs.ts';
import { listCheckpoints } from '../../recorder-core/records/anchors.ts';
import { nodeReader, readLeafBodies } from '../../recorder-core/records/ledger-log.ts';
import { AnchoredLog, NOBODY } from '../support/anchored-log.ts';
import { openLocalWitness, type LocalWitness } from '../support/local-witness.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestHub, type TestHub } from '../support/test-hub.ts';
import {
  makeTimeStampAuthority,
  serveTimeStamps,
  type TimeStampAuthority,
} from '../support/time-stamp-authority.ts';
import { testProgram } from './program-test.ts';

jest.setTimeout(300_000); // Go builds a program

const checked = z.strictObject({
  size: z.int(),
  signedBy: z.array(z.string()),
  inclusions: z.int(),
  consistencies: z.int(),
  fromTiles: z.int(),
  refused: z.int(),
});
const go = testProgram('go', 'golang-go');
const openssl = testProgram('openssl', 'openssl');
let database: TestDatabase;
let hub: TestHub;
let witness: LocalWitness;
let tsa: TimeStampAuthority;
let served: { readonly url: string; close(): Promise<void> };
let log: AnchoredLog;
let config: AnchorConfig;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sumdb-'));
  database = await openTestDatabase();
  hub = await startTestHub(database);
  log = await AnchoredLog.open(database);
  witness = await openLocalWitness();
  await log.pinAt(witness);
  tsa = makeTimeStampAuthority();
  served = await serveTimeStamps((request) => tsa.reply(request));
  config = {
    witnesses: [witness.target],
    quorum: 1,
    timeStampUrls: [served.url],
    authorities: [tsa.root],
  };
  const anchoring = log.anchoring(config);
  for (const leaves of [1, 99, 156, 300, 217]) {
    await log.grow(leaves);
    await anchoring.anchorNow(log.tenantId);
  }
});
afterAll(async () => {
  await served.close();
  tsa.close();
  await witness.remove();
  await hub.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

describe('Go’s sumdb', () => {
  go.test('opens checkpoint and cosignature, reads the tiles, and accepts every proof', async (path) => {
    const program = join(folder, 'sumdb-check');
    execFileSync(path, ['build', '-o', program, '.'], {
      cwd: join(import.meta.dirname, 'sumdb'),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const auditor = await hub.signIn('auditor', log.tenantId);
    const trust = await log.trust(NOBODY);
    const question = {
      url: `${hub.url}/api/v1/ledger/`,
      cookie: auditor.cookie,
      logKeys: trust.logs[0]!.keys.map(({ key }) => key),
      witnesses: [witness.target.key.text],
      ...(await proofs()),
    };
    const output = await run(program, JSON.stringify(question));
    expect(checked.parse(JSON.parse(output))).toEqual({
      size: 773,
      signedBy: [trust.logs[0]!.origin, witness.target.key.name],
      inclusions: question.leaves.length,
      consistencies: 5,
      fromTiles: 111,
      refused: question.leaves.length + 5,
    });
    await expect(run(program, JSON.stringify({ ...question, logKeys: [] }))).resolves.toContain('"size":773');
    await expect(run(program, JSON.stringify({ ...question, logKeys: [], witnesses: [] }))).rejects.toThrow(
      /no verifiable signatures/,
    );
  });
});

describe('OpenSSL', () => {
  openssl.test('verifies every stored time stamp, and refuses it for another checkpoint', async (path) => {
    const history = await checkpoints();
    expect(history.flatMap(({ timeStamps }) => timeStamps)).toHaveLength(5);
    for (const [at, { note, timeStamps }] of history.entries()) {
      await writeFile(join(folder, 'stamp.tsr'), timeStamps[0]!.response);
      await writeFile(join(folder, 'text'), parseNote(note).text);
      await writeFile(join(folder, 'other'), parseNote(history[(at + 1) % history.length]!.note).text);
      const verify = (data: string): string =>
        execFileSync(path, ['ts', '-verify', '-in', 'stamp.tsr', '-data', data, '-CAfile', tsa.rootPath], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
        }).toString();
      expect(verify('text')).toMatch(/Verification: OK/);
      expect(() => verify('other')).toThrow(/message imprint mismatch/);
    }
  });
});

function checkpoints(): ReturnType<typeof listCheckpoints> {
  return database.db.forTenant(log.tenantId, (tx) =>
    listCheckpoints(tx, { after: -1, limit: 100, published: true }),
  );
}

/** Proofs of ours for some leaves and all checkpoints, under the newest one. */
async function proofs(): Promise<{
  older: { checkpoint: string; consistency: string[] }[];
  leaves: { index: number; leaf: string; proof: string[] }[];
}> {
  const history = await checkpoints();
  const { size } = history.at(-1)!;
  const text = (proof: readonly Buffer[]): string[] => proof.map((hash) => hash.toString('base64'));
  return database.db.forTenant(log.tenantId, async (tx) => {
    const readNode = nodeReader(tx);
    const older = [];
    for (const { note, cosignatures, size: oldSize } of history)
      older.push({
        checkpoint: addSignatureLines(note, cosignatures),
        consistency: text(await consistencyProof(oldSize, size, readNode)),
      });
    const bodies = await readLeafBodies(tx, 0, size);
    const leaves = [];
    for (let index = 0; index < size; index += 13)
      leaves.push({
        index,
        leaf: bodies[index]!.toString('base64'),
        proof: text(await inclusionProof(index, size, readNode)),
      });
    return { older, leaves };
  });
}

function run(program: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr));
    });
    child.stdin?.end(input);
  });
}
