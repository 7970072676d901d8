import type { Delivery } from '../api/deliveries.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

/** What each state means. */
export const DELIVERY_STATES: Readonly<
  Record<Delivery['state'], { readonly label: string; readonly tone: Tone; readonly meaning: string }>
> = {
  queued: { label: t('Waiting'), tone: 'info', meaning: t('It is sent when it is due.') },
  leased: { label: t('Being sent'), tone: 'info', meaning: t('A worker has it.') },
  done: {
    label: t('Done'),
    tone: 'good',
    meaning: t('The other side has it as it stood; there is a receipt.'),
  },
  rejected: { label: t('Not sent'), tone: 'neutral', meaning: t('By our own rules it was not to be sent.') },
  dead: { label: t('Dead letter'), tone: 'bad', meaning: t('It failed for good and waits for a person.') },
  superseded: { label: t('Overtaken'), tone: 'neutral', meaning: t('A later one took its place.') },
  discarded: { label: t('Given up'), tone: 'neutral', meaning: t('A person gave it up, with a reason.') },
};

/** Which of a connection's queues something waits in. */
export const LANE_NAMES: Readonly<Record<Delivery['lane'], string>> = {
  live: t('Live queue'),
  backfill: t('Back-fill'),
  replay: t('Sent again'),
};
