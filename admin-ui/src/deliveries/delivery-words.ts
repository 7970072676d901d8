import type { Delivery } from '../api/deliveries.ts';
import type { Tone } from '../components/ui/badge.tsx';

/** What each state means. */
export const DELIVERY_STATES: Readonly<
  Record<Delivery['state'], { readonly label: string; readonly tone: Tone; readonly meaning: string }>
> = {
  queued: { label: 'Waiting', tone: 'info', meaning: 'It is sent when it is due.' },
  leased: { label: 'Being sent', tone: 'info', meaning: 'A worker has it.' },
  done: { label: 'Done', tone: 'good', meaning: 'The other side has it as it stood; there is a receipt.' },
  rejected: { label: 'Not sent', tone: 'neutral', meaning: 'By our own rules it was not to be sent.' },
  dead: { label: 'Dead letter', tone: 'bad', meaning: 'It failed for good and waits for a person.' },
  superseded: { label: 'Overtaken', tone: 'neutral', meaning: 'A later one took its place.' },
  discarded: { label: 'Given up', tone: 'neutral', meaning: 'A person gave it up, with a reason.' },
};
