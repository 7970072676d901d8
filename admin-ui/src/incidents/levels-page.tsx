import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Megaphone } from 'lucide-react';
import type { IncidentLevelsBody, StandingLevels } from '../../../hub/api/schemas/incident-levels.ts';
import { useIncidentLevels, useSetIncidentLevels } from '../api/incident-levels.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { SEVERITIES, afterInWords, calledAtLevel } from './incident-words.ts';
import { LevelsDialog } from './levels-dialog.tsx';

type Severity = keyof IncidentLevelsBody;
/** The worst first. */
const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Who is called about an incident that nobody takes on, level by level and for each severity. */
export function LevelsPage() {
  const [changing, setChanging] = useState<Severity>();
  const { data, isPending, error, refetch } = useIncidentLevels();
  const [resetting, setResetting] = useState(false);
  return (
    <>
      <PageHeader title={t('Who is called')}>
        <Link to="/incidents" className="text-sm text-accent hover:underline">
          {t('All incidents')}
        </Link>
        <Link
          to="/configuration"
          search={{ kind: 'incident-levels', object: 'levels' }}
          className="text-sm text-accent hover:underline"
        >
          {t('Versions')}
        </Link>
        {data?.own === true && (
          <ActButton
            act="incident.manage"
            onClick={() => {
              setResetting(true);
            }}
          >
            {t('Back to the usual levels…')}
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
            // Somebody else may have changed them meanwhile.
            void refetch();
          }}
        />
      )}
      {data !== undefined && resetting && (
        <ResetDialog
          standing={data}
          onClose={() => {
            setResetting(false);
            void refetch();
          }}
        />
      )}
    </>
  );
}

/** Asks why the tenant's own levels go, all of them. */
function ResetDialog({
  standing,
  onClose,
}: {
  readonly standing: StandingLevels;
  readonly onClose: () => void;
}) {
  const [{ version }] = useState(standing);
  const reset = useSetIncidentLevels();
  return (
    <ReasonDialog
      title={t('Back to the usual levels?')}
      description={t('Your own levels of every severity are dropped. The ledger keeps before and after.')}
      act={t('Drop our levels')}
      failed={t('Nothing was changed')}
      testId="confirm-reset-levels"
      pending={reset.isPending}
      error={reset.error}
      onReason={(reason) => {
        reset.mutate({ levels: null, version, reason }, { onSuccess: onClose });
      }}
      onClose={onClose}
    />
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
