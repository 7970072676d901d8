import type { RecordingSummary } from '../../../hub/api/schemas/recording.ts';
import { localDate } from '../format/time.ts';
import { t } from '../i18n/t.ts';

/** What ends the keeping of a recording, to stand under or after "Kept until"; a hold wins over every date. */
export function keptUntil(
  recording: Pick<RecordingSummary, 'state' | 'held' | 'retainUntil'>,
  zone?: string,
): string {
  if (recording.state === 'disposed') return t('Disposed of');
  if (recording.held) return t('Hold is released');
  if (recording.retainUntil === null) return t('Not decided yet');
  return localDate(recording.retainUntil, zone);
}
