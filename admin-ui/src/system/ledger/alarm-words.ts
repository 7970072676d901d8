import type { LedgerAlarm } from '../../../../hub/api/schemas/anchors.ts';
import { t } from '../../i18n/t.ts';

/** What was found wrong, in words. */
export function alarmInWords(kind: LedgerAlarm['kind']): string {
  switch (kind) {
    case 'history-differs':
      return t('The history is not the one that a witness saw');
    case 'log-shrank':
      return t('The log is shorter than a witness saw it');
    case 'witness-forgot':
      return t('A witness does not know what it cosigned');
    case 'clock-differs':
      return t('The clock is not that of a time-stamp authority');
  }
}
