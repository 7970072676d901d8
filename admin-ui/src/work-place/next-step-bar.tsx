import { ArrowRight, CheckCircle2, Hourglass } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../components/cn.ts';

/** Whether somebody has to act, something runs by itself, or all is over. */
export type StepTone = 'act' | 'waits' | 'over';

const LOOKS = {
  act: { icon: ArrowRight, box: 'border-warn/40 bg-warn-soft', mark: 'text-warn' },
  waits: { icon: Hourglass, box: 'border-info/30 bg-info-soft', mark: 'text-info' },
  over: { icon: CheckCircle2, box: 'border-line bg-surface', mark: 'text-quiet' },
} as const;

interface NextStepBarProps {
  readonly tone: StepTone;
  /** What has to happen, or what is waited for, in one sentence. */
  readonly title: string;
  /** Why it waits, for whom, and until when. */
  readonly children?: ReactNode;
  /** The acts that do it. */
  readonly actions?: ReactNode;
  /** Many acts stand below the words, in a row of their own. */
  readonly stacked?: boolean;
}

/** The next step of a thing: always there, at the top, with why it waits and whom for. */
export function NextStepBar({ tone, title, children, actions, stacked = false }: NextStepBarProps) {
  const { icon: Icon, box, mark } = LOOKS[tone];
  return (
    <div
      data-testid="next-step"
      className={cn('flex flex-wrap items-center gap-x-3 gap-y-3 rounded-lg border p-4 text-sm', box)}
    >
      <Icon aria-hidden className={cn('size-5 shrink-0 self-start', mark)} />
      <div className="min-w-0 grow basis-72">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="mt-0.5 grid gap-0.5 text-ink/85">{children}</div>}
      </div>
      {actions !== undefined && (
        <div className={cn('flex flex-wrap gap-2', stacked && 'basis-full pl-8')}>{actions}</div>
      )}
    </div>
  );
}
