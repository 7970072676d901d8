import { useState } from 'react';
import { Link, useNavigate } from '@tanstack/react-router';
import { GitCompareArrows, Undo2 } from 'lucide-react';
import type {
  ConfigurationDiff,
  ConfigurationEntry,
  FieldChange,
} from '../../../../hub/api/schemas/configuration.ts';
import { useConfiguration, useConfigurationDiff, type ComparedVersion } from '../../api/configuration.ts';
import { cn } from '../../components/cn.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Timestamp } from '../../components/timestamp.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { Select } from '../../components/ui/select.tsx';
import { plural, t } from '../../i18n/t.ts';
import { ActButton } from '../../session/act-button.tsx';
import { shownValue, titleOf } from './configuration-words.ts';
import { lineDiff } from './line-diff.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { noWayBackInWords, restorePlan } from './restore-plan.ts';

/** One version against another of the same thing, field by field, and the way back to it. */
export function DiffCard({ compared }: { readonly compared: ComparedVersion }) {
  const { data, isPending, error, refetch } = useConfigurationDiff(compared);
  return (
    <Card
      title={data === undefined ? t('What changed') : titleOf(data.to)}
      icon={<GitCompareArrows />}
      actions={
        <Button asChild size="small">
          <Link to="/configuration" search={{ kind: compared.kind, object: compared.objectId }}>
            {t('All versions of it')}
          </Link>
        </Button>
      }
    >
      {isPending && <Skeleton className="h-24" />}
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The versions could not be compared')}
          onRetry={() => void refetch()}
        />
      )}
      {data !== undefined && <Difference diff={data} />}
    </Card>
  );
}

function Difference({ diff }: { readonly diff: ConfigurationDiff }) {
  const [restoring, setRestoring] = useState(false);
  const { to, from, changes, more, content } = diff;
  const plan = restorePlan(to, content);
  const noWay = plan === undefined ? noWayBackInWords(to) : undefined;
  return (
    <div className="grid gap-3 text-sm" data-testid="configuration-diff">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span className="text-quiet">
          {to.by ?? t('Holdfast, or not known')}, <Timestamp instant={to.at} exact />
        </span>
        <Against to={to} from={from} />
        {plan !== undefined && (
          <ActButton
            act={plan.act}
            size="small"
            className="ml-auto"
            data-testid="restore-version"
            onClick={() => {
              setRestoring(true);
            }}
          >
            <Undo2 aria-hidden /> {t('Go back to this version…')}
          </ActButton>
        )}
      </div>
      {noWay !== undefined && <p className="text-quiet">{noWay}</p>}
      {changes.length === 0 && <p className="text-quiet">{t('Nothing differs.')}</p>}
      <Changes changes={changes} />
      {more > 0 && (
        <p className="text-quiet">
          {plural(more, {
            one: '{{count}} more change is not listed.',
            other: '{{count}} more changes are not listed.',
          })}
        </p>
      )}
      {restoring && plan !== undefined && (
        <RestoreDialog
          entry={to}
          plan={plan}
          onClose={() => {
            setRestoring(false);
          }}
        />
      )}
    </div>
  );
}

/** Which version it is held against; the one before, unless another is chosen. */
function Against({
  to,
  from,
}: {
  readonly to: ConfigurationEntry;
  readonly from: ConfigurationEntry | null;
}) {
  const { kind, objectId } = to;
  const others = useConfiguration({ kind, objectId }).data?.pages.flatMap(({ items }) => items) ?? [];
  const navigate = useNavigate();
  if (from === null) return <span className="text-quiet">{t('the first version')}</span>;
  const choices = others.filter(({ version }) => version !== to.version);
  return (
    <span className="flex items-center gap-2 text-quiet">
      {t('against')}
      <Select
        label={t('Against which version')}
        value={from.version}
        options={(choices.length === 0 ? [from] : choices).map(({ version, label }) => ({
          value: version,
          label: t('Version {{version}}', { version: label }),
        }))}
        onValue={(version) => {
          void navigate({
            to: '/configuration',
            search: { kind, object: objectId, version: to.version, from: version },
          });
        }}
      />
    </span>
  );
}

function Changes({ changes }: { readonly changes: readonly FieldChange[] }) {
  return (
    <ul className="grid gap-3">
      {changes.map((change) => (
        <li key={change.path} className="min-w-0">
          <h3 className="mb-1 font-mono text-xs font-medium break-all">
            {change.path === '' ? '.' : change.path}
          </h3>
          {change.secret === true ? (
            <p className="text-quiet">{t('A secret was changed; its values are not kept.')}</p>
          ) : (
            <Lines change={change} />
          )}
        </li>
      ))}
    </ul>
  );
}

const LOOKS = {
  same: { mark: ' ', className: 'text-quiet' },
  removed: { mark: '−', className: 'bg-bad-soft text-bad' },
  added: { mark: '+', className: 'bg-good-soft text-good' },
} as const;

function Lines({ change: { path, before, after } }: { readonly change: FieldChange }) {
  return (
    <pre
      tabIndex={0}
      aria-label={t('Change of {{field}}', { field: path })}
      className="max-h-96 overflow-auto rounded-md border border-line bg-ground py-1 font-mono text-xs"
    >
      {lineDiff(shownValue(before), shownValue(after)).map(({ kind, text }, at) => (
        <span
          key={`${String(at)} ${text}`}
          className={cn('block px-2 break-words whitespace-pre-wrap', LOOKS[kind].className)}
        >
          {LOOKS[kind].mark} {text}
        </span>
      ))}
    </pre>
  );
}
