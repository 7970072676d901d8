import type { ReactNode } from 'react';
import { useConnection, type ConnectionDetail } from '../api/connections.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';
import { CONNECTION_STATES } from './connection-words.ts';

interface OneConnectionProps {
  readonly id: string;
  readonly children: (connection: ConnectionDetail) => ReactNode;
}

/** A screen about one connection: the way back to all, and the connection, or why it is not there. */
export function OneConnection({ id, children }: OneConnectionProps) {
  return (
    <DetailPage
      back={{ to: '/connections', label: t('Connections') }}
      query={useConnection(id)}
      failed={t('The connection could not be loaded')}
      missing={{
        title: t('There is no such connection'),
        why: t('The link may be mistyped, or the connection may belong to another tenant.'),
      }}
    >
      {children}
    </DetailPage>
  );
}

/** The state of a connection in a word, with its meaning on hover. */
export function ConnectionBadge({ state }: Pick<ConnectionDetail, 'state'>) {
  const { label, tone, meaning } = CONNECTION_STATES[state];
  return (
    <Badge tone={tone} title={meaning} data-testid="connection-state">
      {label}
    </Badge>
  );
}
