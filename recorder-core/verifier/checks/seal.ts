/** `seal/seal.json`: the entry by which this bundle, with this manifest, entered the log it speaks of. */
import { readWhole } from '../container/read-content.ts';
import { SEAL_PATH, parseCanonicalOf } from '../manifest.ts';
import { refused } from '../refused.ts';
import type { Passed } from '../report.ts';
import { list, object, type Of } from '../shape.ts';
import type { ReadContainer } from './container.ts';
import type { ReadManifest } from './files.ts';
import { historyLine, type SignedPoint } from './history.ts';
import { LEAF_MEMBERS, openingFault, proveLeaf } from './leaves.ts';

const MAX_SEAL_BYTES = 16 * 1024 * 1024;

const seal = object({ ...LEAF_MEMBERS, history: list(historyLine, 10_000) });

/** A seal of its form. */
export type Seal = Of<typeof seal>;

/** @throws integrity_failed when there is none. */
export async function readSeal({ container, digests }: ReadContainer): Promise<Seal> {
  const found = digests.get(SEAL_PATH);
  if (found === undefined)
    throw refused('The bundle has no seal, so the log does not say that it was ever made.');
  const bytes = await readWhole(container, found.entry, MAX_SEAL_BYTES);
  const read = seal(parseCanonicalOf(bytes, SEAL_PATH), SEAL_PATH);
  if (read.history.length === 0)
    throw refused('The seal has no checkpoint, so its entry is proven by nothing.');
  return read;
}

/** Whether the sealing entry is about this manifest. @throws integrity_failed. */
export function checkSeal(read: Seal, head: SignedPoint, { manifest, sha256 }: ReadManifest): Passed<true> {
  const tenant = manifest.origin.slice('holdfast/tenant/'.length);
  const proven = proveLeaf(read, head, tenant);
  const { leaf, index } = proven;
  if (leaf.act !== 'export.sealed' || leaf.object.type !== 'export' || leaf.object.id !== manifest.id)
    throw refused(
      `Entry ${index} is not the sealing of this bundle; the seal was taken from somewhere else.`,
    );
  if (index < manifest.ledgerSize)
    throw refused(`Entry ${index} is older than the log this bundle shows, so it cannot be its seal.`);
  if (leaf.digests?.['manifestSha256'] !== sha256)
    throw refused(
      'The log sealed another manifest than the one in this bundle: the manifest was changed after the bundle was made.',
    );
  const { recordings, files } = leaf.facts ?? {};
  if (recordings !== manifest.recordings.length || files !== manifest.files.length)
    throw refused('The seal counts other recordings or files than the manifest has.');
  const fault = openingFault(proven);
  if (fault !== undefined) throw refused(fault);
  return {
    statement: `Entry ${index} of the log, made at ${leaf.at}, seals this bundle by the digest of its manifest.`,
    value: true,
  };
}
