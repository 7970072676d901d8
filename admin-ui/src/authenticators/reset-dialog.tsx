import { useResetAuthenticators } from '../api/authenticators.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { plural, t } from '../i18n/t.ts';

interface ResetDialogProps {
  readonly person: { readonly id: string; readonly name: string };
  readonly onClose: () => void;
}

/** Takes all authenticators and recovery codes from somebody who lost them, with a reason. */
export function ResetDialog({ person, onClose }: ResetDialogProps) {
  const reset = useResetAuthenticators(person.id);
  const toast = useToast();
  return (
    <ReasonDialog
      title={t('Reset the authenticators of {{person}}?', { person: person.name })}
      description={t(
        'Make sure that it is really them who asks. Everything they could prove their presence with ends; they add new ones within five minutes of signing in.',
      )}
      act={t('Reset')}
      failed={t('Nothing was reset')}
      pending={reset.isPending}
      error={reset.error}
      testId="confirm-reset-authenticators"
      onReason={(reason) => {
        reset.mutate(reason, {
          onSuccess: ({ removed }) => {
            toast({
              tone: 'good',
              title: t('{{person}} has no authenticators any more', { person: person.name }),
              detail: plural(removed, {
                one: '{{count}} removed. It is entered in the ledger.',
                other: '{{count}} removed. It is entered in the ledger.',
              }),
            });
            onClose();
          },
        });
      }}
      onClose={onClose}
    />
  );
}
