import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../ledger/acts.ts';
import type { JsonValue } from '../../ledger/canonical-json.ts';
import { tampered } from '../testing/attacked.ts';
import { draftBundle, exportBundle, packBundle, sealDraft, type Draft } from '../testing/export-bundle.ts';
import { Installation, sha256, sha512 } from '../testing/installation.ts';
import { outcome } from '../testing/outcome.ts';

type Facts = Readonly<Record<string, JsonValue>>;

describe('what is captured', () => {
  const one = Buffer.from('what was said');

  async function exported(tamper: (draft: Draft, ids: string[]) => void): Promise<string> {
    const installation = new Installation();
    const ids = [installation.record([one, Buffer.from('{}')]), installation.record()];
    installation.derive(ids[0]!);
    const bundle = await exportBundle(installation, { tamper: (draft) => tamper(draft, ids) });
    return outcome(bundle, installation.trust());
  }

  /** Puts other bytes in the place of a part and describes them rightly. */
  function replace({ files, manifest }: Draft, bytes: Buffer): void {
    files[0]!.bytes = bytes;
    Object.assign(manifest.recordings[0]!.parts[0]!, {
      bytes: bytes.length,
      sha256: sha256(bytes),
      sha512: sha512(bytes),
    });
  }

  it('with a bit flipped or an end cut off is damaged', async () => {
    const installation = new Installation();
    installation.record([one, Buffer.from('{}')]);
    const bundle = await exportBundle(installation);
    const flipped = Buffer.from(bundle);
    flipped[bundle.indexOf(one)]! ^= 1;
    expect(await outcome(flipped, installation.trust())).toMatch(
      /^container: The entry "recordings\/.*\/parts\/.*" is refused: .*damaged or changed/,
    );
    expect(await outcome(bundle.subarray(0, -5), installation.trust())).toMatch(/^container: /);
  });

  it('and changed together with its checksum is not what the manifest lists', async () => {
    const installation = new Installation();
    installation.record([one, Buffer.from('{}')]);
    const sealed = await sealDraft(installation, await draftBundle(installation));
    sealed.files[0]!.bytes = Buffer.from('what was sung');
    expect(await outcome(packBundle(sealed), installation.trust())).toMatch(
      /^files: The file "recordings\/.*" does not have the digests of the manifest/,
    );
    sealed.files[0]!.bytes = Buffer.from('what was');
    expect(await outcome(packBundle(sealed), installation.trust())).toMatch(
      /^files: The file ".*" has 8 bytes, and the manifest says 13/,
    );
  });

  it('and changed together with the sealed manifest is not what the log sealed', async () => {
    expect(await exported((draft) => replace(draft, Buffer.from('what was sung')))).toMatch(
      /^parts: The part .* is not the one that the log names: .* It was exchanged or changed/,
    );
    const lie = (member: string, value: unknown) =>
      exported(({ manifest }) => void Object.assign(manifest.recordings[0]!.parts[0]!, { [member]: value }));
    expect(await lie('ciphertextSha256', 'ab'.repeat(32))).toMatch(/^parts: The part .* is not the one/);
    expect(await lie('kind', 'metadata')).toMatch(/^parts: The part .* is not the one/);
    expect(await lie('sha256', 'ab'.repeat(32))).toMatch(
      /^manifest: The manifest says two different things about the part/,
    );
    expect(await lie('sha512', 'ab'.repeat(64))).toMatch(
      /^manifest: The manifest says two different things about the part/,
    );
    expect(await lie('bytes', 1)).toMatch(/^manifest: The manifest says two different things about the part/);
  });

  it('cannot be left out, nor called destroyed when it was not', async () => {
    const drop = ({ files, manifest }: Draft): void => {
      files.shift();
      manifest.recordings[0]!.parts.shift();
    };
    expect(await exported(drop)).toMatch(
      /^parts: The log names the part .*, and the bundle leaves it out without a word/,
    );
    const destroy = ({ files, manifest }: Draft): void => {
      files.shift();
      Object.assign(manifest.recordings[0]!.parts[0]!, { path: null, destroyedAt: new Date().toISOString() });
    };
    expect(await exported(destroy)).toMatch(
      /^parts: The manifest says that the part .* was destroyed, and the log does not: it was held back/,
    );
  });

  it('cannot be added to without an entry, nor be said to come from elsewhere', async () => {
    const add = ({ files, manifest }: Draft, [id]: string[]): void => {
      const [part, bytes] = [randomUUID(), Buffer.from('forged')];
      const path = `recordings/${id}/parts/${part}`;
      files.push({ path, role: 'part', bytes });
      const digests = { sha256: sha256(bytes), sha512: sha512(bytes), ciphertextSha256: sha256(bytes) };
      manifest.recordings[0]!.parts.push({
        ...{
          id: part,
          kind: 'media',
          label: null,
          version: 1,
          path,
          bytes: 6,
          ...digests,
          destroyedAt: null,
        },
      });
    };
    expect(await exported(add)).toMatch(/^parts: The log has no entry by which the part .* came into being/);
    const [a, b] = [randomUUID(), randomUUID()];
    for (const derivedFrom of [[], [a], [a, b]]) {
      const lie = ({ manifest }: Draft): void =>
        void Object.assign(manifest.recordings[0]!.parts[2]!, { derivedFrom });
      expect(await exported(lie)).toMatch(/^parts: The manifest names other origins of the part/);
    }
  });

  it('belongs to the recording it was captured in', async () => {
    const swap = ({ manifest, files }: Draft, [first, second]: string[]): void => {
      const [moved] = manifest.recordings[0]!.parts.splice(0, 1);
      manifest.recordings[1]!.parts.push({
        ...moved!,
        path: `recordings/${second}/parts/${String(moved!['id'])}`,
      });
      files[0]!.path = files[0]!.path.replace(first!, second!);
    };
    expect(await exported(swap)).toMatch(/^parts: /);
  });

  it('was sealed once, with each part once', async () => {
    const installation = new Installation();
    const id = installation.record();
    installation.act('recording.recovered', { type: 'recording', id }, { facts: { parts: [] } });
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^parts: The log says more than once that the recording .* was sealed/,
    );
    const twice = new Installation();
    const again = twice.record();
    const parts = (JSON.parse(String(twice.log.entries[0])) as { facts: JsonValue }).facts;
    twice.act(
      'recording.derived',
      { type: 'recording', id: again },
      { facts: { ...(parts as object), from: [] } },
    );
    expect(await outcome(await exportBundle(twice), twice.trust())).toMatch(
      /^parts: Entry 3 gives the part .* digests a second time/,
    );
    const never = new Installation();
    const bare = randomUUID();
    never.recordings.set(bare, { state: 'retained', parts: [] });
    never.act('recording.refused', { type: 'recording', id: bare });
    expect(await outcome(await exportBundle(never), never.trust())).toMatch(
      /^parts: The log says nowhere that the recording .* was sealed/,
    );
  });

  it('is named by facts of the known form', async () => {
    const installation = new Installation();
    installation.act(
      'recording.sealed',
      { type: 'recording', id: installation.record() },
      { facts: { parts: 'all' } },
    );
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^parts: What stands at the facts of entry 3 is not a list/,
    );
  });

  it.each<[string, Act, Facts | undefined, RegExp]>([
    [
      'no parts that were sealed',
      'recording.recovered',
      undefined,
      /^parts: .* facts of entry 3 is not a list/,
    ],
    ['an origin that is nothing', 'recording.derived', { parts: [], from: [null] }, /^verified$/],
    ['no origin at all', 'recording.derived', { parts: [] }, /^parts: .* facts of entry 3 is not a list/],
    ['no keys that were destroyed', 'keys.destroyed', undefined, /^parts: .* facts of entry 3 is not a list/],
  ])('is judged, and not choked on, where facts name %s', async (_what, act, facts, verdict) => {
    const installation = new Installation();
    const object = { type: 'recording', id: installation.record() };
    installation.act(act, object, facts === undefined ? {} : { facts });
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(verdict);
  });
});

describe('what was destroyed', () => {
  it('while a hold stood is named, with the hold', async () => {
    const installation = new Installation();
    const id = installation.record();
    installation.hold(id, 'hold.placed', 'h-1');
    installation.hold(id, 'hold.placed', 'h-2');
    installation.hold(id, 'hold.released', 'h-1');
    installation.dispose(id);
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^holds: Entry 7 of 20.* destroyed parts of the recording .* while the hold h-2 stood on it\. The log is sound in this; what it proves is that the hold was broken/,
    );
  });

  it('by its objects alone, while a hold stood, is named too', async () => {
    const installation = new Installation();
    const id = installation.record();
    installation.hold(id, 'hold.placed', 'h-1');
    installation.act('objects.deleted', { type: 'recording', id });
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(/^holds: Entry 4 /);
  });

  it('is not in the bundle', async () => {
    const installation = new Installation();
    const id = installation.record();
    installation.dispose(id);
    for (const part of installation.recording(id).parts) part.destroyedAt = null;
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^parts: The log says that the part .* was destroyed, and yet the bundle has it/,
    );
  });

  it('is said alike by manifest and log', async () => {
    const installation = new Installation();
    const id = installation.record();
    installation.dispose(id);
    installation.recording(id).state = 'retained';
    expect(await outcome(await exportBundle(installation), installation.trust())).toMatch(
      /^parts: The manifest calls the recording .* retained, and the log says otherwise/,
    );
    const other = new Installation();
    other.recording(other.record()).state = 'disposed';
    expect(await outcome(await exportBundle(other), other.trust())).toMatch(
      /^parts: The manifest calls the recording .* disposed, and the log says otherwise/,
    );
  });

  it('has a tombstone before it and is certified after it', async () => {
    const unburied = new Installation();
    const id = unburied.record();
    const facts = { parts: [], tombstone: 't-1' };
    unburied.act('keys.destroyed', { type: 'recording', id }, { facts });
    expect(await outcome(await exportBundle(unburied), unburied.trust())).toMatch(
      /^parts: Entry 3 says that keys were destroyed under a tombstone that was not written before/,
    );
    const early = new Installation();
    const object = { type: 'recording', id: early.record() };
    early.act('disposal.certified', object, { facts: {} });
    expect(await outcome(await exportBundle(early), early.trust())).toMatch(
      /^parts: Entry 3 certifies a destruction, and no entry before it/,
    );
    const wrong = new Installation();
    const disposed = wrong.record();
    wrong.dispose(disposed, false);
    const [part] = wrong.recording(disposed).parts;
    const parts = [{ id: part!.id, kind: part!.kind, ciphertextSha256: 'ab'.repeat(32) }];
    wrong.act('disposal.certified', { type: 'recording', id: disposed }, { facts: { parts } });
    expect(await outcome(await exportBundle(wrong), wrong.trust())).toMatch(
      /^parts: The certificate of entry 5 names another content for the part/,
    );
    const unknown = new Installation();
    const gone = unknown.record();
    unknown.dispose(gone, false);
    const strangers = [{ ...parts[0]!, id: randomUUID() }];
    unknown.act('disposal.certified', { type: 'recording', id: gone }, { facts: { parts: strangers } });
    expect(await outcome(await exportBundle(unknown), unknown.trust())).toMatch(
      /^parts: The certificate of entry 5 names another content for the part/,
    );
    const elsewhere = new Installation();
    const other = elsewhere.record();
    elsewhere.dispose(other, false);
    elsewhere.act(
      'disposal.certified',
      { type: 'recording', id: other },
      { facts: { tombstone: 'another' } },
    );
    expect(await outcome(await exportBundle(elsewhere), elsewhere.trust())).toMatch(
      /^parts: Entry 5 says that keys were destroyed under a tombstone/,
    );
  });

  it('may be certified in an entry without facts, which is about all that was destroyed before it', async () => {
    const installation = new Installation();
    const id = installation.record();
    installation.dispose(id, false);
    installation.recording(id).state = 'disposed';
    installation.act('disposal.certified', { type: 'recording', id });
    expect(await outcome(await exportBundle(installation), installation.trust())).toBe('verified');
  });
});

describe('persons', () => {
  it('are those the entry was made for', async () => {
    const rename = ({ leaves }: Draft): void => void (leaves[2]!.openings[0]!.value = 'C. Other');
    expect(await tampered(rename)).toMatch(
      /^openings: The "actor" named with entry 2 is not the one the entry was made for/,
    );
    const other = ({ leaves }: Draft): void => void (leaves[2]!.openings[0]!.name = 'approver');
    expect(await tampered(other)).toMatch(/^openings: The "approver" named with entry 2/);
    const added = ({ leaves }: Draft): void => void leaves[0]!.openings.push(leaves[2]!.openings[0]!);
    expect(await tampered(added)).toMatch(/^openings: /);
    const twice = ({ leaves }: Draft): void => void leaves[2]!.openings.push(leaves[2]!.openings[0]!);
    expect(await tampered(twice)).toMatch(/^openings: Entry 2 names "actor" twice/);
  });

  it('may be left unnamed, as when they were erased', async () => {
    const erase = ({ leaves }: Draft): void => void (leaves[2]!.openings = []);
    expect(await tampered(erase)).toBe('verified');
  });
});
