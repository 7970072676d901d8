import type { LocalAccountChange } from '../api/local-accounts.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { t } from '../i18n/t.ts';

interface LocalAccountDialogProps {
  readonly change: LocalAccountChange;
  /** Whose account it is; empty for the switch. */
  readonly name: string;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
}

/** Says what a change of local accounts means, and asks why. */
export function LocalAccountDialog({ change, name, ...asked }: LocalAccountDialogProps) {
  return (
    <ReasonDialog
      tone="primary"
      {...wordsOf(change, name)}
      {...asked}
      failed={t('Nothing was changed')}
      testId="confirm-local-account"
    />
  );
}

function wordsOf(change: LocalAccountChange, person: string) {
  if (change.kind === 'switch')
    return change.allowed
      ? {
          title: t('Let people sign in with passwords kept here?'),
          description: t('Whoever has one may sign in past your identity provider.'),
          act: t('Switch on'),
          tone: 'danger' as const,
        }
      : {
          title: t('Switch passwords kept here off?'),
          description: t(
            'Only accounts for emergencies, and one-time links made on the machine, go on. It is refused while nobody came through an identity provider in the last 30 days.',
          ),
          act: t('Switch off'),
          tone: 'danger' as const,
        };
  if (change.kind === 'factor')
    return change.secondFactor
      ? {
          title: t('Ask for a second factor beside passwords kept here?'),
          description: t(
            'Whoever signs in with a password types a code of their authenticator as well, accounts for emergencies too. Whoever has none needs a link made on the machine.',
          ),
          act: t('Ask for it'),
        }
      : {
          title: t('Let passwords kept here be enough?'),
          description: t('Whoever knows such a password is in, without a second factor.'),
          act: t('Let them be enough'),
          tone: 'danger' as const,
        };
  return change.breakGlass
    ? {
        title: t('Make the account of {{person}} one for emergencies?', { person }),
        description: t(
          'They may sign in with their password although passwords are switched off. Each such session is marked and told.',
        ),
        act: t('Mark it'),
      }
    : {
        title: t('Make the account of {{person}} an ordinary one?', { person }),
        description: t('Their password counts only while passwords kept here are switched on.'),
        act: t('Make ordinary'),
      };
}
