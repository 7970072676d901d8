import { useState } from 'react';
import { LockKeyhole } from 'lucide-react';
import {
  useChangeLocalAccounts,
  useLocalAccounts,
  type LocalAccount,
  type LocalAccountChange,
} from '../api/local-accounts.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { roleInWords } from '../people/people-words.ts';
import { useMay } from '../session/use-may.ts';
import { LocalAccountDialog } from './local-account-dialog.tsx';

/** Who may sign in with a password kept here, whether anybody may, and who may in an emergency. */
export function LocalAccountsCard() {
  const may = useMay('user.manage');
  const { data, error } = useLocalAccounts(may);
  const [asking, setAsking] = useState<{ readonly change: LocalAccountChange; readonly name: string }>();
  const change = useChangeLocalAccounts();
  if (!may) return null;
  return (
    <Card
      title={t('Passwords kept here')}
      icon={<LockKeyhole />}
      hint={t('For the first start and for emergencies; accounts for emergencies go on when they are off')}
      actions={
        data !== undefined && (
          <>
            <Badge tone={data.allowed ? 'warn' : 'good'}>
              {data.allowed ? t('Everybody with one may sign in') : t('Only accounts for emergencies')}
            </Badge>
            <Button
              size="small"
              data-testid="switch-second-factor"
              onClick={() => {
                setAsking({ change: { kind: 'factor', secondFactor: !data.secondFactor }, name: '' });
              }}
            >
              {data.secondFactor ? t('Without a second factor…') : t('Ask for a second factor…')}
            </Button>
            <Button
              size="small"
              data-testid="switch-local-sign-in"
              onClick={() => {
                setAsking({ change: { kind: 'switch', allowed: !data.allowed }, name: '' });
              }}
            >
              {data.allowed ? t('Switch off…') : t('Switch on…')}
            </Button>
          </>
        )
      }
    >
      {error !== null && <ProblemNotice error={error} title={t('The local accounts could not be loaded')} />}
      {data?.items.length === 0 && (
        <p className="text-sm text-quiet">{t('Nobody has a password kept here.')}</p>
      )}
      <ul className="divide-y divide-line text-sm" data-testid="local-accounts">
        {data?.items.map((account) => (
          <Account
            key={account.userId}
            account={account}
            onMark={() => {
              const { userId, breakGlass, name } = account;
              setAsking({ change: { kind: 'mark', userId, breakGlass: !breakGlass }, name });
            }}
          />
        ))}
      </ul>
      {asking !== undefined && (
        <LocalAccountDialog
          {...asking}
          pending={change.isPending}
          error={change.error}
          onReason={(reason) => {
            change.mutate(
              { change: asking.change, reason },
              {
                onSuccess: () => {
                  setAsking(undefined);
                },
              },
            );
          }}
          onClose={() => {
            change.reset();
            setAsking(undefined);
          }}
        />
      )}
    </Card>
  );
}

function Account({ account, onMark }: { readonly account: LocalAccount; readonly onMark: () => void }) {
  const { name, role, breakGlass, hasPassword, passwordSetAt, lastUsedAt } = account;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <div className="min-w-0 grow">
        <p className="font-medium break-words">
          {name} <span className="font-normal text-quiet">{roleInWords(role)}</span>{' '}
          {breakGlass && <Badge tone="warn">{t('For emergencies')}</Badge>}
        </p>
        <p className="text-xs text-quiet">
          {hasPassword && passwordSetAt !== null ? (
            <Rich text="Password set <at/>" parts={{ at: <Timestamp instant={passwordSetAt} /> }} />
          ) : (
            t('No password set')
          )}
          {', '}
          {lastUsedAt === null ? (
            t('never used.')
          ) : (
            <Rich text="last used <at/>." parts={{ at: <Timestamp instant={lastUsedAt} /> }} />
          )}
        </p>
      </div>
      <Button size="small" onClick={onMark} aria-label={t('Emergency mark of {{person}}', { person: name })}>
        {breakGlass ? t('Make ordinary…') : t('For emergencies…')}
      </Button>
    </li>
  );
}
