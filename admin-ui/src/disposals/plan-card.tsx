import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { CalendarClock } from 'lucide-react';
import type { DisposalPlan } from '../../../hub/api/schemas/disposal.ts';
import { useDisposalPlan } from '../api/disposals.ts';
import { useSession } from '../api/session.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, t } from '../i18n/t.ts';
import { refusal, useMay } from '../session/use-may.ts';
import { SampleProof } from './sample-proof.tsx';

const HORIZONS = [
  { value: '0', label: t('Now') },
  { value: '7', label: t('In the next 7 days') },
  { value: '30', label: t('In the next 30 days') },
  { value: '365', label: t('In the next year') },
] as const;
type Horizon = (typeof HORIZONS)[number]['value'];

/** A dry run: what would be disposed of by then, all facts unchanged. Nothing is changed by looking. */
export function PlanCard() {
  const may = useMay('disposal.plan');
  const { user } = useSession();
  const [days, setDays] = useState<Horizon>('7');
  const { data, error, isFetching, refetch } = useDisposalPlan(Number(days), may);
  return (
    <Card
      title={t('What will go')}
      icon={<CalendarClock />}
      hint={t('A dry run: decided as if it were that day, nothing is changed.')}
      actions={may && <Select label={t('Until when')} value={days} options={HORIZONS} onValue={setDays} />}
    >
      {!may && <p className="text-sm text-quiet">{refusal(user.role, 'disposal.plan')}</p>}
      {error !== null && (
        <ProblemNotice error={error} title={t('The plan could not be made')} onRetry={() => void refetch()} />
      )}
      {isFetching && <Skeleton className="h-24 rounded-lg" />}
      {data !== undefined && !isFetching && <Plan plan={data} />}
      <p className="mt-3 text-xs text-quiet">
        <Rich
          text="What would change if a hold were released or a rule were another: <l>the simulator</l>."
          parts={{ l: <Link to="/policy" className="text-accent underline underline-offset-2" /> }}
        />
      </p>
    </Card>
  );
}

function Plan({ plan }: { readonly plan: DisposalPlan }) {
  const { dispose, review, kept, complete, days, rules, sample, sampleWithheld } = plan;
  return (
    <div className="grid gap-3 text-sm" data-testid="disposal-plan">
      <p>
        <Rich
          text={
            complete
              ? '<c>{{dispose}}</c> would be disposed of, {{review}} after a person has looked, {{kept}} are due and stay.'
              : 'At least <c>{{dispose}}</c> would be disposed of, {{review}} after a person has looked, {{kept}} are due and stay.'
          }
          values={{ dispose: number(dispose), review: number(review), kept: number(kept) }}
          parts={{ c: <strong /> }}
        />
      </p>
      {dispose + review === 0 && (
        <p className="text-quiet">
          {t('Nothing would go. What a hold, a request or a rule keeps is never in this number.')}
        </p>
      )}
      {dispose + review > 0 && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Counts title={t('By day')} rows={days.map(({ day, recordings }) => [day, recordings])} />
          <Counts title={t('By rule')} rows={rules.map(({ rule, recordings }) => [rule, recordings])} />
        </div>
      )}
      {sample.length + sampleWithheld > 0 && (
        <details>
          <summary className="py-1 text-xs text-quiet">{t('Sample and proof')}</summary>
          <SampleProof sample={sample} withheld={sampleWithheld} />
        </details>
      )}
    </div>
  );
}

const SHOWN = 14;

function Counts({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (readonly [string, number])[];
}) {
  return (
    <div>
      <h3 className="text-xs font-medium text-quiet">{title}</h3>
      <ul className="mt-1 grid gap-0.5">
        {rows.slice(0, SHOWN).map(([name, count]) => (
          <li key={name} className="flex justify-between gap-4">
            <span className="min-w-0 break-words">{name}</span>
            <span className="tabular-nums">{number(count)}</span>
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && (
        <p className="text-xs text-quiet">
          {t('and {{number}} more', { number: number(rows.length - SHOWN) })}
        </p>
      )}
    </div>
  );
}
