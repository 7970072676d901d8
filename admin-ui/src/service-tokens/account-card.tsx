import { useState } from 'react';
import { Bot } from 'lucide-react';
import { useEndService, type ServiceAccount, type ServiceCredential } from '../api/service-accounts.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { IssueTokenDialog } from './issue-token-dialog.tsx';
import { RegisterCertificateDialog } from './register-certificate-dialog.tsx';

type Ending = { readonly kind: 'account' | 'credential'; readonly id: string; readonly name: string };

interface AccountCardProps {
  readonly account: ServiceAccount;
  readonly scopes: readonly string[];
}

/** One machine with its tokens and certificates. */
export function AccountCard({ account, scopes }: AccountCardProps) {
  const [issuing, setIssuing] = useState(false);
  const [registering, setRegistering] = useState(false);
  const [ending, setEnding] = useState<Ending>();
  const ended = account.endedAt !== null;
  return (
    <Card
      title={account.name}
      icon={<Bot />}
      hint={account.purpose}
      actions={
        ended ? (
          <Badge>{t('Ended')}</Badge>
        ) : (
          <>
            <ActButton
              act="service.manage"
              size="small"
              data-testid="issue-token"
              onClick={() => {
                setIssuing(true);
              }}
            >
              {t('New token…')}
            </ActButton>
            <ActButton
              act="service.manage"
              size="small"
              data-testid="register-certificate"
              onClick={() => {
                setRegistering(true);
              }}
            >
              {t('New certificate…')}
            </ActButton>
            <ActButton
              act="service.manage"
              size="small"
              onClick={() => {
                setEnding({ kind: 'account', id: account.id, name: account.name });
              }}
            >
              {t('End account…')}
            </ActButton>
          </>
        )
      }
    >
      <p className="mb-2 text-xs text-quiet">
        <Rich
          text="Looked after by {{person}}; added <at/>."
          values={{ person: account.owner?.name ?? t('nobody any more') }}
          parts={{ at: <Timestamp instant={account.createdAt} /> }}
        />
      </p>
      {account.credentials.length === 0 && <p className="text-sm">{t('No token yet.')}</p>}
      <ul className="divide-y divide-line text-sm">
        {account.credentials.map((credential) => (
          <Credential
            key={credential.id}
            credential={credential}
            onRevoke={() => {
              setEnding({ kind: 'credential', id: credential.id, name: credential.name });
            }}
          />
        ))}
      </ul>
      {issuing && (
        <IssueTokenDialog
          account={account}
          scopes={scopes}
          onClose={() => {
            setIssuing(false);
          }}
        />
      )}
      {registering && (
        <RegisterCertificateDialog
          account={account}
          scopes={scopes}
          onClose={() => {
            setRegistering(false);
          }}
        />
      )}
      {ending !== undefined && (
        <EndDialog
          ending={ending}
          onClose={() => {
            setEnding(undefined);
          }}
        />
      )}
    </Card>
  );
}

function EndDialog({ ending, onClose }: { readonly ending: Ending; readonly onClose: () => void }) {
  const end = useEndService();
  return (
    <ReasonDialog
      title={
        ending.kind === 'account'
          ? t('End the account {{name}}?', { name: ending.name })
          : t('Revoke {{name}}?', { name: ending.name })
      }
      description={t('The machine is refused from this moment on. This cannot be undone.')}
      act={ending.kind === 'account' ? t('End account') : t('Revoke')}
      pending={end.isPending}
      error={end.error}
      testId="confirm-end-service"
      onReason={(reason) => {
        end.mutate({ kind: ending.kind, id: ending.id, reason }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
  );
}

interface CredentialProps {
  readonly credential: ServiceCredential;
  readonly onRevoke: () => void;
}

function Credential({ credential, onRevoke }: CredentialProps) {
  const { revokedAt, expiresAt, lastUsedAt } = credential;
  const over = revokedAt !== null || Date.parse(expiresAt) <= Date.now();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <div className="min-w-0 grow">
        <p className="font-medium break-words">
          {credential.name} <Badge>{credential.kind === 'token' ? t('Token') : t('Certificate')}</Badge>{' '}
          {over && <Badge tone="bad">{revokedAt === null ? t('Expired') : t('Revoked')}</Badge>}
        </p>
        <p className="text-xs break-words text-quiet">
          {credential.fingerprint !== null && (
            <code className="block font-mono break-all">{credential.fingerprint}</code>
          )}
          {t('May do {{acts}}.', { acts: credential.scope.join(', ') })}{' '}
          <Rich
            text={over ? 'Counted until <until/>, ' : 'Counts until <until/>, '}
            parts={{ until: <Timestamp instant={revokedAt ?? expiresAt} /> }}
          />
          {lastUsedAt === null ? (
            t('never used.')
          ) : (
            <Rich text="last used <at/>." parts={{ at: <Timestamp instant={lastUsedAt} /> }} />
          )}
        </p>
      </div>
      {!over && (
        <ActButton
          act="service.manage"
          size="small"
          aria-label={t('Revoke {{name}}', { name: credential.name })}
          onClick={onRevoke}
        >
          {t('Revoke…')}
        </ActButton>
      )}
    </li>
  );
}
