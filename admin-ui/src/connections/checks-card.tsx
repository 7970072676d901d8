import { CircleCheck, CircleDashed, CircleX, ListChecks, TriangleAlert } from 'lucide-react';
import { useConnectionAct, type ConnectionDetail } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { Sentence } from '../components/sentence.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';

const LOOKS = {
  ok: { icon: CircleCheck, className: 'text-good', label: t('passed') },
  warn: { icon: TriangleAlert, className: 'text-warn', label: t('warns') },
  fail: { icon: CircleX, className: 'text-bad', label: t('failed') },
} as const;

/** The named checks, each with what it found and what to do. */
export function ChecksCard({ connection }: { readonly connection: ConnectionDetail }) {
  const run = useConnectionAct(connection.id, 'check');
  const { state, checks } = connection;
  if (checks.length === 0) return null;
  return (
    <Card
      title={t('Checks')}
      icon={<ListChecks />}
      hint={
        state === 'draft' ? t('The required ones have to pass before it goes live') : t('As they last ran')
      }
      actions={
        state !== 'removed' && (
          <ActButton
            act="connection.manage"
            size="small"
            data-testid="run-checks"
            onClick={() => {
              if (!run.isPending) run.mutate({});
            }}
          >
            {run.isPending ? t('Running…') : t('Run the checks')}
          </ActButton>
        )
      }
    >
      <div className="grid gap-3">
        {run.isError && <ProblemNotice error={run.error} title={t('The checks could not be run')} />}
        <ul className="grid gap-2 text-sm" aria-busy={run.isPending}>
          {checks.map((check) => (
            <Check key={check.id} check={check} />
          ))}
        </ul>
      </div>
    </Card>
  );
}

function Check({ check }: { readonly check: ConnectionDetail['checks'][number] }) {
  const { status, title, severity, detail, fix, ranAt, current } = check;
  const {
    icon: Icon,
    className,
    label,
  } = status === null
    ? { icon: CircleDashed, className: 'text-quiet', label: t('never ran') }
    : LOOKS[status];
  return (
    <li className="flex items-start gap-2" data-testid={`check-${check.id}`} data-status={status ?? 'none'}>
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${className}`} />
      <span className="min-w-0">
        <span className="font-medium">{fromHub(title)}</span>
        <span className="sr-only"> {label}</span>
        {severity === 'advised' && <Badge className="ml-2">{t('Advised')}</Badge>}
        {status !== null && !current && (
          <Badge tone="warn" className="ml-2" title={t('It ran more than an hour ago, or before a change.')}>
            {t('Run again')}
          </Badge>
        )}
        <span className="block break-words text-quiet">
          {detail === null ? t('It never ran.') : <Sentence text={detail} />}
          {ranAt !== null && (
            <>
              {' '}
              · <Timestamp instant={ranAt} />
            </>
          )}
        </span>
        {fix !== null && status !== 'ok' && (
          <span className="block break-words">
            <Sentence text={fix} />
          </span>
        )}
      </span>
    </li>
  );
}
