import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';

/** How often a custodian is reminded, as typed. */
export interface NoticeRhythm {
  readonly days: string;
  readonly most: string;
}

/** What the hub takes where nothing is said. */
export const USUAL_RHYTHM: NoticeRhythm = { days: '7', most: '3' };

/** The rhythm as the hub takes it; undefined where it takes none such. */
export function rhythmOf({
  days,
  most,
}: NoticeRhythm): { readonly remindDays: number; readonly mostReminders: number } | undefined {
  const [remindDays, mostReminders] = [wholeNumber(days, 1, 365), wholeNumber(most, 0, 52)];
  if (remindDays === undefined || mostReminders === undefined) return undefined;
  return { remindDays, mostReminders };
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,3}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

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
