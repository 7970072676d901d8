import { watermarkOf } from '../../activities/exports/watermark.ts';
import { findSoundMark, SURE_SCORE } from '../../recorder-core/evidence/find-sound-mark.ts';
import type { ReadSound } from '../../recorder-core/evidence/read-wav.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { listRecipients, type ExportRecipient } from '../../recorder-core/records/export-recipients.ts';

/** An export whose mark is in a sound, and how clearly it stands out of chance. */
export interface TracedCopy extends ExportRecipient {
  readonly score: number;
}

/** Whether a sound bears the mark of an export of the tenant; undefined where no mark stands out of chance. */
export async function traceCopy(
  db: Database,
  tenantId: string,
  markKey: Buffer,
  { pcm, shape }: ReadSound,
): Promise<TracedCopy | undefined> {
  const recipients = await db.forTenant(tenantId, listRecipients);
  const byMark = new Map(recipients.map((one) => [watermarkOf(one.recipient, one.exportId), one]));
  const [best] = findSoundMark(pcm, shape, markKey, [...byMark.keys()]);
  const found = best && byMark.get(best.watermark);
  return best === undefined || found === undefined || best.score < SURE_SCORE
    ? undefined
    : { ...found, score: best.score };
}
