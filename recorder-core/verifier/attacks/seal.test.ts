import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { edited, installed, rewrite } from '../testing/attacked.ts';
import { bundleFiles, draftBundle, packBundle, sealDraft, type Draft } from '../testing/export-bundle.ts';
import { makeZip } from '../testing/make-zip.ts';
import { outcome } from '../testing/outcome.ts';

describe('the seal', () => {
  it('is about this manifest, this bundle and its counts', async () => {
    const { installation, trust } = installed();
    const first = await sealDraft(installation, await draftBundle(installation));
    const second = await sealDraft(installation, await draftBundle(installation));
    expect(first.seal.index).toBe(12);
    const swapped = { ...second.seal, history: [await installation.line(12)] };
    expect(await outcome(packBundle({ ...first, seal: swapped }), trust)).toMatch(
      /^seal: Entry 13 is not the sealing of this bundle; the seal was taken from somewhere else/,
    );
    const renamed = { ...first, manifest: { ...first.manifest, purpose: 'other' } };
    expect(await outcome(packBundle(renamed), trust)).toMatch(
      /^seal: The log sealed another manifest than the one in this bundle/,
    );
  });

  it('is an entry of the right act about an export, younger than what it seals', async () => {
    const forged = async (change: object, place = 12): Promise<string> => {
      const { installation } = installed();
      const sealed = await sealDraft(installation, await draftBundle(installation));
      const size = installation.log.size;
      const entry = edited(installation.log.entries[12]!, change);
      rewrite(installation, (entries) => [...entries.slice(0, 12), entry]);
      const seal = {
        ...(await installation.present(place, size)),
        openings: sealed.seal.openings,
        history: [await installation.line(12)],
      };
      return outcome(packBundle({ ...sealed, seal }), installation.trust());
    };
    expect(await forged({})).toBe('verified');
    expect(await forged({ act: 'export.linked' })).toMatch(/^seal: Entry 12 is not the sealing/);
    expect(await forged({ object: { type: 'recording', id: 'x' } })).toMatch(
      /^seal: Entry 12 is not the sealing/,
    );
    expect(await forged({ facts: { recordings: 4, files: 1 } })).toMatch(
      /^seal: The seal counts other recordings or files/,
    );
    expect(await forged({ facts: { recordings: 5, files: 15 } })).toMatch(
      /^seal: The seal counts other recordings or files/,
    );
    expect(await forged({ digests: {} })).toMatch(/^seal: The log sealed another manifest/);
    expect(await forged({ commitments: {} })).toMatch(/^seal: The "actor" named with entry 12/);
    expect(await forged({}, 2)).toMatch(/^seal: Entry 2 is not the sealing/);
  });

  it('cannot be older than the log that it seals', async () => {
    const { installation, trust } = installed();
    const id = randomUUID();
    installation.act('export.sealed', { type: 'export', id });
    const tamper = ({ manifest }: Draft): void => void (manifest.id = id);
    const sealed = await sealDraft(installation, await draftBundle(installation, { tamper }));
    const seal = { ...(await installation.present(12, 14)), history: sealed.seal.history };
    expect(await outcome(packBundle({ ...sealed, seal }), trust)).toMatch(
      /^seal: Entry 12 is older than the log this bundle shows/,
    );
  });

  it('is there, of its form, and has a history', async () => {
    const { installation, trust } = installed();
    const sealed = await sealDraft(installation, await draftBundle(installation));
    const files = bundleFiles(sealed);
    expect(await outcome(makeZip(files.slice(0, -1)), trust)).toMatch(/^seal: The bundle has no seal/);
    const bare = { ...sealed, seal: { ...sealed.seal, history: [] } };
    expect(await outcome(packBundle(bare), trust)).toMatch(/^seal: The seal has no checkpoint/);
    const junk = files.with(-1, { ...files.at(-1)!, bytes: Buffer.from('{ }') });
    expect(await outcome(makeZip(junk), trust)).toMatch(
      /^seal: What stands in seal\/seal\.json is not JSON in its one canonical form/,
    );
    const huge = files.with(-1, { ...files.at(-1)!, bytes: Buffer.alloc(16 * 1024 * 1024 + 1) });
    expect(await outcome(makeZip(huge), trust)).toMatch(
      /^seal: seal\/seal\.json is larger than the format permits/,
    );
  });

  it('continues the history of the bundle', async () => {
    const { installation, trust } = installed();
    const sealed = await sealDraft(installation, await draftBundle(installation));
    const line = { ...sealed.seal.history[0]!, consistency: [] };
    expect(
      await outcome(packBundle({ ...sealed, seal: { ...sealed.seal, history: [line] } }), trust),
    ).toMatch(/^consistency: The log of 13 entries is not a continuation of the one that had 12/);
  });
});
