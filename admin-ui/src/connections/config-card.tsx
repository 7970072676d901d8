import { useState } from 'react';
import { Settings2 } from 'lucide-react';
import {
  useConnectionAct,
  type ConnectionDetail,
  type ConnectionHealth,
  type ConnectionSecrets,
  type Connector,
} from '../api/connections.ts';
import { Fact, FactList } from '../components/fact-list.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ChangeConfigDialog } from './change-config-dialog.tsx';
import { TOKEN_STATES } from './connection-words.ts';
import { CredentialDialog } from './credential-dialog.tsx';
import { SecretsDialog } from './secrets-dialog.tsx';

interface ConfigCardProps {
  readonly connection: ConnectionDetail;
  readonly connector: Connector | undefined;
  readonly token: ConnectionHealth['token'];
}

/** Configuration and credential: what is set, and how to set it anew without a pause. */
export function ConfigCard({ connection, connector, token }: ConfigCardProps) {
  const [open, setOpen] = useState<'config' | 'credential'>();
  const close = () => {
    setOpen(undefined);
  };
  const properties = (connector?.config['properties'] ?? {}) as Record<string, { title?: string }>;
  const isWebhook = connection.connector === 'webhook';
  const takesCredential = connector?.auth.some(({ type }) => type !== 'none' && type !== 'webhook') === true;
  return (
    <Card
      title={t('Configuration')}
      icon={<Settings2 />}
      actions={
        connection.state !== 'removed' &&
        connector !== undefined && (
          <>
            <ActButton
              act="connection.manage"
              size="small"
              onClick={() => {
                setOpen('config');
              }}
            >
              {t('Change')}
            </ActButton>
            {takesCredential && (
              <ActButton
                act="connection.manage"
                size="small"
                onClick={() => {
                  setOpen('credential');
                }}
              >
                {t('New credential')}
              </ActButton>
            )}
            {isWebhook && <Rotate connectionId={connection.id} />}
          </>
        )
      }
    >
      <FactList>
        {Object.entries(connection.config).map(([name, value]) => (
          <Fact key={name} name={fromHub(properties[name]?.title ?? name)}>
            <span className="break-all">{shown(value)}</span>
          </Fact>
        ))}
        <Fact name={t('Credential')}>
          {connection.credential === null ? (
            t('None')
          ) : (
            <>
              {fromHub(
                connector?.auth.find(({ type }) => type === connection.credential?.kind)?.title ?? t('Given'),
              )}
              {connection.credential.givenAt !== null && (
                <Timestamp instant={connection.credential.givenAt} className="text-quiet" />
              )}
            </>
          )}
        </Fact>
        {token !== null && <TokenFact token={token} />}
        {connection.credential?.kind === 'oauth2_code' && connection.state !== 'removed' && (
          <Fact name={t('Consent')}>
            <Consent connectionId={connection.id} />
            <span className="text-quiet">
              {token?.state === 'good'
                ? t('It was given; signing in again replaces it.')
                : t('Somebody signs in over there once, and Holdfast acts for them from then on.')}
            </span>
          </Fact>
        )}
      </FactList>
      {open === 'config' && connector !== undefined && (
        <ChangeConfigDialog connection={connection} connector={connector} onClose={close} />
      )}
      {open === 'credential' && connector !== undefined && (
        <CredentialDialog connection={connection} connector={connector} onClose={close} />
      )}
    </Card>
  );
}

/** What connects us now: how good the token is, since when, and when the next one comes. */
function TokenFact({ token }: { readonly token: NonNullable<ConnectionHealth['token']> }) {
  return (
    <Fact name={t('Token')}>
      <Badge tone={TOKEN_STATES[token.state].tone}>{TOKEN_STATES[token.state].label}</Badge>
      {token.expiresAt !== null && (
        <span className="text-quiet">
          {t('ends')} <Timestamp instant={token.expiresAt} />
        </span>
      )}
      {token.obtainedAt !== null && (
        <span className="text-quiet">
          <Rich text="since <at/>" parts={{ at: <Timestamp instant={token.obtainedAt} /> }} />
        </span>
      )}
      {token.refreshAt !== null && (
        <span className="text-quiet">
          <Rich text="next one <at/>" parts={{ at: <Timestamp instant={token.refreshAt} /> }} />
        </span>
      )}
    </Fact>
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? t('none') : value.join(', ');
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function Rotate({ connectionId }: { readonly connectionId: string }) {
  const [secrets, setSecrets] = useState<ConnectionSecrets>();
  const rotate = useConnectionAct<ConnectionSecrets>(connectionId, 'rotate-secret');
  return (
    <>
      <ActButton
        act="connection.manage"
        size="small"
        onClick={() => {
          if (!rotate.isPending) rotate.mutate(undefined, { onSuccess: setSecrets });
        }}
      >
        {t('New secrets')}
      </ActButton>
      {secrets !== undefined && (
        <SecretsDialog
          secrets={secrets}
          onClose={() => {
            setSecrets(undefined);
          }}
        />
      )}
    </>
  );
}

/** Leads to the authorization server, which sends the person back here. */
function Consent({ connectionId }: { readonly connectionId: string }) {
  const ask = useConnectionAct<{ readonly url: string }>(connectionId, 'authorize');
  return (
    <>
      <ActButton
        act="connection.manage"
        size="small"
        data-testid="sign-in-there"
        onClick={() => {
          ask.mutate(undefined, {
            onSuccess: ({ url }) => {
              window.location.assign(url);
            },
          });
        }}
      >
        {t('Sign in there')}
      </ActButton>
      {ask.isError && <ProblemNotice error={ask.error} title={t('Nobody can consent for now')} />}
    </>
  );
}
