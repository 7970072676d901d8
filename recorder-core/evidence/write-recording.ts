import type { BundleFiles } from './bundle-files.ts';
import type { BundleCheckpoint, BundleAccess } from './bundle-order.ts';
import { rowOf, type BundleRow } from './bundle-row.ts';
import { readCapturedSession, type CapturedSession } from './captured-session.ts';
import { describeCustody } from './describe-custody.ts';
import { describeLines, describeRecording } from './describe-recording.ts';
import { canonical } from './plain-json.ts';
import type { ExportedRecording } from './read-recording.ts';
import { describeVcon } from './vcon.ts';
import { writeParts, type ManifestPart, type WrittenParts } from './write-parts.ts';
import { writePlayable, type Mark, type Playable } from './write-playable.ts';

/** A recording as the manifest lists it. */
export interface ManifestRecording {
  readonly id: string;
  readonly state: string;
  /** How many leaves the log has about it. */
  readonly leaves: number;
  readonly parts: readonly ManifestPart[];
}

/** What stays in memory of a recording that was written. */
export interface WrittenRecording {
  readonly listed: ManifestRecording;
  readonly row: BundleRow;
}

/**
 * Writes all files of one recording. Of one whose content was destroyed these are metadata and custody alone.
 * Fails as `writeParts` and `writePlayable`.
 */
export async function* writeRecording(
  access: BundleAccess,
  mark: Mark,
  { exported, head }: { readonly exported: ExportedRecording; readonly head: BundleCheckpoint },
  files: BundleFiles,
): AsyncGenerator<Buffer, WrittenRecording, undefined> {
  const { tenantId } = mark.order;
  const { recording, leaves } = exported;
  const parts = yield* writeParts(access, tenantId, exported, files);
  const kept = exported.parts.filter(({ destroyedAt }) => destroyedAt === null);
  const metadata = kept.find(({ id, kind }) => kind === 'metadata' && exported.withheld?.has(id) !== true);
  const session = metadata && (await readCapturedSession(access, tenantId, metadata));
  const playable = kept.length === 0 ? undefined : yield* writePlayable(access, mark, exported, files);
  yield* writeDescriptions({ mark, exported, head, parts, session, playable }, files);
  return {
    listed: { id: recording.id, state: recording.state, leaves: leaves.length, parts: parts.parts },
    row: rowOf(exported, parts, playable?.file ?? null),
  };
}

interface Described {
  readonly mark: Mark;
  readonly exported: ExportedRecording;
  readonly head: BundleCheckpoint;
  readonly parts: WrittenParts;
  readonly session: CapturedSession | undefined;
  readonly playable: Playable | undefined;
}

async function* writeDescriptions(
  { mark, exported, head, parts, session, playable }: Described,
  files: BundleFiles,
): AsyncGenerator<Buffer, void, undefined> {
  const { order } = mark;
  const { id } = exported.recording;
  const folder = `recordings/${id}`;
  const described = { order, exported, session, playable, leftOut: parts.leftOut };
  const metadata = exported.withheld === undefined ? describeRecording(described) : describeLines(described);
  yield* files.add({ path: `${folder}/metadata.json`, role: 'metadata', content: [canonical(metadata)] });
  const custody = describeCustody(id, head.size, exported.leaves);
  yield* files.add({ path: `${folder}/custody.json`, role: 'custody', content: [canonical(custody)] });
  if (playable === undefined) return;
  const vcon = describeVcon({ exportId: order.id, createdAt: order.at, exported, session, playable });
  yield* files.add({ path: `${folder}/vcon.json`, role: 'vcon', content: [canonical(vcon)] });
}
