import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatTrustFile, trustFingerprint, type TrustFile } from '../ledger/trust-file.ts';
import { exportBundle } from './testing/export-bundle.ts';
import { Installation } from './testing/installation.ts';
import { EXIT, USAGE, verifyCommand } from './verify-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
const at = (name: string): string => join(folder, name);
let trust: TrustFile;
let identity: string;

beforeAll(async () => {
  const installation = new Installation();
  installation.record();
  trust = installation.trust();
  const bundle = await exportBundle(installation);
  writeFileSync(at('good.zip'), bundle);
  const bad = Buffer.from(bundle);
  bad[60]! ^= 1;
  writeFileSync(at('bad.zip'), bad);
  writeFileSync(at('trust.json'), formatTrustFile(trust));
  identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const sealed = Buffer.from(await encrypter.encrypt(bundle));
  writeFileSync(at('good.zip.age'), sealed);
  sealed[sealed.length - 30]! ^= 1;
  writeFileSync(at('bad.zip.age'), sealed);
  writeFileSync(at('key.txt'), `# created: today\n${identity}\n`);
  writeFileSync(at('other.txt'), `${await generateX25519Identity()}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  let [out, error] = ['', ''];
  const code = await verifyCommand(args, { out: (text) => (out += text), error: (text) => (error += text) });
  return { code, out, error };
}

const trusting = (name: string, ...more: string[]) => run(at(name), '--trust', at('trust.json'), ...more);

describe('holdfast verify', () => {
  it('says what was verified, what was not proven, and on whose word, and ends with 0', async () => {
    const { code, out, error } = await trusting('good.zip');
    expect([code, error]).toEqual([EXIT.verified, '']);
    expect(out).toMatch(
      /^VERIFIED: .*good\.zip\n\n {2}Bundle {7}[0-9a-f-]{36}, made at 20.* by "holdfast 0\.1\.0"/,
    );
    expect(out).toMatch(/Contents {5}1 recording, 6 files/);
    expect(out).toMatch(/Made for {5}"Dr\. Ä\. Example", watermark "w-1"/);
    expect(out).toMatch(/Purpose {6}"litigation"\n/);
    expect(out).toMatch(
      /✓ The file is whole and in its one permitted form\n {4}The bundle is a sound container/,
    );
    expect(out).toMatch(/○ Independent witnesses saw the same log\n/);
    expect(out).toMatch(/Not proven by this bundle:\n {2}- That nobody was shown another version/);
    expect(out).toContain(`\n  ${trustFingerprint(trust)}\n`);
    expect(out).not.toMatch(/The first thing that is wrong/);
    expect(
      Math.max(
        ...out
          .split('\n')
          .slice(2)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(130);
  });

  it('names the first thing that is wrong, reads nothing out of the bundle, and ends with 1', async () => {
    const { code, out } = await trusting('bad.zip');
    expect(code).toBe(EXIT.refused);
    expect(out).toMatch(
      /^REFUSED: .*bad\.zip\n\nThe first thing that is wrong:\n {2}The entry\n {2}"recordings/,
    );
    expect(out).toMatch(/✗ The file is whole/);
    expect(out).toMatch(/· The log is one that you trust\n·/);
    expect(out).not.toMatch(/Made for|Not proven/);
  });

  it('speaks JSON', async () => {
    const good = await trusting('good.zip', '--json');
    expect(JSON.parse(good.out)).toMatchObject({
      format: 'holdfast-verification/1',
      verdict: 'verified',
      first: null,
    });
    const bad = await trusting('bad.zip', '--json');
    expect(JSON.parse(bad.out)).toMatchObject({ verdict: 'refused', first: 'container', bundle: null });
    const none = await trusting('none.zip', '--json');
    expect(JSON.parse(none.out)).toMatchObject({
      verdict: 'unreadable',
      reason: expect.stringContaining('could not be opened'),
    });
    expect(none.code).toBe(EXIT.unreadable);
    writeFileSync(at('short.age'), 'age-encryption.org/v1\n');
    const short = await trusting('short.age', '--json', '--identity', at('key.txt'));
    expect(JSON.parse(short.out)).toMatchObject({ verdict: 'refused' });
    expect(short.code).toBe(EXIT.refused);
  });

  it('opens an encrypted bundle with the key of its recipient, and no other', async () => {
    const verified = await trusting('good.zip.age', '--identity', at('key.txt'));
    expect(verified.code).toBe(EXIT.verified);
    const refused = await trusting('bad.zip.age', '--identity', at('key.txt'));
    expect([refused.code, refused.out]).toEqual([
      EXIT.refused,
      expect.stringMatching(/changed, cut off or extended after/),
    ]);
    const other = await trusting('good.zip.age', '--identity', at('other.txt'));
    expect([other.code, other.error]).toEqual([
      EXIT.unreadable,
      expect.stringMatching(
        /^NOTHING CAN BE SAID: .*\n\n {2}The bundle is encrypted, and the age key given does not open it/,
      ),
    ]);
    const none = await trusting('good.zip.age');
    expect([none.code, none.error]).toEqual([
      EXIT.unreadable,
      expect.stringMatching(/Name your age key file with --identity/),
    ]);
    expect((await trusting('good.zip.age', '--identity', at('none'))).code).toBe(EXIT.unreadable);
  });

  it('begins only with the trust file that was meant', async () => {
    const fingerprint = trustFingerprint(trust);
    expect((await trusting('good.zip', '--fingerprint', fingerprint)).code).toBe(EXIT.verified);
    const spoken = fingerprint
      .toUpperCase()
      .replace(/(.{4})/g, '$1 ')
      .trim();
    expect((await trusting('good.zip', '--fingerprint', spoken)).code).toBe(EXIT.verified);
    const other = await trusting('good.zip', '--fingerprint', 'ab'.repeat(32));
    expect(other.code).toBe(EXIT.unreadable);
    expect(other.error).toContain(`has the fingerprint ${fingerprint}, not the one you gave`);
    writeFileSync(at('bad-trust.json'), '{}');
    const malformed = await run(at('good.zip'), '--trust', at('bad-trust.json'));
    expect([malformed.code, malformed.error]).toEqual([
      EXIT.unreadable,
      expect.stringMatching(/trust file cannot be used/),
    ]);
    writeFileSync(at('huge.json'), Buffer.alloc(10_000_001, 0x20));
    expect((await run(at('good.zip'), '--trust', at('huge.json'))).code).toBe(EXIT.unreadable);
  });

  it('tells how it is used, and ends with 2 where it was used otherwise', async () => {
    expect(await run('--help')).toEqual({ code: EXIT.verified, out: USAGE, error: '' });
    for (const args of [
      [],
      ['a', 'b', '--trust', 'c'],
      ['a'],
      ['a', '--trust'],
      ['a', '--trust', 'b', '--force'],
    ]) {
      const { code, out, error } = await run(...args);
      expect([code, out]).toEqual([EXIT.usage, '']);
      expect(error).toContain(USAGE);
    }
    expect((await run('a')).error).toMatch(/^Name the trust file with --trust; without it, nobody knows/);
    expect((await run('a', 'b', '--trust', 'c')).error).toMatch(/^Name one bundle/);
  });

  it('takes the whole log too', async () => {
    const { code, error } = await trusting('good.zip', '--log', folder);
    expect([code, error]).toEqual([EXIT.unreadable, expect.stringMatching(/lacks entries from number 0 on/)]);
  });

  it('does not take a fault of its own for a fault of the bundle', async () => {
    let error = '';
    const out = (): never => {
      throw new TypeError('the stream broke');
    };
    const args = [at('good.zip'), '--trust', at('trust.json')];
    expect(await verifyCommand(args, { out, error: (text) => (error += text) })).toBe(EXIT.unreadable);
    expect(error).toMatch(
      /^This should not have happened, and says nothing about the bundle.*\n.*the stream broke/,
    );
  });

  it('reads files it may read only', async () => {
    chmodSync(at('other.txt'), 0);
    const { code } = await trusting('good.zip.age', '--identity', at('other.txt'));
    expect(code).toBe(EXIT.unreadable);
  });
});
