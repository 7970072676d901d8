import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { stepUpQuery } from '../api/authenticators.ts';
import { useSession } from '../api/session.ts';
import { Button } from '../components/ui/button.tsx';
import { t } from '../i18n/t.ts';
import { providerAddress } from './step-up-words.ts';

const ASKED_EVERY_MS = 1_500;

interface ProofByProviderProps {
  readonly providerId: string;
  readonly onProven: () => void;
}

/** A new sign-in at the person's identity provider, in a window of its own, so that nothing typed here is lost. */
export function ProofByProvider({ providerId, onProven }: ProofByProviderProps) {
  const { tenant } = useSession();
  const client = useQueryClient();
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => {
      void client.fetchQuery({ ...stepUpQuery, staleTime: 0 }).then(
        ({ freshUntil }) => {
          if (freshUntil !== null) onProven();
        },
        () => undefined, // asked again; the dialog can be closed meanwhile
      );
    }, ASKED_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [waiting, client, onProven]);
  return (
    <div className="grid gap-1.5">
      <Button
        data-testid="prove-by-provider"
        onClick={() => {
          window.open(providerAddress(tenant.id, providerId), '_blank', 'popup,width=520,height=720');
          setWaiting(true);
        }}
      >
        {t('Sign in again at your identity provider')}
      </Button>
      {waiting && (
        <p role="status" className="text-xs text-quiet">
          {t('Waiting for the other window. It can be closed when it is done.')}
        </p>
      )}
    </div>
  );
}
