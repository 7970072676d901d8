import { Dialog as Radix } from 'radix-ui';
import { useSignIn } from '../api/session.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { PasswordForm } from './password-form.tsx';
import { PasteLink } from './paste-link.tsx';
import { ProviderSignIn } from './provider-sign-in.tsx';

/** Where a window of an identity provider ends; opening it tells the others. */
const AFTER_PROVIDER = '/proven';

interface SignInAgainDialogProps {
  /** Who was signed in. */
  readonly name: string;
  readonly onSignedIn: () => void;
  /** The person gives up what is on the page. */
  readonly onLeave: () => void;
}

/** All ways to sign in, over the page. Escape and a click beside it do nothing: what was typed would be gone. */
export function SignInAgainDialog({ name, onSignedIn, onLeave }: SignInAgainDialogProps) {
  const link = useSignIn();
  const stay = (event: Event) => {
    event.preventDefault();
  };
  return (
    <Radix.Root open>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-60 bg-black/45 backdrop-blur-[1px]" />
        <Radix.Content
          data-testid="sign-in-again"
          onEscapeKeyDown={stay}
          onInteractOutside={stay}
          className={
            'fixed top-1/2 left-1/2 z-60 grid max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] max-w-md -translate-x-1/2 ' +
            '-translate-y-1/2 gap-4 overflow-y-auto rounded-xl border border-line bg-surface p-5 shadow-2xl'
          }
        >
          <div className="grid gap-1.5">
            <Radix.Title className="text-base font-semibold">{t('Your session has ended')}</Radix.Title>
            <Radix.Description className="text-sm text-quiet">
              {t('Sign in again as {{name}}. What you entered stays, and what you were doing goes on.', {
                name,
              })}
            </Radix.Description>
          </div>
          {link.isError && <ProblemNotice error={link.error} title={t('You could not be signed in')} />}
          <ProviderSignIn windowTo={AFTER_PROVIDER} />
          <PasskeyButton onSignedIn={onSignedIn} />
          <PasswordForm onSignedIn={onSignedIn} />
          <PasteLink
            onToken={(token) => {
              link.mutate(token, { onSuccess: onSignedIn });
            }}
          />
          <p className="border-t border-line pt-3 text-xs text-quiet">
            {t('Whoever signs in as somebody else begins with an empty page.')}{' '}
            <Button tone="quiet" size="small" onClick={onLeave}>
              {t('Leave and discard what I entered')}
            </Button>
          </p>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
