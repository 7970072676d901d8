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
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
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
      <PageHeader title={t('My authenticators')} />
      <p className="max-w-prose text-sm text-quiet">
        <Rich
          text="What cannot be undone asks you to prove that it is you. Have two ways to, or keep recovery codes: with none left, only an administrator can help. Where you lost one, end your other sessions under <l>Sessions</l> as well."
          parts={{ l: <Link to="/sessions" className="text-accent underline underline-offset-2" /> }}
        />
      </p>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('Your authenticators could not be loaded')}
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
        title={t('Passkeys and apps')}
        icon={<KeyRound />}
        actions={
          <>
            <Button
              size="small"
              disabled={advice !== undefined}
              onClick={open('passkey')}
              data-testid="add-passkey"
            >
              <KeyRound aria-hidden /> {t('Add a passkey…')}
            </Button>
            <Button size="small" onClick={open('totp')} data-testid="add-totp">
              <Smartphone aria-hidden /> {t('Add an app…')}
            </Button>
          </>
        }
      >
        {advice !== undefined && <p className="mb-3 text-sm text-quiet">{advice}</p>}
        {list.items.length === 0 ? (
          <p className="text-sm">{t('None yet.')}</p>
        ) : (
          <ul className="grid gap-3" data-testid="authenticators">
            {list.items.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </Card>
      <Card
        title={t('Recovery codes')}
        icon={<LifeBuoy />}
        hint={t('For the day when an authenticator is lost')}
      >
        <div className="flex flex-wrap items-center gap-3 text-sm">
          <p>
            {list.recoveryCodes === 0
              ? t('You have none.')
              : plural(list.recoveryCodes, {
                  one: 'You have {{count}} left.',
                  other: 'You have {{count}} left.',
                })}{' '}
            {t('New ones end all before.')}
          </p>
          <Button
            size="small"
            className="ml-auto"
            onClick={open('recovery')}
            data-testid="make-recovery-codes"
          >
            {t('Make new codes…')}
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
      <Badge tone="neutral">{entry.kind === 'passkey' ? t('Passkey') : t('App')}</Badge>
      {entry.backedUp === true && <span className="text-quiet">{t('kept by its provider as well')}</span>}
      <span className="text-quiet">
        <Rich text="added <at/>" parts={{ at: <Timestamp instant={entry.addedAt} /> }} />
        {entry.usedAt !== null && (
          <Rich text=", used <at/>" parts={{ at: <Timestamp instant={entry.usedAt} /> }} />
        )}
      </span>
      <Button
        size="small"
        className="ml-auto"
        disabled={remove.isPending}
        aria-label={t('Remove {{name}}', { name: entry.name })}
        onClick={() => {
          remove.mutate(entry.id);
        }}
      >
        {t('Remove')}
      </Button>
      {remove.isError && (
        <div className="w-full">
          <ProblemNotice error={remove.error} title={t('It was not removed')} />
        </div>
      )}
    </li>
  );
}
