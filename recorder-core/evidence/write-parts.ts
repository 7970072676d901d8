import { createHash } from 'node:crypto';
import { streamPart, type PartAccess } from '../records/open-part.ts';
import type { Part } from '../records/parts.ts';
import { damaged, type BundleFiles } from './bundle-files.ts';
import type { ExportedRecording } from './read-recording.ts';
import { requireSealed, sealedDigests } from './sealed-digests.ts';

/** A part as the manifest lists it. */
export interface ManifestPart {
  readonly id: string;
  readonly kind: string;
  readonly label: string | null;
  readonly version: number;
  /** Null once the key was destroyed. */
  readonly path: string | null;
  readonly bytes: number;
  readonly sha256: string;
  readonly sha512: string;
  readonly ciphertextSha256: string;
  readonly destroyedAt: string | null;
  /** Stored, and not given: the bundle is a copy of other lines alone. Left out where it is not so. */
  readonly withheld?: 'other-side';
  /** The parts it was made from; left out for what was captured. */
  readonly derivedFrom?: readonly string[];
}

/** A part that is not in the bundle though it is stored. */
export interface PartLeftOut {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
}

/** What `writeParts` has written and what not. */
export interface WrittenParts {
  readonly parts: readonly ManifestPart[];
  readonly leftOut: readonly PartLeftOut[];
}

/**
 * Writes every part of a recording as it was captured, each compared with its row and with the log while it passes. A derived
 * part of which the log does not tell is left out: nothing would prove it.
 * @throws HoldfastError `integrity_failed`, and as `openPart`.
 */
export async function* writeParts(
  access: PartAccess,
  tenantId: string,
  { recording, parts, leaves, withheld }: ExportedRecording,
  files: BundleFiles,
): AsyncGenerator<Buffer, WrittenParts, undefined> {
  const sealed = sealedDigests(leaves);
  const written: ManifestPart[] = [];
  const leftOut: PartLeftOut[] = [];
  for (const part of parts) {
    const digests = sealed.get(part.id);
    if (digests === undefined) {
      if (part.kind === 'media' || part.kind === 'metadata')
        throw damaged('the log knows nothing of a captured part', `part ${part.id}`);
      leftOut.push({ id: part.id, kind: part.kind, reason: 'the log does not tell from what it was made' });
      continue;
    }
    requireSealed(part, digests);
    const listed = presentPart(part, digests.derivedFrom, withheld?.has(part.id) === true);
    written.push(listed);
    if (listed.path === null) continue;
    const content = verified(part, streamPart(access, tenantId, part));
    yield* files.add({ path: listed.path, role: 'part', expected: part.bytes, content });
  }
  const missing = [...sealed.keys()].filter((id) => !parts.some((part) => part.id === id));
  if (missing.length > 0)
    throw damaged('a part that the log names has no row', `recording ${recording.id}, part ${missing[0]}`);
  return { parts: written, leftOut };
}

function presentPart(part: Part, derivedFrom: readonly string[], isWithheld: boolean): ManifestPart {
  const { id, recordingId, kind, label, version, bytes, destroyedAt } = part;
  const withheld = isWithheld && destroyedAt === null;
  return {
    id,
    kind,
    label,
    version,
    path: destroyedAt === null && !withheld ? `recordings/${recordingId}/parts/${id}` : null,
    bytes,
    sha256: part.sha256.toString('hex'),
    sha512: part.sha512.toString('hex'),
    ciphertextSha256: part.ciphertextSha256.toString('hex'),
    destroyedAt,
    ...(withheld && { withheld: 'other-side' }),
    ...(derivedFrom.length > 0 && { derivedFrom }),
  };
}

/** Passes the plaintext on and compares both digests at its end, before the file is closed. */
async function* verified(
  part: Part,
  plaintext: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const sha256 = createHash('sha256');
  const sha512 = createHash('sha512');
  let bytes = 0;
  for await (const piece of plaintext) {
    bytes += piece.length;
    sha256.update(piece);
    sha512.update(piece);
    yield piece;
  }
  const same = sha256.digest().equals(part.sha256) && sha512.digest().equals(part.sha512);
  if (!same || bytes !== part.bytes) throw damaged('a part is not what was captured', `part ${part.id}`);
}
