import type { MailView } from '../api/mail.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

const KINDS: Readonly<Record<MailView['kind'], string>> = {
  'custodian-notice': t('Notice to a custodian'),
  'approval-waiting': t('A decision waits'),
  'request-clock': t('Date of a request'),
  'incident-clock': t('An incident waits'),
  'grant-ending': t('A right ends soon'),
  'sign-in-link': t('Link to sign in'),
  test: t('Test'),
};

/** What a mail tells. */
export function kindOfMail(kind: MailView['kind']): string {
  return KINDS[kind];
}

const STATES: Readonly<
  Record<MailView['state'], { readonly label: string; readonly tone: Tone; readonly meaning: string }>
> = {
  waiting: { label: t('Waits'), tone: 'warn', meaning: t('It is still to be sent, or is tried again.') },
  sent: { label: t('Sent'), tone: 'good', meaning: t('The mail server answers for it from here on.') },
  failed: {
    label: t('Failed'),
    tone: 'bad',
    meaning: t('The mail server refused it, or three days are over.'),
  },
  spared: {
    label: t('Not needed'),
    tone: 'neutral',
    meaning: t('What it was to tell was settled before it was sent.'),
  },
};

/** A state in a word, with its colour and what it means. */
export function stateOfMail(state: MailView['state']): (typeof STATES)[MailView['state']] {
  return STATES[state];
}

/** What a mail is about, as a page of the console; undefined where there is none. */
export function pageOfMail({ kind, about }: Pick<MailView, 'kind' | 'about'>) {
  switch (kind) {
    case 'approval-waiting':
      return { to: '/approvals/$id', params: { id: about } } as const;
    case 'request-clock':
      return { to: '/requests/$id', params: { id: about } } as const;
    case 'incident-clock':
      return { to: '/incidents/$id', params: { id: about } } as const;
    case 'grant-ending':
      return { to: '/grants/$id', params: { id: about } } as const;
    case 'sign-in-link':
      return { to: '/people/$id', params: { id: about } } as const;
    case 'custodian-notice':
    case 'test':
      return undefined;
  }
}
