import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { KeyRound, LifeBuoy, Smartphone } from 'lucide-react';
import type { AuthenticatorEntry, AuthenticatorList } from '../../../hub/api/schemas/authenticator.ts';
import { useAuthenticators, useRemoveAuthenticator } from '../api/authenticators.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { passkeyAdvice } from '../step-up/step-up-words.ts';
import { AddPasskeyDialog } from './add-passkey-dialog.tsx';
import { AddTotpDialog } from './add-totp-dialog.tsx';
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx';

type Dialog = 'passkey' | 'totp' | 'recovery';

/** What one proves one's presence with: passkeys, authenticator apps, and codes for the day when they are lost. */
export function AuthenticatorsPage() {
  const { data, isPending, error, refetch } = useAuthenticators();
  return (
    <>
      <PageHeader title="My authenticators" />
      <p className="max-w-prose text-sm text-quiet">
        What cannot be undone asks you to prove that it is you. Have two ways to, or keep recovery codes: with
        none left, only an administrator can help. Where you lost one, end your other sessions under{' '}
        <Link to="/sessions" className="text-accent underline underline-offset-2">
          Sessions
        </Link>{' '}
        as well.
      </p>
      {error !== null && (
        <ProblemNotice
          error={error}
          title="Your authenticators could not be loaded"
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && <Content list={data} />}
    </>
  );
}

function Content({ list }: { readonly list: AuthenticatorList }) {
  const [dialog, setDialog] = useState<Dialog>();
  const advice = passkeyAdvice(list.passkeysAt, location.origin);
  const open = (which: Dialog) => () => {
    setDialog(which);
  };
  const close = () => {
    setDialog(undefined);
  };
  return (
    <>
      <Card
        title="Passkeys and apps"
        icon={<KeyRound />}
        actions={
          <>
            <Button
              size="small"
              disabled={advice !== undefined}
              onClick={open('passkey')}
              data-testid="add-passkey"
            >
              <KeyRound aria-hidden /> Add a passkey…
            </Button>
            <Button size="small" onClick={open('totp')} data-testid="add-totp">
              <Smartphone aria-hidden /> Add an app…
            </Button>
          </>
        }
      >
        {advice !== undefined && <p className="mb-3 text-sm text-quiet">{advice}</p>}
        {list.items.length === 0 ? (
          <p className="text-sm">None yet.</p>
        ) : (
          <ul className="grid gap-3" data-testid="authenticators">
            {list.items.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </Card>
      <Card title="Recovery codes" icon={<LifeBuoy />} hint="For the day when an authenticator is lost">
        <div className="flex flex-wrap items-center gap-3 text-sm">
          <p>
            {list.recoveryCodes === 0 ? 'You have none.' : `You have ${String(list.recoveryCodes)} left.`} New
            ones end all before.
          </p>
          <Button
            size="small"
            className="ml-auto"
            onClick={open('recovery')}
            data-testid="make-recovery-codes"
          >
            Make new codes…
          </Button>
        </div>
      </Card>
      {dialog === 'passkey' && <AddPasskeyDialog onClose={close} />}
      {dialog === 'totp' && <AddTotpDialog onClose={close} />}
      {dialog === 'recovery' && <RecoveryCodesDialog onClose={close} />}
    </>
  );
}

function Entry({ entry }: { readonly entry: AuthenticatorEntry }) {
  const remove = useRemoveAuthenticator();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      {entry.kind === 'passkey' ? (
        <KeyRound aria-hidden className="size-4" />
      ) : (
        <Smartphone aria-hidden className="size-4" />
      )}
      <span className="font-medium break-words">{entry.name}</span>
      <Badge tone="neutral">{entry.kind === 'passkey' ? 'Passkey' : 'App'}</Badge>
      {entry.backedUp === true && <span className="text-quiet">kept by its provider as well</span>}
      <span className="text-quiet">
        added <Timestamp instant={entry.addedAt} />
        {entry.usedAt !== null && (
          <>
            , used <Timestamp instant={entry.usedAt} />
          </>
        )}
      </span>
      <Button
        size="small"
        className="ml-auto"
        disabled={remove.isPending}
        aria-label={`Remove ${entry.name}`}
        onClick={() => {
          remove.mutate(entry.id);
        }}
      >
        Remove
      </Button>
      {remove.isError && (
        <div className="w-full">
          <ProblemNotice error={remove.error} title="It was not removed" />
        </div>
      )}
    </li>
  );
}
