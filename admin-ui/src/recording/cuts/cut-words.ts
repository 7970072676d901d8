import type { RecordingCut } from '../../../../hub/api/schemas/cut.ts';
import type { Tone } from '../../components/ui/badge.tsx';
import { t } from '../../i18n/t.ts';

const GROUNDS: Readonly<Record<RecordingCut['ground'], string>> = {
  'card-data': t('card data'),
  'beyond-purpose': t('not covered by the purpose'),
};

/** The grounds as a choice. */
export const GROUND_OPTIONS = [
  { value: 'card-data', label: t('Card data: it goes also where a rule keeps the recording') },
  { value: 'beyond-purpose', label: t('Not covered by the purpose: it waits for what keeps the recording') },
] as const;

/** On which ground something was cut out and who agreed: "card data, agreed to by Olga Officer". Pure. */
export function decidedInWords(ground: RecordingCut['ground'], decidedBy: string | null): string {
  const words = GROUNDS[ground];
  if (decidedBy === null) return words;
  return t('{{ground}}, agreed to by {{person}}', { ground: words, person: decidedBy });
}

const STATES: Readonly<Record<RecordingCut['state'], { readonly label: string; readonly tone: Tone }>> = {
  asked: { label: t('Waits for a second person'), tone: 'warn' },
  approved: { label: t('Being cut out'), tone: 'warn' },
  waiting: { label: t('Something still keeps it'), tone: 'warn' },
  derived: { label: t('Being cut out'), tone: 'warn' },
  cut: { label: t('Cut out'), tone: 'good' },
  nothing: { label: t('Nothing was stored there'), tone: 'neutral' },
  refused: { label: t('Not agreed to'), tone: 'neutral' },
  void: { label: t('Gone with the recording'), tone: 'neutral' },
};

/** Where a cut stands, in words with their colour. */
export function cutStateInWords(state: RecordingCut['state']): {
  readonly label: string;
  readonly tone: Tone;
} {
  return STATES[state];
}

/** Milliseconds of "75", "75.5" and "1:15.5"; undefined for what is no place in a recording. Pure. */
export function placeOf(text: string): number | undefined {
  const match = /^(?:(?:(\d{1,3}):)?([0-5]?\d):)?(\d{1,6})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, hours = '0', minutes = '', seconds = '', fraction = ''] = match;
  if (minutes !== '' && Number(seconds) > 59) return undefined;
  const whole = Number(hours) * 3600 + Number(minutes === '' ? 0 : minutes) * 60 + Number(seconds);
  return whole * 1000 + Number(fraction.padEnd(3, '0'));
}

/** A place as it is typed: "1:15.500". Pure. */
export function placeInWords(ms: number): string {
  const seconds = String(Math.floor(ms / 1000) % 60).padStart(2, '0');
  const fraction = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`;
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  const most = hours === 0 ? String(minutes) : `${String(hours)}:${String(minutes % 60).padStart(2, '0')}`;
  return `${most}:${seconds}${fraction}`;
}
