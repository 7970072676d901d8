import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import { useConnectors, type ConnectionDetail, type Connector } from '../api/connections.ts';
import { PageHeader } from '../components/page-header.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ConnectionBadge, OneConnection } from './one-connection.tsx';
import { SetUpContent } from './set-up-content.tsx';
import { SetUpProgress } from './set-up-progress.tsx';
import { setUpStepOf, stepsOf } from './set-up-steps.ts';

const route = getRouteApi('/signed-in/connections/$id/set-up/$step');

/** The set-up of a draft, step by step. What was done stands in the draft, so that anybody can go on from any step. */
export function SetUpPage() {
  const { id } = route.useParams();
  return <OneConnection id={id}>{(connection) => <Shown connection={connection} />}</OneConnection>;
}

function Shown({ connection }: { readonly connection: ConnectionDetail }) {
  const connector = useConnectors().data?.items.find(({ id }) => id === connection.connector);
  return (
    <>
      <PageHeader title={t('Set up {{name}}', { name: connection.name })}>
        <ConnectionBadge state={connection.state} />
        <Button asChild size="small" tone="quiet">
          <Link to="/connections/$id" params={{ id: connection.id }}>
            {t('Everything on one page')}
          </Link>
        </Button>
      </PageHeader>
      {connector === undefined ? (
        <Skeleton className="h-64 rounded-lg" />
      ) : (
        <Steps connection={connection} connector={connector} />
      )}
    </>
  );
}

function Steps({
  connection,
  connector,
}: {
  readonly connection: ConnectionDetail;
  readonly connector: Connector;
}) {
  const step = setUpStepOf(route.useParams().step);
  const steps = stepsOf(connector);
  const at = steps.indexOf(step);
  const [before, after] = [steps[at - 1], steps[at + 1]];
  return (
    <>
      <SetUpProgress connection={connection} connector={connector} step={step} />
      <SetUpContent connection={connection} connector={connector} step={step} />
      <div className="flex flex-wrap justify-between gap-2">
        {before === undefined ? (
          <span />
        ) : (
          <Button asChild>
            <Link to="/connections/$id/set-up/$step" params={{ id: connection.id, step: before }}>
              <ArrowLeft aria-hidden /> {t('Back')}
            </Link>
          </Button>
        )}
        {after !== undefined && (
          <Button asChild tone="primary" data-testid="next-step">
            <Link to="/connections/$id/set-up/$step" params={{ id: connection.id, step: after }}>
              {t('Next step')} <ArrowRight aria-hidden />
            </Link>
          </Button>
        )}
      </div>
    </>
  );
}
