import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Megaphone } from 'lucide-react';
import type { IncidentLevelsBody, StandingLevels } from '../../../hub/api/schemas/incident-levels.ts';
import { useIncidentLevels, useSetIncidentLevels } from '../api/incident-levels.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { SEVERITIES, afterInWords, calledAtLevel } from './incident-words.ts';
import { LevelsDialog } from './levels-dialog.tsx';

type Severity = keyof IncidentLevelsBody;
/** The worst first. */
const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
/** What the ledger says when the product's levels come back. */
const BACK = 'Back to the levels of the product.';

/** Who is called about an incident that nobody takes on, level by level and for each severity. */
export function LevelsPage() {
  const [changing, setChanging] = useState<Severity>();
  const { data, isPending, error, refetch } = useIncidentLevels();
  const reset = useSetIncidentLevels();
  return (
    <>
      <PageHeader title={t('Who is called')}>
        <Link to="/incidents" className="text-sm text-accent hover:underline">
          {t('All incidents')}
        </Link>
        {data?.own === true && (
          <ActButton
            act="incident.manage"
            disabled={reset.isPending}
            onClick={() => {
              reset.mutate({ levels: null, reason: BACK });
            }}
          >
            {t('Back to the usual levels')}
          </ActButton>
        )}
      </PageHeader>
      <p className="max-w-prose text-sm text-quiet">
        {t(
          'While nobody takes an incident on, one level after the other is called, counted from its opening. People are told by mail where mail is switched on; a connection that a level names gets its ticket then, every other at the opening.',
        )}
      </p>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The levels could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {reset.isError && <ProblemNotice error={reset.error} title={t('Nothing was changed')} />}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="grid gap-4 lg:grid-cols-2">
          {ORDER.map((severity) => (
            <SeverityCard
              key={severity}
              severity={severity}
              standing={data}
              onChange={() => {
                setChanging(severity);
              }}
            />
          ))}
        </div>
      )}
      {data !== undefined && changing !== undefined && (
        <LevelsDialog
          severity={changing}
          standing={data}
          onClose={() => {
            setChanging(undefined);
          }}
        />
      )}
    </>
  );
}

interface SeverityCardProps {
  readonly severity: Severity;
  readonly standing: StandingLevels;
  readonly onChange: () => void;
}

function SeverityCard({ severity, standing, onChange }: SeverityCardProps) {
  return (
    <Card
      title={SEVERITIES[severity].label}
      icon={<Megaphone />}
      actions={
        <ActButton act="incident.manage" size="small" onClick={onChange}>
          {t('Change…')}
        </ActButton>
      }
    >
      <ol className="grid gap-1.5 text-sm">
        {standing.levels[severity].map((level) => (
          <li key={level.afterMinutes} className="grid grid-cols-[8rem_1fr] gap-x-2">
            <span className="text-quiet">{afterInWords(level.afterMinutes)}</span>
            <span className="min-w-0 wrap-anywhere">{calledAtLevel(level, standing.names)}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
