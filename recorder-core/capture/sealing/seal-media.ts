import { access } from 'node:fs/promises';
import type { ClockPlan } from '../../media/clock-plan.ts';
import { ClockSurveyor, type ClockSurvey } from '../../media/clock-survey.ts';
import { PacketLogReader } from '../../media/packet-log-reader.ts';
import { QualityMeter, type QualityReport } from '../../media/quality.ts';
import { recoverAfterCrash } from '../../vault/crash-recovery.ts';
import { unwrapDataKey } from '../../vault/envelope.ts';
import { partPath } from '../spool-folder.ts';
import { contextOf, type SpoolManifest, type SpoolPart } from '../spool-manifest.ts';
import { digestPart, type PartDigest } from './digest-part.ts';

/** A part ready for its row: what it is and what it digests to. */
export interface SealedPart extends PartDigest {
  readonly id: string;
  readonly kind: SpoolPart['kind'];
  readonly label: string | null;
  readonly wrappedKey: Buffer;
  /** Where a media part stands on the wall clock, beside the other parties of the call. */
  readonly clockPlan?: ClockPlan;
}

/** A media part with what one reading of it has shown. */
export interface SealedMedia {
  readonly part: SealedPart;
  readonly quality: QualityReport;
  readonly survey: ClockSurvey;
  readonly endMs: number;
  /** The log ends in good order. */
  readonly closed: boolean;
}

/**
 * Completes what a crash left open, decrypts the part once from end to end, and measures it on the way. Undefined where
 * the crash, or the full disk, came before its file.
 */
export async function sealMedia(
  folder: string,
  manifest: SpoolManifest,
  part: SpoolPart,
  kek: Buffer,
): Promise<SealedMedia | undefined> {
  const path = partPath(folder, part.id);
  if (!(await exists(path))) return undefined; // the crash, or the full disk, came before its file
  const context = contextOf(manifest, part.id);
  const key = unwrapDataKey(kek, part.wrappedKey, context);
  await recoverAfterCrash(path, key, context);
  const log = new PacketLogReader();
  const meter = new QualityMeter();
  const surveyor = new ClockSurveyor();
  let endMs = 0;
  const digest = await digestPart(path, key, context, (plaintext) => {
    for (const entry of log.push(plaintext)) {
      meter.push(entry);
      surveyor.push(entry);
      if ('atMicros' in entry) endMs = Math.max(endMs, entry.atMicros / 1000);
    }
  });
  const end = log.end();
  surveyor.push(end);
  return {
    part: { ...part, ...digest },
    quality: meter.finish(),
    survey: surveyor.finish(),
    endMs,
    closed: end.closed,
  };
}

/** True when there is a file at the path. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
