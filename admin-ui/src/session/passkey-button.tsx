import { KeyRound } from 'lucide-react';
import { useSignInWithPasskey } from '../api/session.ts';
import { Button } from '../components/ui/button.tsx';
import { passkeyFailure } from '../step-up/step-up-words.ts';
import { t } from '../i18n/t.ts';

/** Signs in with a passkey that was added before; the browser offers those it has for this console. */
export function PasskeyButton({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const signIn = useSignInWithPasskey();
  return (
    <div className="grid gap-1.5">
      <Button
        disabled={signIn.isPending}
        data-testid="sign-in-with-passkey"
        onClick={() => {
          signIn.mutate(undefined, { onSuccess: onSignedIn });
        }}
      >
        <KeyRound aria-hidden />{' '}
        {signIn.isPending ? t('Waiting for your passkey…') : t('Sign in with a passkey')}
      </Button>
      {signIn.isError && (
        <p role="alert" className="text-sm text-bad">
          {passkeyFailure(signIn.error)}
        </p>
      )}
    </div>
  );
}
