import type { LiveStream } from '../../../hub/api/schemas/live.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

/** A listening quality in a word and a colour; the bounds are those of ITU-T G.109, in MOS. */
export function qualityOf(mosLq: number | null): { readonly tone: Tone; readonly word: string } {
  if (mosLq === null) return { tone: 'neutral', word: t('Not rated') };
  if (mosLq >= 4.03) return { tone: 'good', word: t('Good') };
  if (mosLq >= 3.6) return { tone: 'info', word: t('Fair') };
  if (mosLq >= 3.1) return { tone: 'warn', word: t('Poor') };
  return { tone: 'bad', word: t('Bad') };
}

/** Packets that did not come, "0.4 %"; nothing while none was expected. */
export function lossInWords({ packets, lost }: { readonly packets: number; readonly lost: number }): string {
  const expected = packets + lost;
  if (expected === 0) return '–';
  const percent = (lost / expected) * 100;
  if (percent === 0) return '0 %';
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`;
}

/** What a stream is doing now: its codec, or why there is none. */
export function streamInWords({
  codec,
  held,
  secured,
}: Pick<LiveStream, 'codec' | 'held' | 'secured'>): string {
  const what = codec ?? t('No packet yet');
  return [what, secured ? 'SRTP' : undefined, held ? t('on hold') : undefined].filter(Boolean).join(', ');
}
