import { randomUUID, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { makeTimeStampAuthority, type TimeStampAuthority } from '../../test/support/time-stamp-authority.ts';
import { TILE_WIDTH, tilePath, writeEntryBundle } from '../ledger/tiles.ts';
import { timeStampRequest } from '../ledger/timestamp.ts';
import { bufferSource } from './container/byte-source.ts';
import { CHECKS } from './report.ts';
import { exportBundle, type ExportOptions } from './testing/export-bundle.ts';
import { Installation } from './testing/installation.ts';
import { verifyBundle, type Verification } from './verify-bundle.ts';

jest.setTimeout(120_000); // OpenSSL's processes

let authority: TimeStampAuthority;
beforeAll(() => {
  authority = makeTimeStampAuthority();
});
afterAll(() => authority.close());

const stamp = (message: Buffer): string =>
  authority.reply(timeStampRequest(message, Buffer.alloc(8, 1))).toString('base64');

/** An installation with a recording, one witness and time stamps. */
function watched(): { installation: Installation; id: string } {
  const installation = new Installation();
  const { privateKey } = generateKeyPairSync('ed25519');
  installation.witnesses.push({ name: 'witness.example', key: privateKey });
  installation.stamp = stamp;
  return { installation, id: installation.record() };
}

async function verify(
  installation: Installation,
  options: ExportOptions = {},
  trust = installation.trust([authority.root]),
): Promise<Verification> {
  return verifyBundle(bufferSource(await exportBundle(installation, options)), trust);
}

const resultOf = ({ checks }: Verification, name: string): string | undefined =>
  checks.find(({ check }) => check === name)?.result;

const statementOf = ({ checks }: Verification, name: string): string =>
  checks.find(({ check }) => check === name)?.statement ?? '';

describe('the bundle of an honest installation', () => {
  it('passes every check, in their order, and says what it is', async () => {
    const { installation, id } = watched();
    const derived = installation.derive(id);
    installation.record();
    const size = installation.log.size;
    const result = await verify(installation, { sizes: [2, 5] });
    expect(result.checks.map(({ check, result: one }) => [check, one])).toEqual(
      Object.keys(CHECKS)
        .filter((name) => name !== 'log')
        .map((name) => [name, 'passed']),
    );
    expect(result).toMatchObject({ format: 'holdfast-verification/1', verdict: 'verified', first: null });
    expect(result.bundle).toMatchObject({
      origin: installation.origin,
      ledgerSize: size,
      recordings: 2,
      files: 10,
    });
    expect(result.trust).toMatch(/^[0-9a-f]{64}$/);
    expect(derived.derivedFrom).toHaveLength(1);
    expect(statementOf(result, 'container')).toMatch(/sound container of 12 files in \d+ bytes/);
    expect(statementOf(result, 'manifest')).toMatch(/2 recordings and 10 files/);
    expect(statementOf(result, 'files')).toMatch(/^10 files listed/);
    expect(statementOf(result, 'trust')).toContain(installation.origin);
    expect(statementOf(result, 'signatures')).toMatch(/^4 checkpoints are signed/);
    expect(statementOf(result, 'consistency')).toContain(
      `Over 4 checkpoints the log grew to ${size + 1} entries`,
    );
    expect(statementOf(result, 'witnesses')).toMatch(
      /cosigned by 1 witness that you trust; your trust file asks for 1/,
    );
    expect(statementOf(result, 'timestamps')).toMatch(
      /^4 of 4 checkpoints have a time stamp .* existed at 20/,
    );
    expect(statementOf(result, 'keys')).toMatch(/4 checkpoints signed by keys that were valid then/);
    expect(statementOf(result, 'leaves')).toContain(
      `${size} entries each stand at their place in the log of ${size}`,
    );
    expect(statementOf(result, 'chains')).toMatch(/about 2 of 2 recordings count themselves/);
    expect(statementOf(result, 'openings')).toMatch(/^2 personal details shown/);
    expect(statementOf(result, 'clock')).toMatch(/^No entry's own time .* by more than 10 minutes\.$/);
    expect(statementOf(result, 'seal')).toMatch(
      new RegExp(`^Entry ${size} of the log, made at 20.* seals this bundle`),
    );
    expect(statementOf(result, 'parts')).toMatch(/^5 parts present, .*; 0 parts destroyed/);
    expect(statementOf(result, 'holds')).toMatch(/No hold stood/);
    expect(result.notProven).toHaveLength(2);
    expect(result.notProven[0]).toMatch(/^That the log holds no further, later entries/);
    expect(result.notProven[1]).toMatch(/^That 2 of \d+ entries were made when they say/);
  });

  it('leaves no date open when all of its entries came after a time from outside', async () => {
    const { installation } = watched();
    const seen = await installation.line(0);
    const id = installation.record();
    const result = await verify(installation, {
      recordings: [id],
      sizes: [3],
      tamper: ({ history }) => void (history[0] = seen),
    });
    expect(result.verdict).toBe('verified');
    expect(result.notProven).toEqual([
      expect.stringMatching(/^That the log holds no further, later entries/),
    ]);
  });

  it('may show some of its recordings only', async () => {
    const { installation, id } = watched();
    installation.record();
    const result = await verify(installation, { recordings: [id] });
    expect(result.verdict).toBe('verified');
    expect(statementOf(result, 'leaves')).toMatch(/^3 entries/);
  });

  it('shows what was destroyed, by whose certificate, and what is not certified yet', async () => {
    const { installation, id } = watched();
    const half = installation.record();
    installation.record();
    installation.hold(id, 'hold.placed', 'h1');
    installation.hold(id, 'hold.placed', 'h2');
    installation.hold(id, 'hold.released', 'h1');
    installation.hold(id, 'hold.released', 'h2');
    installation.dispose(id);
    installation.dispose(half, false);
    const result = await verify(installation);
    expect(result).toMatchObject({ verdict: 'verified' });
    expect(statementOf(result, 'parts')).toMatch(/^2 parts present, .*; 4 parts destroyed/);
    expect(result.notProven.join()).toMatch(/That the destruction of 2 parts was completed/);
  });

  it('of a recording without parts can be disposed of too', async () => {
    const { installation } = watched();
    const empty = installation.record([]);
    installation.dispose(empty);
    expect(await verify(installation)).toMatchObject({ verdict: 'verified' });
  });

  it('of an older installation, without tombstones and with parts in the certificate, is verified', async () => {
    const { installation, id } = watched();
    const { parts } = installation.recording(id);
    const object = { type: 'recording', id };
    installation.act('keys.destroyed', object, { facts: { parts: parts.map((part) => part.id) } });
    const certified = parts.map((part) => ({
      id: part.id,
      kind: part.kind,
      ciphertextSha256: part.ciphertextSha256,
    }));
    installation.act('disposal.certified', object, { facts: { parts: certified, tombstone: null } });
    for (const part of parts) part.destroyedAt = installation.now.toISOString();
    installation.recording(id).state = 'disposed';
    expect(await verify(installation)).toMatchObject({ verdict: 'verified' });
  });

  it('of schema 1 is verified, and what that does not prove is said', async () => {
    const installation = new Installation();
    installation.schema = 1;
    installation.record();
    const old = await verify(installation);
    expect(old.verdict).toBe('verified');
    expect(resultOf(old, 'chains')).toBe('not proven');
    expect(old.notProven.join()).toMatch(/That no entry about 1 of 1 recording was left out/);
    installation.schema = 2;
    const id = installation.record();
    const mixed = await verify(installation);
    expect(resultOf(mixed, 'chains')).toBe('passed');
    expect(statementOf(mixed, 'chains')).toMatch(/^The entries about 1 of 2 recordings count themselves/);
    expect(mixed.notProven.join()).toMatch(/That no entry about 1 of 2 recordings/);
    for (const other of installation.recordings.keys()) installation.hold(other, 'hold.placed', id);
    const grown = await verify(installation);
    expect(grown.notProven.join()).not.toMatch(/count themselves/);
  });
});

describe('what the trust file does not ask for', () => {
  it('is said to be not proven, and does not pass in silence', async () => {
    const installation = new Installation();
    installation.record();
    const result = await verify(installation);
    expect(result.verdict).toBe('verified');
    expect(resultOf(result, 'witnesses')).toBe('not proven');
    expect(resultOf(result, 'timestamps')).toBe('not proven');
    expect(result.notProven[0]).toMatch(
      /no witness, so the holder of the signing key could keep two histories/,
    );
    expect(result.notProven[1]).toMatch(/^When things happened/);
    expect(statementOf(result, 'keys')).toMatch(/2 of 2 have no time from outside/);
  });

  it('leaves time stamps unread where no authority is trusted', async () => {
    const installation = new Installation();
    installation.record();
    installation.stamp = stamp;
    const trust = installation.trust();
    const result = await verify(
      installation,
      {},
      { ...trust, timestamps: { required: false, authorities: [] } },
    );
    expect(result.verdict).toBe('verified');
    expect(resultOf(result, 'timestamps')).toBe('not proven');
  });

  it('leaves open whether a key that has ended was valid, where nobody outside says when it signed', async () => {
    const installation = new Installation();
    installation.record();
    const trust = installation.trust();
    const [log] = trust.logs;
    const until = new Date(Date.now() + 1_000_000).toISOString();
    const ending = { ...trust, logs: [{ ...log!, keys: [{ ...log!.keys[0]!, until }] }] };
    const result = await verify(installation, {}, ending);
    expect(result.verdict).toBe('verified');
    expect(resultOf(result, 'keys')).toBe('not proven');
    expect(result.notProven.join()).toMatch(/That the keys of 2 checkpoints were still valid/);
  });
});

describe('the whole log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function writeLog(entries: readonly Buffer[]): string {
    const at = join(folder, randomUUID());
    for (let index = 0; index * TILE_WIDTH < entries.length; index += 1) {
      const some = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
      const path = join(at, tilePath({ level: 'entries', index, width: some.length }));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, writeEntryBundle(some));
    }
    return at;
  }

  async function withLog(
    log: (entries: Buffer[]) => string,
    options: ExportOptions = {},
  ): Promise<Verification> {
    const installation = new Installation();
    for (let at = 0; at < 100; at += 1) installation.record([Buffer.of(at)]);
    const bundle = await exportBundle(installation, {
      recordings: [...installation.recordings.keys()].slice(1),
      ...options,
    });
    installation.record([]);
    return verifyBundle(bufferSource(bundle), installation.trust(), log([...installation.log.entries]));
  }

  it('shows that no later entry was kept back', async () => {
    const result = await withLog(writeLog);
    expect(result.verdict).toBe('verified');
    expect(statementOf(result, 'log')).toMatch(/^The whole log of 300 entries is the one that was signed/);
    // Nothing about chains: what is left is what the trust file does not ask for, and the dates of the entries.
    expect(result.notProven).toEqual([
      expect.stringMatching(/^That nobody was shown another version/),
      expect.stringMatching(/^When things happened/),
      expect.stringMatching(/^That 297 of 297 entries were made when they say/),
    ]);
  });

  it('shows an exporter who left the last entry about a recording out', async () => {
    const shorten: ExportOptions = {
      tamper({ leaves, manifest }) {
        leaves.pop();
        manifest.recordings.at(-1)!.leaves -= 1;
      },
    };
    const result = await withLog(writeLog, shorten);
    expect(result).toMatchObject({ verdict: 'refused', first: 'log' });
    expect(statementOf(result, 'log')).toMatch(
      /has 3 entries about .* and the bundle states 2: the exporter left some out/,
    );
  });

  it('shows another history', async () => {
    const result = await withLog((entries) => {
      entries[7] = entries[8]!;
      return writeLog(entries);
    });
    expect(result).toMatchObject({ verdict: 'refused', first: 'log' });
    expect(statementOf(result, 'log')).toMatch(/the two are different histories/);
  });

  it('says nothing where entries are missing, and refuses a file with others than its name says', async () => {
    await expect(withLog((entries) => writeLog(entries.slice(0, 256)))).rejects.toMatchObject({
      code: 'unavailable',
    });
    const result = await withLog((entries) => {
      const at = writeLog(entries);
      writeFileSync(
        join(at, tilePath({ level: 'entries', index: 0, width: TILE_WIDTH })),
        writeEntryBundle(entries.slice(0, 255)),
      );
      return at;
    });
    expect(statementOf(result, 'log')).toMatch(/has 255 entries and not the 256 of its name/);
    await expect(
      withLog((entries) => {
        const at = writeLog(entries);
        writeFileSync(
          join(at, tilePath({ level: 'entries', index: 0, width: TILE_WIDTH })),
          Buffer.alloc(17_000_000),
        );
        return at;
      }),
    ).rejects.toThrow(/too large/);
  });
});
