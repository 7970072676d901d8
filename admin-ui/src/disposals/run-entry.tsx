import { Link } from '@tanstack/react-router';
import type { DisposalRun } from '../../../hub/api/schemas/disposal.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, plural, t } from '../i18n/t.ts';
import { RUN_STATES } from './disposal-words.ts';
import { SampleProof } from './sample-proof.tsx';

interface RunEntryProps {
  readonly run: DisposalRun;
  /** Whether all of it is shown at once. */
  readonly open?: boolean;
}

/** One run: how many, by which rules and classes, why it waits and for whom, and the sample with its proof. */
export function RunEntry({ run, open = false }: RunEntryProps) {
  const { id, state, openedAt, reason, resumeAt, endedAt, approvalId } = run;
  return (
    <li className="grid gap-1.5 px-4 py-3 text-sm" data-testid="disposal-run">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={RUN_STATES[state].tone}>{RUN_STATES[state].label}</Badge>
        <Link to="/disposals/runs/$id" params={{ id }} className="text-accent underline underline-offset-2">
          <Timestamp instant={openedAt} exact />
        </Link>
        <span>{countsInWords(run)}</span>
        {approvalId !== null && (
          <Button asChild size="small" className="ml-auto">
            <Link to="/approvals/$id" params={{ id: approvalId }} data-testid="to-approval">
              {t('See the approval')}
            </Link>
          </Button>
        )}
      </div>
      {reason !== null && <p className="max-w-prose break-words">{reason}</p>}
      {state === 'waiting' && (
        <p className="text-quiet">
          {t('Nothing is disposed of until somebody else agrees: the question is among the approvals.')}
        </p>
      )}
      {state === 'refused' && resumeAt !== null && endedAt === null && (
        <p className="text-quiet">
          <Rich
            text="Nothing is disposed of before <at/>; then it is asked about anew."
            parts={{ at: <Timestamp instant={resumeAt} /> }}
          />
        </p>
      )}
      <details open={open}>
        <summary className="py-1 text-xs text-quiet">{t('Rules and sample')}</summary>
        <Figures run={run} />
        <SampleProof sample={run.sample} withheld={run.sampleWithheld} />
      </details>
    </li>
  );
}

function countsInWords({ due, dueExact, claimed, kept }: DisposalRun): string {
  const values = { claimed: number(claimed), kept: number(kept) };
  return dueExact
    ? plural(
        due,
        {
          one: '{{count}} recording to go, {{claimed}} claimed, {{kept}} kept',
          other: '{{count}} recordings to go, {{claimed}} claimed, {{kept}} kept',
        },
        values,
      )
    : plural(
        due,
        {
          one: 'At least {{count}} recording to go, {{claimed}} claimed, {{kept}} kept',
          other: 'At least {{count}} recordings to go, {{claimed}} claimed, {{kept}} kept',
        },
        values,
      );
}

/** By which rules, and for each class how many beside what is usual. */
function Figures({ run: { rules, classes } }: { readonly run: DisposalRun }) {
  return (
    <div className="mb-2 grid gap-4 sm:grid-cols-2">
      <ul className="grid content-start gap-0.5">
        {rules.map(({ rule, recordings }) => (
          <li key={rule} className="flex justify-between gap-4">
            <span className="min-w-0 break-words">{rule}</span>
            <span className="tabular-nums">{number(recordings)}</span>
          </li>
        ))}
      </ul>
      <ul className="grid content-start gap-0.5">
        {classes.map(({ retentionClass, due, today, history }) => (
          <li key={retentionClass} className="break-words">
            {t('{{name}}: {{due}} due, {{today}} before today, at most {{most}} a day so far', {
              name: retentionClass,
              due: number(due),
              today: number(today),
              most: number(Math.max(0, ...history)),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}
