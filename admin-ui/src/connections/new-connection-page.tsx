import { getRouteApi, Link } from '@tanstack/react-router';
import { useConnectors, type Connector } from '../api/connections.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { codeInWords } from '../format/words.ts';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import { NewConnectionForm } from './new-connection-form.tsx';

const route = getRouteApi('/signed-in/connections/new');

/** Choose a system, say where it is, give the credential; the draft that is made of it then has steps of its own. */
export function NewConnectionPage() {
  const { connector: wanted } = route.useSearch();
  const { data, isPending, error, refetch } = useConnectors();
  const known = (data?.items ?? []).filter(({ builtIn }) => !builtIn);
  const chosen = known.find(({ id }) => id === wanted);
  return (
    <>
      <PageHeader
        title={
          chosen === undefined
            ? t('Connect a system')
            : t('Connect {{title}}', { title: fromHub(chosen.title) })
        }
      />
      {isPending && <Skeleton className="h-64 rounded-lg" />}
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The systems could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {chosen === undefined ? (
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {known.map((connector) => (
            <li key={connector.id}>
              <Choice connector={connector} />
            </li>
          ))}
        </ul>
      ) : (
        <NewConnectionForm key={chosen.id} connector={chosen} />
      )}
    </>
  );
}

function Choice({ connector }: { readonly connector: Connector }) {
  const { title, description, support, operations, id } = connector;
  return (
    <Link
      to="/connections/new"
      search={{ connector: id }}
      data-testid={`connector-${id}`}
      className="grid h-full w-full content-start gap-2 rounded-lg border border-line bg-surface p-4 text-left hover:border-line-strong hover:bg-sunken/50"
    >
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{fromHub(title)}</span>
        <Badge tone={support === 'core' ? 'good' : 'neutral'}>{codeInWords(support)}</Badge>
      </span>
      <span className="text-sm text-quiet">{fromHub(description)}</span>
      <span className="text-xs text-quiet">
        {operations.map((operation) => fromHub(operation.title)).join(' · ')}
      </span>
    </Link>
  );
}
