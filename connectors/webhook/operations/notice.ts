import type { Notice } from '../../kit/record.ts';
import { sendMessage } from './send-message.ts';

/** Tells one person something through the other side, which reaches people. */
export const notice = sendMessage<Notice>('notice', {
  kind: 'notify',
  title: 'Notices to people',
  description:
    'Sends a notice with the person it is for; a reminder is the same notice with a higher revision.',
  dataClasses: ['pii'],
});
