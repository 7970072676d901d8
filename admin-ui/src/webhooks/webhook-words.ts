import type { WebhookEndpointView, WebhookMessageDetail, WebhookMessageView } from '../api/webhooks.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { plural, t } from '../i18n/t.ts';

/** How an endpoint stands, in a word and a sentence. */
export function endpointStanding(endpoint: WebhookEndpointView): {
  readonly label: string;
  readonly tone: Tone;
  readonly meaning: string;
} {
  if (endpoint.state === 'disabled') {
    const meaning = {
      person: t('Somebody disabled it.'),
      gone: t('It answered that it is gone (410).'),
      failing: t('It took nothing for five days.'),
    }[endpoint.stateReason ?? 'person'];
    return { label: t('Disabled'), tone: endpoint.stateReason === 'person' ? 'neutral' : 'bad', meaning };
  }
  if (endpoint.failures > 0)
    return {
      label: t('Failing'),
      tone: 'warn',
      meaning: plural(endpoint.failures, {
        one: '{{count}} attempt in a row was not taken.',
        other: '{{count}} attempts in a row were not taken.',
      }),
    };
  return { label: t('Enabled'), tone: 'good', meaning: t('It is told of events as they happen.') };
}

/** What each state of a message means. */
export const MESSAGE_STATES: Readonly<
  Record<WebhookMessageView['state'], { readonly label: string; readonly tone: Tone }>
> = {
  waiting: { label: t('Waiting'), tone: 'info' },
  sent: { label: t('Taken'), tone: 'good' },
  failed: { label: t('Failed'), tone: 'bad' },
};

/** What came of an attempt. */
export const TRY_OUTCOMES: Readonly<Record<WebhookMessageDetail['tries'][number]['outcome'], string>> = {
  taken: t('Taken'),
  refused: t('Refused'),
  redirected: t('Redirected, which is not followed'),
  gone: t('Gone for good'),
  slow: t('No answer in time'),
  unreachable: t('Could not be reached'),
  forbidden: t('The address is not allowed'),
};
