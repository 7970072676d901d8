import { useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Pause, Play, Trash2 } from 'lucide-react';
import {
  useConnectionAct,
  useConnectionHealth,
  useConnectors,
  type ConnectionDetail,
  type Connector,
} from '../api/connections.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Rich } from '../i18n/rich.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { BackfillsCard } from './backfills-card.tsx';
import { ChecksCard } from './checks-card.tsx';
import { ComparisonsCard } from './comparisons-card.tsx';
import { ConfigCard } from './config-card.tsx';
import { CONNECTION_STATES } from './connection-words.ts';
import { DryRunCard } from './dry-run-card.tsx';
import { MatterTagsCard } from './matter-tags-card.tsx';
import { MappingCard } from './mapping-card.tsx';
import { ConnectionBadge, OneConnection } from './one-connection.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { StreamsCard } from './streams-card.tsx';
import { TrafficCard } from './traffic-card.tsx';
import { VersionsCard } from './versions-card.tsx';

const route = getRouteApi('/signed-in/connections/$id');

/** One connection: what it may do, how it is, and everything that can be done with it. */
export function ConnectionPage() {
  const { id } = route.useParams();
  return <OneConnection id={id}>{(connection) => <Shown connection={connection} />}</OneConnection>;
}

function Shown({ connection }: { readonly connection: ConnectionDetail }) {
  const { label } = CONNECTION_STATES[connection.state];
  const connector = useConnectors().data?.items.find(({ id }) => id === connection.connector);
  const health = useConnectionHealth(connection.id).data;
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={connection.name}>
          <ConnectionBadge state={connection.state} />
          {connection.state === 'draft' && (
            <Button asChild>
              <Link to="/connections/$id/set-up/$step" params={{ id: connection.id, step: 'checks' }}>
                {t('Go on with the set-up')}
              </Link>
            </Button>
          )}
          <Moves connection={connection} />
        </PageHeader>
        <p className="text-sm text-quiet">
          <Rich
            text="{{title}} · {{state}} since <at/> · version {{version}}"
            values={{
              title: fromHub(connection.title),
              state: label.toLowerCase(),
              version: connection.version,
            }}
            parts={{ at: <Timestamp instant={connection.stateAt} exact /> }}
          />
          {connection.mandatory && ` · ${t('an obligation rests on it')}`}
          {' · '}
          <ShortCode value={connection.id} what={t("the connection's id")} />
        </p>
      </div>
      <ChecksCard connection={connection} />
      {connection.state !== 'draft' && health !== undefined && (
        <TrafficCard connectionId={connection.id} health={health} />
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <ConfigCard connection={connection} connector={connector} token={health?.token ?? null} />
        <VersionsCard connection={connection} />
      </div>
      {connector !== undefined && (
        <Work
          connection={connection}
          connector={connector}
          rebuildDueSince={health?.rebuildDueSince ?? null}
        />
      )}
    </>
  );
}

/** What a connection of recordings can be made to do, as far as its connector knows how. */
function Work({
  connection,
  connector,
  rebuildDueSince,
}: {
  readonly connection: ConnectionDetail;
  readonly connector: Connector;
  readonly rebuildDueSince: string | null;
}) {
  const tellsRecordings = connector.operations.some(
    ({ input, kind }) => input === 'recording' && kind === 'upsert',
  );
  return (
    <>
      {connector.operations
        .filter(({ mapped }) => mapped)
        .map((operation) => (
          <MappingCard key={operation.id} connection={connection} operation={operation} />
        ))}
      {connection.state !== 'removed' && (
        <DryRunCard connection={connection} operations={connector.operations} />
      )}
      {connector.streams.length > 0 && <StreamsCard connectionId={connection.id} />}
      {tellsRecordings && connection.state !== 'removed' && (
        <div className="grid gap-4 lg:grid-cols-2">
          <BackfillsCard connection={connection} />
          <ComparisonsCard
            connectionId={connection.id}
            rebuilds={connector.rebuilds}
            rebuildDueSince={rebuildDueSince}
          />
          {!connector.builtIn && <MatterTagsCard connection={connection} />}
        </div>
      )}
    </>
  );
}

function Moves({ connection }: { readonly connection: ConnectionDetail }) {
  const [removing, setRemoving] = useState(false);
  const { id, state, mandatory } = connection;
  const move = useConnectionAct(id, state === 'draft' ? 'go-live' : state === 'live' ? 'pause' : 'resume');
  if (state === 'removed') return null;
  const label = state === 'draft' ? t('Go live') : state === 'live' ? t('Pause') : t('Resume');
  return (
    <>
      {move.isError && <ProblemNotice error={move.error} title={t('It stays as it is')} />}
      <ActButton
        act="connection.manage"
        tone={state === 'live' ? 'plain' : 'primary'}
        data-testid="move-connection"
        onClick={() => {
          if (!move.isPending) move.mutate(undefined);
        }}
      >
        {state === 'live' ? <Pause aria-hidden /> : <Play aria-hidden />} {label}
      </ActButton>
      {!mandatory && (
        <ActButton
          act="connection.manage"
          tone="quiet"
          onClick={() => {
            setRemoving(true);
          }}
        >
          <Trash2 aria-hidden /> {t('Remove')}
        </ActButton>
      )}
      {removing && (
        <RemoveDialog
          connection={connection}
          onClose={() => {
            setRemoving(false);
          }}
        />
      )}
    </>
  );
}
