import type { WebhookEndpointView, WebhookMessageDetail, WebhookMessageView } from '../api/webhooks.ts';
import type { Tone } from '../components/ui/badge.tsx';

/** How an endpoint stands, in a word and a sentence. */
export function endpointStanding(endpoint: WebhookEndpointView): {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
} {
  if (endpoint.state === 'disabled') {
    const meaning = {
      person: 'Somebody disabled it.',
      gone: 'It answered that it is gone (410).',
      failing: 'It took nothing for five days.',
    }[endpoint.stateReason ?? 'person'];
    return { label: 'Disabled', tone: endpoint.stateReason === 'person' ? 'neutral' : 'bad', meaning };
  }
  if (endpoint.failures > 0)
    return {
      label: 'Failing',
      tone: 'warn',
      meaning: `${endpoint.failures} attempts in a row were not taken.`,
    };
  return { label: 'Enabled', tone: 'good', meaning: 'It is told of events as they happen.' };
}

/** What each state of a message means. */
export const MESSAGE_STATES: Readonly<
  Record<WebhookMessageView['state'], { readonly label: string; readonly tone: Tone }>
> = {
  waiting: { label: 'Waiting', tone: 'info' },
  sent: { label: 'Taken', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
};

/** What came of an attempt. */
export const TRY_OUTCOMES: Readonly<Record<WebhookMessageDetail['tries'][number]['outcome'], string>> = {
  taken: 'Taken',
  refused: 'Refused',
  redirected: 'Redirected, which is not followed',
  gone: 'Gone for good',
  slow: 'No answer in time',
  unreachable: 'Could not be reached',
  forbidden: 'The address is not allowed',
};
