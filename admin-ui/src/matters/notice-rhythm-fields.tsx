import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';

import { wholeNumber, type NoticeRhythm } from './notice-rhythm.ts';

interface NoticeRhythmFieldsProps {
  readonly rhythm: NoticeRhythm;
  readonly onRhythm: (rhythm: NoticeRhythm) => void;
}

/** When a custodian who does not answer is reminded, and after how many reminders the superior is told. */
export function NoticeRhythmFields({ rhythm, onRhythm }: NoticeRhythmFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        label={t('Days between reminders')}
        value={rhythm.days}
        error={wholeNumber(rhythm.days, 1, 365) === undefined ? t('A whole number, 1 to 365.') : undefined}
        onValue={(days) => {
          onRhythm({ ...rhythm, days });
        }}
        maxLength={3}
        required
      />
      <TextField
        label={t('Reminders before the superior')}
        value={rhythm.most}
        error={wholeNumber(rhythm.most, 0, 52) === undefined ? t('A whole number, 0 to 52.') : undefined}
        onValue={(most) => {
          onRhythm({ ...rhythm, most });
        }}
        maxLength={2}
        required
      />
    </div>
  );
}
