import { beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalBytes, type JsonValue } from '../ledger/canonical-json.ts';
import { parseManifest } from './manifest.ts';
import { draftBundle, sealDraft } from './testing/export-bundle.ts';
import { Installation } from './testing/installation.ts';

type Json = Record<string, unknown>;
type Changed = Json & {
  recordings: (Json & { id: string; parts: (Json & { id: string })[] })[];
  files: (Json & { path: string; role: string })[];
};

let honest: Changed;
beforeAll(async () => {
  const installation = new Installation();
  const id = installation.record();
  installation.derive(id);
  installation.record();
  honest = (await sealDraft(installation, await draftBundle(installation))).manifest as Changed;
});

/** The sentence by which the changed manifest is refused. */
function refusal(change: (manifest: Changed) => void): string {
  const changed = structuredClone(honest);
  change(changed);
  try {
    parseManifest(canonicalBytes(changed as JsonValue));
  } catch (error) {
    expect(error).toMatchObject({ code: 'integrity_failed' });
    return (error as Error).message;
  }
  return 'accepted';
}

describe('a manifest', () => {
  it('of an honest bundle is read', () => {
    expect(refusal(() => undefined)).toBe('accepted');
    expect(refusal((one) => void (one['matter'] = 'Doe v. Roe'))).toBe('accepted');
    expect(refusal((one) => void (one.recordings[0]!.parts[0]!['label'] = 'caller'))).toBe('accepted');
  });

  it('is canonical JSON', () => {
    for (const text of ['', '{', '[]', 'null', '{ }', '"\ud800"', `${JSON.stringify(honest)}\n`])
      expect(() => parseManifest(Buffer.from(text))).toThrow(/the manifest/);
    expect(() => parseManifest(Buffer.from('{"a":1, "b":2}'))).toThrow(/not JSON in its one canonical form/);
    expect(() => parseManifest(Buffer.from('{"a":1,"a":1}'))).toThrow(/not JSON in its one canonical form/);
    expect(() => parseManifest(Buffer.from([0xff, 0xfe]))).toThrow(/not JSON in its one canonical form/);
    expect(() => parseManifest(Buffer.from('['.repeat(100_000)))).toThrow(
      /not JSON in its one canonical form/,
    );
    expect(() => parseManifest(Buffer.from(`${'['.repeat(70)}${']'.repeat(70)}`))).toThrow(/canonical form/);
  });

  it.each<[string, (manifest: Changed) => void]>([
    ['the manifest/format is none of holdfast-bundle/1', (one) => void (one['format'] = 'holdfast-bundle/2')],
    ['the manifest has a member "more"', (one) => void (one['more'] = 1)],
    ['the manifest/purpose is not a text', (one) => void delete one['purpose']],
    ['the manifest/matter is not a text', (one) => void (one['matter'] = 5)],
    ['the manifest/id is not a text of its form', (one) => void (one['id'] = 'x')],
    ['the manifest/origin is not a text of its form', (one) => void (one['origin'] = 'example.org/log')],
    ['the manifest/createdAt is not a time', (one) => void (one['createdAt'] = '2026-02-30T00:00:00.000Z')],
    ['the manifest/createdAt is not a time', (one) => void (one['createdAt'] = '2026-02-20T00:00:00Z')],
    ['the manifest/createdAt is not a time', (one) => void (one['createdAt'] = 7)],
    ['the manifest/ledgerSize is not a whole number from 1', (one) => void (one['ledgerSize'] = 0)],
    ['the manifest/ledgerSize is not a whole number from 1', (one) => void (one['ledgerSize'] = 1.5)],
    ['the manifest/ledgerSize is not a whole number from 1', (one) => void (one['ledgerSize'] = '4')],
    ['the manifest/recipient is not an object', (one) => void (one['recipient'] = null)],
    ['the manifest/recipient is not an object', (one) => void (one['recipient'] = ['x'])],
    ['the manifest/recipient is not an object', (one) => void (one['recipient'] = 'x')],
    ['the manifest/recordings is not a list', (one) => void ((one as Json)['recordings'] = {})],
    ['the manifest/recordings/0/leaves is not', (one) => void (one.recordings[0]!['leaves'] = 0)],
    ['the manifest/recordings/0/state is not', (one) => void (one.recordings[0]!['state'] = 'On Hold')],
    [
      'the manifest/recordings/0/parts/0/bytes is not a whole number from 0',
      (one) => void (one.recordings[0]!.parts[0]!['bytes'] = -1),
    ],
    [
      'the manifest/recordings/0/parts/0/version is not',
      (one) => void (one.recordings[0]!.parts[0]!['version'] = 0),
    ],
    [
      'the manifest/recordings/0/parts/0/sha256 is not',
      (one) => void (one.recordings[0]!.parts[0]!['sha256'] = 'AB'.repeat(32)),
    ],
    [
      'the manifest/recordings/0/parts/0/sha512 is not',
      (one) => void (one.recordings[0]!.parts[0]!['sha512'] = 'ab'.repeat(32)),
    ],
    [
      'the manifest/recordings/0/parts/2/derivedFrom is not a list',
      (one) => void (one.recordings[0]!.parts[2]!['derivedFrom'] = null),
    ],
    ['the manifest/files/0/role is none of', (one) => void (one.files[0]!.role = 'virus')],
    ['lists no recording', (one) => void (one.recordings = [])],
  ])('%s', (sentence, change) => {
    expect(refusal(change)).toContain(sentence);
  });

  it('names each recording and each part once', () => {
    expect(refusal((one) => void one.recordings.push(one.recordings[0]!))).toMatch(
      /lists the recording .* twice/,
    );
    expect(refusal((one) => void one.recordings[1]!.parts.push(one.recordings[0]!.parts[0]!))).toMatch(
      /lists the part .* twice/,
    );
  });

  it('says of every part where it is, when it was destroyed, or that it is withheld', () => {
    const part = (change: Json) => (one: Changed) => void Object.assign(one.recordings[0]!.parts[0]!, change);
    expect(refusal(part({ path: null }))).toMatch(
      /is not in the bundle, and the manifest does not say whether it was destroyed or withheld/,
    );
    const withheld = { path: null, withheld: 'other-side' };
    expect(refusal(part({ ...withheld, destroyedAt: honest['createdAt'] }))).toMatch(/destroyed or withheld/);
    expect(refusal(part({ withheld: 'other-side' }))).toMatch(/although the manifest calls it withheld/);
    expect(refusal(part({ destroyedAt: honest['createdAt'] }))).toMatch(
      /is in the bundle although the manifest calls it destroyed/,
    );
    expect(refusal(part({ path: 'recordings/elsewhere' }))).toMatch(
      /is said to lie at "recordings\/elsewhere", which is not its place/,
    );
  });

  it('and its list of files agree', () => {
    const file = (change: Json) => (one: Changed) => void Object.assign(one.files[0]!, change);
    expect(refusal(file({ bytes: 1 }))).toMatch(/two different things about the part/);
    expect(refusal(file({ role: 'playable' }))).toMatch(/two different things about the part/);
    expect(refusal((one) => void one.files.shift())).toMatch(
      /two different things about the part .*, or leaves its file out/,
    );
    const add = (path: string, role: string) => (one: Changed) =>
      void one.files.push({ ...one.files[0]!, path, role });
    const id = honest.recordings[0]!.id;
    const part = honest.recordings[0]!.parts[0]!.id;
    expect(refusal(add(`recordings/${id}/audio.wav`, 'playable'))).toBe('accepted');
    expect(refusal(add(`recordings/${id}/parts/${id}`, 'part'))).toMatch(/lies among the parts and is none/);
    expect(refusal(add(`recordings/${id}/parts/${part}x`, 'reader'))).toMatch(
      /lies among the parts and is none/,
    );
    expect(refusal(add('index.csv', 'part'))).toMatch(
      /lies among the parts and is none, or the other way round/,
    );
    expect(refusal(add('load/x/parts/y', 'load'))).toBe('accepted');
    expect(refusal(add(`recordings/${part}/audio.wav`, 'playable'))).toMatch(
      /belongs to no recording of the manifest/,
    );
    expect(refusal(add('recordings', 'reader'))).toMatch(/belongs to no recording of the manifest/);
    expect(refusal(add('manifest.json', 'reader'))).toMatch(/lists manifest\.json, which it cannot know/);
    expect(refusal(add('seal/seal.json', 'reader'))).toMatch(/lists seal\/seal\.json, which it cannot know/);
  });

  it('lists what the proofs are in', () => {
    const without = (path: string) => (one: Changed) =>
      void (one.files = one.files.filter((file) => file.path !== path));
    for (const path of ['ledger/leaves.jsonl', 'ledger/history.jsonl']) {
      expect(refusal(without(path))).toContain(`does not list ${path}`);
      const other = (one: Changed): void =>
        void (one.files.find((file) => file.path === path)!.role = 'reader');
      expect(refusal(other)).toContain(`does not list ${path}`);
    }
  });
});
