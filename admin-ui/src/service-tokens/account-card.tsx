import { useState } from 'react';
import { Bot } from 'lucide-react';
import { useEndService, type ServiceAccount, type ServiceCredential } from '../api/service-accounts.ts';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { ActButton } from '../session/act-button.tsx';
import { IssueTokenDialog } from './issue-token-dialog.tsx';

type Ending = { readonly kind: 'account' | 'credential'; readonly id: string; readonly name: string };

interface AccountCardProps {
  readonly account: ServiceAccount;
  readonly scopes: readonly string[];
}

/** One machine with its tokens and certificates. */
export function AccountCard({ account, scopes }: AccountCardProps) {
  const [issuing, setIssuing] = useState(false);
  const [ending, setEnding] = useState<Ending>();
  const ended = account.endedAt !== null;
  return (
    <Card
      title={account.name}
      icon={<Bot />}
      hint={account.purpose}
      actions={
        ended ? (
          <Badge>Ended</Badge>
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
              New token…
            </ActButton>
            <ActButton
              act="service.manage"
              size="small"
              onClick={() => {
                setEnding({ kind: 'account', id: account.id, name: account.name });
              }}
            >
              End account…
            </ActButton>
          </>
        )
      }
    >
      <p className="mb-2 text-xs text-quiet">
        Looked after by {account.owner?.name ?? 'nobody any more'}; added{' '}
        <Timestamp instant={account.createdAt} />.
      </p>
      {account.credentials.length === 0 && <p className="text-sm">No token yet.</p>}
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
      title={ending.kind === 'account' ? `End the account ${ending.name}?` : `Revoke ${ending.name}?`}
      description="The machine is refused from this moment on. This cannot be undone."
      act={ending.kind === 'account' ? 'End account' : 'Revoke'}
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
          {credential.name} <Badge>{credential.kind === 'token' ? 'Token' : 'Certificate'}</Badge>{' '}
          {over && <Badge tone="bad">{revokedAt === null ? 'Expired' : 'Revoked'}</Badge>}
        </p>
        <p className="text-xs break-words text-quiet">
          May do {credential.scope.join(', ')}. {over ? 'Counted until' : 'Counts until'}{' '}
          <Timestamp instant={revokedAt ?? expiresAt} />, {lastUsedAt === null ? 'never used' : 'last used '}
          {lastUsedAt !== null && <Timestamp instant={lastUsedAt} />}.
        </p>
      </div>
      {!over && (
        <ActButton
          act="service.manage"
          size="small"
          aria-label={`Revoke ${credential.name}`}
          onClick={onRevoke}
        >
          Revoke…
        </ActButton>
      )}
    </li>
  );
}
