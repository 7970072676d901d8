/** Manifest against container: what is listed is there as listed, and nothing else is. */
import { readWhole } from '../container/read-content.ts';
import type { Manifest } from '../manifest.ts';
import { MANIFEST_PATH, MAX_MANIFEST_BYTES, SEAL_PATH, parseManifest } from '../manifest.ts';
import { counted, quoted, refused } from '../refused.ts';
import type { Passed } from '../report.ts';
import type { ReadContainer } from './container.ts';

/** A manifest with the digest that the seal must name. */
export interface ReadManifest {
  readonly manifest: Manifest;
  readonly sha256: string;
}

/** @throws integrity_failed. */
export async function checkManifest({ container, digests }: ReadContainer): Promise<Passed<ReadManifest>> {
  const found = digests.get(MANIFEST_PATH);
  if (found === undefined)
    throw refused('The bundle has no manifest.json, so nobody knows what belongs to it.');
  const manifest = parseManifest(await readWhole(container, found.entry, MAX_MANIFEST_BYTES));
  const { recordings, files } = manifest;
  return {
    statement: `The manifest lists ${counted(recordings.length, 'recording')} and ${counted(files.length, 'file')}.`,
    value: { manifest, sha256: found.sha256 },
  };
}

/** @throws integrity_failed naming the first file that is not as listed. */
export function checkFiles({ digests }: ReadContainer, { manifest }: ReadManifest): Passed<true> {
  const present = [...digests.keys()].filter((path) => path !== MANIFEST_PATH && path !== SEAL_PATH);
  const listed = new Set(manifest.files.map(({ path }) => path));
  const stranger = present.find((path) => !listed.has(path));
  if (stranger !== undefined)
    throw refused(
      `The file ${quoted(stranger)} is in the bundle and not in its manifest: it was added later.`,
    );
  for (const [at, { path, bytes, sha256, sha512 }] of manifest.files.entries()) {
    const found = digests.get(path);
    if (found === undefined)
      throw refused(`The file ${quoted(path)} is in the manifest and not in the bundle: it was removed.`);
    if (found.entry.size !== bytes)
      throw refused(
        `The file ${quoted(path)} has ${found.entry.size} bytes, and the manifest says ${bytes}: it was changed.`,
      );
    if (found.sha256 !== sha256 || found.sha512 !== sha512)
      throw refused(
        `The file ${quoted(path)} does not have the digests of the manifest: its content was changed.`,
      );
    if (present[at] !== path)
      throw refused(`The file ${quoted(path)} does not lie in the order of the manifest.`);
  }
  return {
    statement: `${counted(listed.size, 'file')} listed, each there with its size and both digests; nothing else is.`,
    value: true,
  };
}
