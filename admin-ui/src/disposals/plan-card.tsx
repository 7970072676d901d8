import { useState } from 'react';
import { CalendarClock } from 'lucide-react';
import type { DisposalPlan } from '../../../hub/api/schemas/disposal.ts';
import { useDisposalPlan } from '../api/disposals.ts';
import { useSession } from '../api/session.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { refusal, useMay } from '../session/use-may.ts';
import { SampleProof } from './sample-proof.tsx';

const HORIZONS = [
  { value: '0', label: 'Now' },
  { value: '7', label: 'In the next 7 days' },
  { value: '30', label: 'In the next 30 days' },
  { value: '365', label: 'In the next year' },
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
      title="What will go"
      icon={<CalendarClock />}
      hint="A dry run: decided as if it were that day, nothing is changed."
      actions={may && <Select label="Until when" value={days} options={HORIZONS} onValue={setDays} />}
    >
      {!may && <p className="text-sm text-quiet">{refusal(user.role, 'disposal.plan')}</p>}
      {error !== null && (
        <ProblemNotice error={error} title="The plan could not be made" onRetry={() => void refetch()} />
      )}
      {isFetching && <Skeleton className="h-24 rounded-lg" />}
      {data !== undefined && !isFetching && <Plan plan={data} />}
    </Card>
  );
}

function Plan({ plan }: { readonly plan: DisposalPlan }) {
  const { dispose, review, kept, complete, days, rules, sample } = plan;
  return (
    <div className="grid gap-3 text-sm" data-testid="disposal-plan">
      <p>
        {complete ? '' : 'At least '}
        <strong>{dispose}</strong> would be disposed of, {review} after a person has looked, {kept} are due
        and stay.
      </p>
      {dispose + review > 0 && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Counts title="By day" rows={days.map(({ day, recordings }) => [day, recordings])} />
          <Counts title="By rule" rows={rules.map(({ rule, recordings }) => [rule, recordings])} />
        </div>
      )}
      {sample.length > 0 && (
        <details>
          <summary className="py-1 text-xs text-quiet">Sample and proof</summary>
          <SampleProof sample={sample} />
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
            <span className="tabular-nums">{count}</span>
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && <p className="text-xs text-quiet">and {rows.length - SHOWN} more</p>}
    </div>
  );
}
