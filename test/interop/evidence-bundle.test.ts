import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { encryptBundle, parseRecipient } from '../../recorder-core/evidence/encrypt-bundle.ts';
import { findSoundMark, SURE_SCORE } from '../../recorder-core/evidence/find-sound-mark.ts';
import { markChips, markPcm } from '../../recorder-core/evidence/sound-mark.ts';
import { makeCertificate } from '../../recorder-core/evidence/testing/make-certificate.ts';
import { ZipWriter } from '../../recorder-core/evidence/zip-writer.ts';
import { seededRandom, voiceLike } from '../../recorder-core/media/test-signal.ts';
import { runFilter } from '../../recorder-core/transcode/run-filter.ts';
import { openBundleBench, type BundleBench, type TestBundle } from '../support/bundle-bench.ts';
import { testProgram } from './program-test.ts';

const run = promisify(execFile);
const age = testProgram('age', 'age');
const openssl = testProgram('openssl', 'openssl');
const unzip = testProgram('unzip', 'unzip');
const python = testProgram('python3', 'python3');
const ffmpeg = testProgram('ffmpeg', 'ffmpeg');
const pdftotext = testProgram('pdftotext', 'poppler-utils');

let folder: string;
let bundles: BundleBench;
let bundle: TestBundle;
let recordingId: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-interop-'));
  bundles = await openBundleBench();
  recordingId = await bundles.bench.retain();
  bundle = await bundles.make([recordingId]);
  await writeFile(join(folder, 'bundle.zip'), bundle.bytes);
}, 120_000);
afterAll(async () => {
  await bundles.close();
  await rm(folder, { recursive: true, force: true });
});

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a bundle', () => {
  unzip.test('is a whole archive to unzip', async (path) => {
    await run(path, ['-tq', join(folder, 'bundle.zip')]);
  });

  const READ = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([[i.filename, i.compress_type, hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))`;
  python.test("has the same files to Python's zipfile", async (path) => {
    const { stdout } = await run(path, ['-c', READ, join(folder, 'bundle.zip')]);
    expect(JSON.parse(stdout)).toEqual([...bundle.files].map(([name, bytes]) => [name, 0, sha256(bytes)]));
  });

  python.test(
    'with more than 65,535 files, and with descriptors of 8 bytes, is read by Python too',
    async (path) => {
      const zip = new ZipWriter(new Date('2026-11-26T10:00:00Z'));
      const out: Buffer[] = [];
      for (let i = 0; i < 66_000; i += 1) {
        out.push(zip.open(`f/${i}`, i === 7 ? 5e9 : 0));
        const text = Buffer.from(`${i}`);
        zip.take(text);
        out.push(text, zip.close());
      }
      out.push(...zip.finish());
      const file = join(folder, 'many.zip');
      await writeFile(file, Buffer.concat(out));
      const check = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(len(z.namelist()), z.read('f/7').decode(), z.read('f/65999').decode())`;
      const { stdout } = await run(path, ['-c', check, file]);
      expect(stdout.trim()).toBe('66000 7 65999');
    },
  );

  pdftotext.test('has a cover that names the recipient on every page', async (path) => {
    await writeFile(join(folder, 'cover.pdf'), bundle.files.get('cover.pdf') ?? '');
    const { stdout } = await run(path, ['-layout', join(folder, 'cover.pdf'), '-']);
    const pages = stdout.split('\f').filter((page) => page.trim() !== '');
    expect(pages.length).toBeGreaterThanOrEqual(1);
    for (const page of pages) expect(page).toContain('Copy for Erika Expert');
    for (const page of pages) expect(page).toContain('hf-7f3a9c21');
    for (const text of [
      'Olga Officer',
      'Arne Approver',
      'Answer to the regulator',
      'M-2026-17',
      recordingId,
      'Ana Agent',
    ])
      expect(stdout).toContain(text);
  });

  ffmpeg.test('has a sound file that says whose copy it is', async (path) => {
    await writeFile(join(folder, 'audio.wav'), bundle.files.get(`recordings/${recordingId}/audio.wav`) ?? '');
    const { stdout } = await run(path, [
      '-loglevel',
      'error',
      '-i',
      join(folder, 'audio.wav'),
      '-f',
      'ffmetadata',
      '-',
    ]);
    expect(stdout).toContain('Copy for Erika Expert');
  });
});

describe('an encrypted bundle', () => {
  age.test('opens with the age program', async (path) => {
    const identity = await generateIdentity();
    const recipient = parseRecipient(await identityToRecipient(identity), new Date());
    const { bytes } = await encryptBundle(once(bundle.bytes), recipient);
    await writeFile(join(folder, 'key.txt'), `${identity}\n`, { mode: 0o600 });
    await writeFile(join(folder, 'bundle.zip.age'), bytes);
    await run(path, [
      '-d',
      '-i',
      join(folder, 'key.txt'),
      '-o',
      join(folder, 'opened.zip'),
      join(folder, 'bundle.zip.age'),
    ]);
    expect(sha256(await readFile(join(folder, 'opened.zip')))).toBe(sha256(bundle.bytes));
  });

  openssl.test('for a certificate opens with openssl and then with age', async (path) => {
    const { pem, keyPem } = await makeCertificate({ keyUsage: 0b0010_0000 });
    const { bytes, keyEnvelope } = await encryptBundle(once(bundle.bytes), parseRecipient(pem, new Date()));
    const place = (name: string): string => join(folder, name);
    await writeFile(place('certificate.pem'), pem);
    await writeFile(place('certificate.key'), keyPem, { mode: 0o600 });
    await writeFile(place('bundle.p7m'), keyEnvelope ?? '');
    await writeFile(place('for-certificate.zip.age'), bytes);
    const to = [
      '-recip',
      place('certificate.pem'),
      '-inkey',
      place('certificate.key'),
      '-out',
      place('identity.txt'),
    ];
    await run(path, ['cms', '-decrypt', '-inform', 'DER', '-in', place('bundle.p7m'), ...to]);
    const opened = await run(
      age.path ?? 'age',
      ['-d', '-i', place('identity.txt'), place('for-certificate.zip.age')],
      {
        encoding: 'buffer',
        maxBuffer: 1e9,
      },
    );
    expect(sha256(opened.stdout)).toBe(sha256(bundle.bytes));
    const { stdout: printed } = await run(path, [
      'cms',
      '-cmsout',
      '-print',
      '-inform',
      'DER',
      '-in',
      place('bundle.p7m'),
    ]);
    expect(printed).toMatch(/rsaesOaep/);
    expect(printed).toMatch(/aes-256-cbc/);
  });
});

describe('the mark in the sound', () => {
  const KEY = Buffer.alloc(32, 5);
  const RAW = ['-f', 's16le', '-ar', '8000', '-ac', '1'];
  const FORMS: Record<string, readonly string[]> = {
    'MP3 at 128 kbit/s': ['-ar', '44100', '-b:a', '128k', '-f', 'mp3'],
    'MP3 at 64 kbit/s': ['-ar', '44100', '-b:a', '64k', '-f', 'mp3'],
    'MP3 at 8 kHz and 16 kbit/s': ['-ar', '8000', '-b:a', '16k', '-f', 'mp3'],
    'G.711 A-law': ['-ar', '8000', '-f', 'alaw'],
    'G.711 µ-law': ['-ar', '8000', '-f', 'mulaw'],
  };

  /** Twenty seconds like a voice over a noisy line, marked. */
  async function marked(): Promise<Buffer> {
    const random = seededRandom(9);
    const noise = (): number => 200 * (random() + random() + random() - 1.5);
    const voice = voiceLike({ samples: 160_000, pitchHz: 140, seed: 3 }).map((sample) => sample + noise());
    const pcm = Buffer.from(voice.buffer, voice.byteOffset, voice.byteLength);
    const shape = { rate: 8000, channels: 1 };
    return Buffer.concat(await Array.fromAsync(markPcm(once(pcm), shape, markChips(KEY, 'hf-right'))));
  }

  for (const [form, encoding] of Object.entries(FORMS)) {
    ffmpeg.test(`is found after ${form}, and no other recipient's is`, async (path) => {
      const filter = (args: readonly string[], input: Buffer): Promise<Buffer> =>
        runFilter({
          program: path,
          args: ['-hide_banner', '-loglevel', 'error', ...args],
          input,
          maxOutputBytes: 1e8,
          timeoutMs: 60_000,
        });
      const encoded = await filter([...RAW, '-i', '-', ...encoding, '-'], await marked());
      const format = encoding.at(-1) ?? '';
      const from = format === 'mp3' ? ['-f', format] : ['-f', format, '-ar', '8000', '-ac', '1'];
      const decoded = await filter([...from, '-i', '-', ...RAW, '-'], encoded);
      const pcm = Int16Array.from({ length: decoded.length >> 1 }, (_, i) => decoded.readInt16LE(2 * i));
      const found = findSoundMark(pcm, { rate: 8000, channels: 1 }, KEY, [
        'hf-wrong',
        'hf-right',
        'hf-other',
      ]);
      expect(found[0]?.watermark).toBe('hf-right');
      expect(found[0]?.score).toBeGreaterThan(2 * SURE_SCORE);
      for (const { score } of found.slice(1)) expect(score).toBeLessThan(SURE_SCORE);
    });
  }
});
