import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TrustFile } from '../ledger/trust-file.ts';
import { bufferSource } from './container/byte-source.ts';
import { bundleFiles, draftBundle, exportBundle, sealDraft, type Draft } from './testing/export-bundle.ts';
import { Installation } from './testing/installation.ts';
import { makeZip, type ZipFile } from './testing/make-zip.ts';
import { outcome } from './testing/outcome.ts';
import { verifyBundle } from './verify-bundle.ts';

let files: ZipFile[];
let trust: TrustFile;
let installation: Installation;

beforeAll(async () => {
  installation = new Installation();
  installation.record();
  trust = installation.trust();
  files = bundleFiles(await sealDraft(installation, await draftBundle(installation)));
});

const placeOf = (path: string): number => files.findIndex((file) => file.path === path);

/** The bundle with other bytes in one of its files, which are not those of its manifest. */
function withBytes(path: string, change: (text: string) => string | Buffer): Promise<string> {
  const at = placeOf(path);
  const file = files[at] as ZipFile;
  return outcome(
    makeZip(files.with(at, { ...file, bytes: Buffer.from(change(file.bytes.toString())) })),
    trust,
  );
}

describe('the files of a bundle', () => {
  it('are those of its manifest, in its order, and no others', async () => {
    expect(await outcome(makeZip(files), trust)).toBe('verified');
    const stranger = { path: 'extra.txt', bytes: Buffer.from('hello') };
    expect(await outcome(makeZip([stranger, ...files]), trust)).toMatch(
      /^files: The file "extra\.txt" is in the bundle and not in its manifest: it was added later/,
    );
    expect(await outcome(makeZip(files.toSpliced(placeOf('README.txt'), 1)), trust)).toMatch(
      /^files: The file "README\.txt" is in the manifest and not in the bundle: it was removed/,
    );
    expect(await outcome(makeZip([files[1]!, files[0]!, ...files.slice(2)]), trust)).toMatch(
      /^files: The file ".*" does not lie in the order of the manifest/,
    );
    const [manifest, seal] = [files.at(-2)!, files.at(-1)!];
    expect(await outcome(makeZip([manifest, seal, ...files.slice(0, -2)]), trust)).toBe('verified');
    expect(await withBytes('README.txt', (text) => text.replace('Read', 'Rend'))).toMatch(
      /^files: .*digests of the manifest/,
    );
  });

  it('include a manifest, which is refused when it is too large', async () => {
    expect(await outcome(makeZip(files.toSpliced(placeOf('manifest.json'), 1)), trust)).toMatch(
      /^manifest: The bundle has no manifest\.json/,
    );
    expect(await withBytes('manifest.json', () => Buffer.alloc(128 * 1024 * 1024 + 1, 0x20))).toMatch(
      /^manifest: manifest\.json is larger than the format permits/,
    );
    expect(await withBytes('manifest.json', (text) => ` ${text}`)).toMatch(
      /^manifest: What stands in the manifest is not JSON/,
    );
  });

  it('include the proofs, of their form', async () => {
    const drop = (path: string): Promise<string> =>
      outcome(makeZip(files.toSpliced(placeOf(path), 1)), trust);
    expect(await drop('ledger/leaves.jsonl')).toMatch(/^files: .*leaves\.jsonl/);
    expect(await drop('ledger/history.jsonl')).toMatch(/^files: .*history\.jsonl/);
  });
});

describe('lines of proofs', () => {
  /** What comes of a bundle whose proofs were changed before it was sealed. */
  async function sealed(tamper: (draft: Draft) => void): Promise<string> {
    const draft = await draftBundle(installation);
    tamper(draft);
    return outcome(makeZip(bundleFiles(await sealDraft(installation, draft))), trust);
  }

  it.each<[string, (draft: Draft) => void]>([
    [
      'leaves: What stands at line 1 of ledger/leaves.jsonl/index is not a whole number',
      ({ leaves }) => void (leaves[0]!.index = -1),
    ],
    [
      'leaves: What stands at line 2 of ledger/leaves.jsonl/proof/0 is not base64',
      ({ leaves }) => void (leaves[1]!.proof[0] = 'AAAA'),
    ],
    [
      'leaves: What stands at line 1 of ledger/leaves.jsonl/proof/0 is not base64',
      ({ leaves }) => void (leaves[0]!.proof[0] += ' '),
    ],
    [
      'leaves: What stands at line 1 of ledger/leaves.jsonl/proof is not a list of at most 64',
      ({ leaves }) => void (leaves[0]!.proof = Array.from({ length: 65 }, () => leaves[0]!.proof[0]!)),
    ],
    [
      'leaves: What stands at line 3 of ledger/leaves.jsonl/openings/0/salt is not base64',
      ({ leaves }) => void (leaves[2]!.openings[0]!.salt = 'AA=='),
    ],
    [
      'leaves: What stands at line 1 of ledger/leaves.jsonl/leaf is not a text',
      ({ leaves }) => void (leaves[0]!.leaf = ''),
    ],
    [
      'leaves: What stands at line 1 of ledger/leaves.jsonl has a member "extra"',
      ({ leaves }) => void Object.assign(leaves[0]!, { extra: 1 }),
    ],
    [
      'signatures: What stands at line 1 of ledger/history.jsonl/checkpoint is not a text',
      ({ history }) => void (history[0]!.checkpoint = ''),
    ],
    [
      'signatures: What stands at line 1 of ledger/history.jsonl/timestamp is not base64',
      ({ history }) => void (history[0]!.timestamp = '!'),
    ],
    [
      'signatures: What stands at line 1 of ledger/history.jsonl/consistency is not a list',
      ({ history }) => void Object.assign(history[0]!, { consistency: null }),
    ],
    [
      'signatures: A line of ledger/history.jsonl is longer',
      ({ history }) => void (history[0]!.timestamp = Buffer.alloc(800_000).toString('base64')),
    ],
    [
      'leaves: A line of ledger/leaves.jsonl is longer',
      ({ leaves }) => void (leaves[2]!.openings[0]!.value = 'x'.repeat(1_100_000)),
    ],
  ])('%s', async (sentence, tamper) => {
    expect(await sealed(tamper)).toContain(sentence);
  });

  it('that are not canonical, or cut off, are refused, whatever their digests are', async () => {
    const statementOf = async (
      check: string,
      path: string,
      change: (text: string) => string,
    ): Promise<string> => {
      const at = placeOf(path);
      const file = files[at] as ZipFile;
      const changed = makeZip(files.with(at, { ...file, bytes: Buffer.from(change(file.bytes.toString())) }));
      const { checks } = await verifyBundle(bufferSource(changed), trust);
      return checks.find((one) => one.check === check)?.statement ?? '';
    };
    const [leaves, history] = ['ledger/leaves.jsonl', 'ledger/history.jsonl'];
    expect(await statementOf('leaves', leaves, (text) => text.replace('{', '{ '))).toMatch(
      /What stands in line 1 of ledger\/leaves\.jsonl is not JSON/,
    );
    expect(await statementOf('leaves', leaves, (text) => text.slice(0, -1))).toMatch(
      /leaves\.jsonl ends within a line/,
    );
    expect(await statementOf('signatures', history, (text) => `${text}\n`)).toMatch(
      /What stands in line 2 of ledger\/history\.jsonl is not JSON/,
    );
    expect(await statementOf('signatures', history, () => 'x'.repeat(64 * 1024 * 1024 + 1))).toMatch(
      /history\.jsonl is larger than the format permits/,
    );
  });

  it('are about recordings of the bundle only', async () => {
    const own = new Installation();
    own.record();
    const index = own.act('export.requested', { type: 'export', id: 'e-1' });
    const tamper = async ({ leaves }: Draft): Promise<void> =>
      void leaves.push(await own.present(index, own.log.size));
    expect(await outcome(await exportBundle(own, { tamper }), own.trust())).toMatch(
      /^leaves: Entry 3 is about the export "e-1", which is not in the bundle/,
    );
    const other = own.record();
    const [first] = [...own.recordings.keys()];
    const more = async ({ leaves }: Draft): Promise<void> =>
      void leaves.push(await own.present(5, own.log.size));
    expect(
      await outcome(await exportBundle(own, { recordings: [first!], tamper: more }), own.trust()),
    ).toMatch(new RegExp(`^leaves: Entry 5 is about the recording "${other}", which is not in the bundle`));
  });

  it('are not about a recording because something else bears its id', async () => {
    const own = new Installation();
    const id = own.record();
    own.act('export.requested', { type: 'export', id });
    expect(await outcome(await exportBundle(own), own.trust())).toBe(
      `leaves: Entry 3 is about the export "${id}", which is not in the bundle.`,
    );
  });
});
