import { Link } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useProve, useStepUpState } from '../api/authenticators.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ProofByCode } from './proof-by-code.tsx';
import { ProofByProvider } from './proof-by-provider.tsx';
import { passkeyAdvice, passkeyFailure } from './step-up-words.ts';

/** Asks the person to prove that it is them, by whatever they have; what they were doing waits below it. */
export function ProofDialog({ onDone }: { readonly onDone: (given: boolean) => void }) {
  const { data, error } = useStepUpState();
  const passkey = useProve();
  const advice = data === undefined ? undefined : passkeyAdvice(data.passkeysAt, location.origin);
  const given = () => {
    onDone(true);
  };
  const nothing =
    data?.passkeys === 0 && data.totp === 0 && data.recoveryCodes === 0 && data.providerId === null;
  return (
    <Dialog
      open
      fleeting
      onOpenChange={() => {
        onDone(false);
      }}
      title={t('Is it really you?')}
      description={t(
        'This cannot be undone, so it asks for a proof of the last five minutes. What you entered stays.',
      )}
    >
      <div className="grid gap-4" data-testid="proof-dialog">
        {error !== null && (
          <ProblemNotice error={error} title={t('Your ways to prove it could not be loaded')} />
        )}
        {data === undefined && error === null && <Skeleton className="h-20 rounded-lg" />}
        {data !== undefined && data.passkeys > 0 && (
          <div className="grid gap-1.5">
            <Button
              tone="primary"
              disabled={advice !== undefined || passkey.isPending}
              data-testid="prove-by-passkey"
              onClick={() => {
                passkey.mutate('passkey', { onSuccess: given });
              }}
            >
              <KeyRound aria-hidden />{' '}
              {passkey.isPending ? t('Waiting for your passkey…') : t('Use a passkey')}
            </Button>
            {advice !== undefined && <p className="text-xs text-quiet">{advice}</p>}
            {passkey.isError && (
              <p role="alert" className="text-sm text-bad">
                {passkeyFailure(passkey.error)}
              </p>
            )}
          </div>
        )}
        {data !== undefined && (data.totp > 0 || data.recoveryCodes > 0) && (
          <ProofByCode apps={data.totp} recoveryCodes={data.recoveryCodes} onProven={given} />
        )}
        {data?.providerId != null && <ProofByProvider providerId={data.providerId} onProven={given} />}
        {nothing && <Nothing onClose={() => onDone(false)} />}
      </div>
    </Dialog>
  );
}

function Nothing({ onClose }: { readonly onClose: () => void }) {
  return (
    <div className="grid gap-2 text-sm">
      <p>{t('You have no way to prove it yet.')}</p>
      <p>
        <Rich
          text="Within five minutes of signing in you can add a passkey or an authenticator app under <l>My authenticators</l>. After that, sign in again: a link of <c>holdfast sign-in</c> is a proof by itself."
          parts={{
            l: (
              <Link
                to="/authenticators"
                onClick={onClose}
                className="text-accent underline underline-offset-2"
              />
            ),
            c: <code className="font-mono" />,
          }}
        />
      </p>
    </div>
  );
}
