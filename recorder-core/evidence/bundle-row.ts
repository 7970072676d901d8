import type { ExportedRecording } from './read-recording.ts';
import type { BundleFile } from './bundle-files.ts';
import type { WrittenParts } from './write-parts.ts';

/** What the indices of a bundle say of one recording: a small row, of which a bundle may have many thousands. */
export interface BundleRow {
  readonly id: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  /** Name and address of each, as far as known. */
  readonly parties: readonly string[];
  /** Who kept it: the node that recorded and the class it is kept under. */
  readonly custodian: string;
  readonly holds: readonly string[];
  readonly matters: readonly string[];
  /** The sound file, or null where there is none. */
  readonly sound: Pick<BundleFile, 'path' | 'sha256'> | null;
  /** The first part as captured that can still be read; what a load file names where there is no sound. */
  readonly stored: { readonly path: string; readonly sha256: string } | null;
  readonly parts: number;
  readonly destroyed: number;
}

/** Pure. */
export function rowOf(
  exported: ExportedRecording,
  { parts }: WrittenParts,
  sound: BundleFile | null,
): BundleRow {
  const { recording, parties, holds } = exported;
  const stored = parts.find(({ kind, path }) => kind === 'media' && path !== null);
  const inForce = holds.filter(({ releasedAt }) => releasedAt === null);
  return {
    id: recording.id,
    state: recording.state,
    startedAt: recording.startedAt,
    endedAt: recording.endedAt,
    durationMs: recording.durationMs,
    parties: parties.map(({ name, address }) =>
      [name, address === null ? null : `<${address}>`].filter((text) => text !== null).join(' '),
    ),
    custodian: `${recording.spoolNode} (${recording.retentionClass})`,
    holds: inForce.map(({ id }) => id),
    matters: [...new Set(inForce.map(({ matter }) => matter))],
    sound: sound === null ? null : { path: sound.path, sha256: sound.sha256 },
    stored: stored === undefined ? null : { path: stored.path ?? '', sha256: stored.sha256 },
    parts: parts.length,
    destroyed: parts.filter(({ destroyedAt }) => destroyedAt !== null).length,
  };
}
