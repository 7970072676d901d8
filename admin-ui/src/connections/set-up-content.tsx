import { useConnectionHealth } from '../api/connections.ts';
import { t } from '../i18n/t.ts';
import { ChecksCard } from './checks-card.tsx';
import { ConfigCard } from './config-card.tsx';
import { DryRunCard } from './dry-run-card.tsx';
import { GoLiveCard } from './go-live-card.tsx';
import { MappingCard } from './mapping-card.tsx';
import type { SetUpProps, SetUpStep } from './set-up-steps.ts';

const ABOUT: Readonly<Record<SetUpStep, string>> = {
  'sign-in': t('Where the system is, and who Holdfast is there. Nothing is sent by a draft.'),
  checks: t('Each check asks one thing of the other side and says what to do where it fails.'),
  map: t('Which fields over there are filled, and from what. What the rows give is shown as you type.'),
  try: t('What would be done with the newest records, call by call. Nothing is written.'),
  live: t('From now on the system is told of every change. It can be paused at any time.'),
};

/** What one step is about, and its work. */
export function SetUpContent({ connection, connector, step }: SetUpProps) {
  return (
    <>
      <p className="text-sm text-quiet">{ABOUT[step]}</p>
      <Work connection={connection} connector={connector} step={step} />
    </>
  );
}

function Work({ connection, connector, step }: SetUpProps) {
  const token = useConnectionHealth(connection.id).data?.token ?? null;
  switch (step) {
    case 'sign-in':
      return <ConfigCard connection={connection} connector={connector} token={token} />;
    case 'checks':
      return <ChecksCard connection={connection} />;
    case 'map':
      return connector.operations
        .filter(({ mapped }) => mapped)
        .map((operation) => <MappingCard key={operation.id} connection={connection} operation={operation} />);
    case 'try':
      return <DryRunCard connection={connection} operations={connector.operations} />;
    case 'live':
      return <GoLiveCard connection={connection} connector={connector} />;
  }
}
