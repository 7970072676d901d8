/** `manifest.json`: what the bundle says it is. Nothing in it is believed until the other checks agree with it. */
import type { JsonValue } from '../ledger/canonical-json.ts';
import { parseCanonical } from '../ledger/canonical-json.ts';
import { isHoldfastError } from '../errors.ts';
import { MAX_ENTRIES } from './container/zip-reader.ts';
import { quoted, refused } from './refused.ts';
import type { Of } from './shape.ts';
import {
  MOMENT,
  SHA256,
  SHA512,
  UUID,
  WORD,
  count,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
} from './shape.ts';

export const MANIFEST_PATH = 'manifest.json';
export const SEAL_PATH = 'seal/seal.json';
export const LEAVES_PATH = 'ledger/leaves.jsonl';
export const HISTORY_PATH = 'ledger/history.jsonl';

/** Most bytes of a manifest; one of the largest bundle permitted has less. */
export const MAX_MANIFEST_BYTES = 128 * 1024 * 1024;

const part = object({
  id: UUID,
  kind: WORD,
  label: nullable(text()),
  version: count(1),
  path: nullable(text()),
  bytes: count(),
  sha256: SHA256,
  sha512: SHA512,
  ciphertextSha256: SHA256,
  destroyedAt: nullable(MOMENT),
  withheld: optional(oneOf(['other-side'])),
  derivedFrom: optional(list(UUID, MAX_ENTRIES)),
});

const recording = object({ id: UUID, state: WORD, leaves: count(1), parts: list(part, MAX_ENTRIES) });

const ROLES = ['part', 'playable', 'metadata', 'custody', 'vcon', 'load', 'ledger', 'reader'] as const;

const file = object({ path: text(), bytes: count(), sha256: SHA256, sha512: SHA512, role: oneOf(ROLES) });

const manifest = object({
  format: oneOf(['holdfast-bundle/1']),
  id: UUID,
  origin: text(/^holdfast\/tenant\/[0-9a-f-]{36}$/),
  createdAt: MOMENT,
  purpose: text(),
  matter: nullable(text()),
  recipient: object({ name: text(), watermark: text() }),
  software: text(),
  ledgerSize: count(1),
  recordings: list(recording, MAX_ENTRIES),
  files: list(file, MAX_ENTRIES),
});

export type Manifest = Of<typeof manifest>;
export type ManifestRecording = Of<typeof recording>;
export type ManifestPart = Of<typeof part>;
export type ManifestFile = Of<typeof file>;

/** Reads a manifest that agrees with itself. @throws integrity_failed. */
export function parseManifest(bytes: Buffer): Manifest {
  const read = manifest(parseCanonicalOf(bytes, 'the manifest'), 'the manifest');
  if (read.recordings.length === 0) throw refused('The manifest lists no recording.');
  checkRecordings(read);
  return read;
}

/** Canonical JSON out of the bundle. @throws integrity_failed naming it. */
export function parseCanonicalOf(bytes: Uint8Array, what: string): JsonValue {
  try {
    return parseCanonical(bytes);
  } catch (cause) {
    if (!isHoldfastError(cause)) throw cause;
    throw refused(
      `What stands in ${what} is not JSON in its one canonical form, so it was not written by Holdfast or was changed.`,
    );
  }
}

function checkRecordings({ recordings, files }: Manifest): void {
  const byPath = new Map(files.map((one) => [one.path, one]));
  const recordingIds = new Set<string>();
  const partIds = new Set<string>();
  for (const { id, parts } of recordings) {
    if (recordingIds.has(id)) throw refused(`The manifest lists the recording ${id} twice.`);
    recordingIds.add(id);
    for (const one of parts) {
      if (partIds.has(one.id)) throw refused(`The manifest lists the part ${one.id} twice.`);
      partIds.add(one.id);
      checkPart(id, one, byPath);
    }
  }
  for (const { path, role } of files) checkFile(path, role, recordingIds, partIds);
  for (const path of [LEAVES_PATH, HISTORY_PATH])
    if (byPath.get(path)?.role !== 'ledger')
      throw refused(`The manifest does not list ${path}, without which nothing is proven.`);
}

function checkPart(recordingId: string, one: ManifestPart, byPath: ReadonlyMap<string, ManifestFile>): void {
  if (one.path === null) {
    if ((one.destroyedAt !== null) !== (one.withheld !== undefined)) return;
    throw refused(
      `The part ${one.id} is not in the bundle, and the manifest does not say whether it was destroyed or withheld.`,
    );
  }
  if (one.withheld !== undefined)
    throw refused(`The part ${one.id} is in the bundle although the manifest calls it withheld.`);
  if (one.destroyedAt !== null)
    throw refused(`The part ${one.id} is in the bundle although the manifest calls it destroyed.`);
  if (one.path !== `recordings/${recordingId}/parts/${one.id}`)
    throw refused(`The part ${one.id} is said to lie at ${quoted(one.path)}, which is not its place.`);
  const listed = byPath.get(one.path);
  const same =
    listed?.role === 'part' &&
    listed.bytes === one.bytes &&
    listed.sha256 === one.sha256 &&
    listed.sha512 === one.sha512;
  if (!same)
    throw refused(`The manifest says two different things about the part ${one.id}, or leaves its file out.`);
}

/** Every file below `recordings/` belongs to a recording of the manifest, and every part to one of its parts. */
function checkFile(
  path: string,
  role: string,
  recordings: ReadonlySet<string>,
  parts: ReadonlySet<string>,
): void {
  if (path === MANIFEST_PATH || path === SEAL_PATH)
    throw refused(`The manifest lists ${path}, which it cannot know.`);
  const [top, recordingId, folder, partId] = path.split('/');
  const inParts = top === 'recordings' && folder === 'parts';
  if ((role === 'part') !== inParts || (inParts && !parts.has(partId ?? '')))
    throw refused(`The file ${quoted(path)} lies among the parts and is none, or the other way round.`);
  if (top === 'recordings' && !recordings.has(recordingId ?? ''))
    throw refused(`The file ${quoted(path)} belongs to no recording of the manifest.`);
}
