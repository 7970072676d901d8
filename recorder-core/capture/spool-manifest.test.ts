import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readManifest, writeManifest, type SpoolManifest } from './spool-manifest.ts';

const folders: string[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-manifest-'));
  folders.push(folder);
});
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

const ID = '019a9c00-0000-7000-8000-00000000000';
const bytes = fc.uint8Array({ minLength: 1, maxLength: 80 }).map((value) => Buffer.from(value));
const part = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom('media' as const, 'metadata' as const),
  label: fc.option(fc.string()),
  wrappedKey: bytes,
});
const manifests: fc.Arbitrary<SpoolManifest> = fc.record({
  version: fc.constant(1 as const),
  tenantId: fc.uuid(),
  recordingId: fc.uuid(),
  node: fc.string(),
  region: fc.string(),
  retentionClass: fc.string(),
  kek: fc.record({
    id: fc.uuid(),
    period: fc.string(),
    provider: fc.string(),
    rootKeyId: fc.string(),
    wrapped: bytes,
  }),
  journalKey: bytes,
  parts: fc.array(part, { maxLength: 4 }),
});

function sample(parts: number): SpoolManifest {
  return {
    version: 1,
    tenantId: `${ID}1`,
    recordingId: `${ID}2`,
    node: 'node-1',
    region: 'eu-central',
    retentionClass: 'business-call',
    kek: {
      id: `${ID}3`,
      period: '2026-11',
      provider: 'local',
      rootKeyId: 'root-1',
      wrapped: randomBytes(61),
    },
    journalKey: randomBytes(61),
    parts: Array.from({ length: parts }, (_, index) => ({
      id: `${ID}${index + 4}`,
      kind: 'media' as const,
      label: String(index),
      wrappedKey: randomBytes(61),
    })),
  };
}

describe('the manifest of a spool folder', () => {
  test('reads back what was written, the newest of several', async () => {
    await fc.assert(
      fc.asyncProperty(manifests, async (manifest) => {
        await writeManifest(folder, manifest);
        expect(await readManifest(folder)).toEqual(manifest);
      }),
      { numRuns: 60 },
    );
    expect(await readdir(folder)).toEqual(['manifest.json']);
  });

  test('is undefined where a crash came before it, also in the middle of the first one', async () => {
    expect(await readManifest(folder)).toBeUndefined();
    await writeFile(join(folder, 'manifest.json.next'), '{"version":1,"tena');
    expect(await readManifest(folder)).toBeUndefined();
  });

  test('stays the old one when a crash comes before the new one is whole, which is then written over', async () => {
    const before = sample(1);
    await writeManifest(folder, before);
    await writeFile(join(folder, 'manifest.json.next'), 'half of a much longer new manifest'.repeat(200));
    expect(await readManifest(folder)).toEqual(before);
    const after = sample(2);
    await writeManifest(folder, after);
    expect(await readManifest(folder)).toEqual(after);
  });

  test('cut short, emptied, or with a field missing, added or of another kind, is refused as damaged', async () => {
    await writeManifest(folder, sample(2));
    const path = join(folder, 'manifest.json');
    const text = await readFile(path, 'utf8');
    const nodeless = JSON.parse(text) as Record<string, unknown>;
    delete nodeless['node'];
    const damaged = [
      '',
      text.slice(0, -1),
      text.slice(0, 100),
      JSON.stringify(nodeless),
      JSON.stringify({ ...nodeless, node: 'node-1', extra: 1 }),
      JSON.stringify({ ...nodeless, node: 7 }),
      JSON.stringify({ ...nodeless, node: 'node-1', version: 2 }),
      JSON.stringify({ ...nodeless, node: 'node-1', journalKey: 'not base64!' }),
      'null',
    ];
    for (const content of damaged) {
      await writeFile(path, content);
      await expect(readManifest(folder)).rejects.toMatchObject({ code: 'integrity_failed' });
    }
  });

  test('says that the disk refused when there is no folder to write to', async () => {
    await expect(writeManifest(join(folder, 'gone'), sample(1))).rejects.toMatchObject({
      name: 'HoldfastError',
    });
  });
});
