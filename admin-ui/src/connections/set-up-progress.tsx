import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { cn } from '../components/cn.ts';
import { t } from '../i18n/t.ts';
import { isStepDone, stepsOf, type SetUpProps, type SetUpStep } from './set-up-steps.ts';

const NAMES: Readonly<Record<SetUpStep, string>> = {
  'sign-in': t('Sign in'),
  checks: t('Check'),
  map: t('Map'),
  try: t('Dry run'),
  live: t('Go live'),
};

/** Where the set-up stands; every step can be gone to, in any order. */
export function SetUpProgress({ connection, connector, step }: SetUpProps) {
  return (
    <nav aria-label={t('Steps of the set-up')}>
      <ol className="flex flex-wrap gap-2">
        <li>
          <Mark done number={1} name={t('Choose: {{title}}', { title: connector.title })} />
        </li>
        {stepsOf(connector).map((one, at) => (
          <li key={one}>
            <Link
              to="/connections/$id/set-up/$step"
              params={{ id: connection.id, step: one }}
              aria-current={one === step ? 'step' : undefined}
              className="block rounded-md hover:bg-sunken"
              data-testid={`step-${one}`}
            >
              <Mark
                number={at + 2}
                name={NAMES[one]}
                done={isStepDone(one, connection, connector)}
                current={one === step}
              />
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Mark({
  number,
  name,
  done,
  current = false,
}: {
  readonly number: number;
  readonly name: string;
  readonly done: boolean;
  readonly current?: boolean;
}) {
  return (
    <span
      className={cn(
        'flex items-center gap-2 rounded-md border px-2.5 py-1.5 text-sm',
        current ? 'border-accent bg-accent-soft font-semibold text-accent' : 'border-line',
      )}
    >
      <span
        aria-hidden
        className={cn(
          'grid size-5 place-items-center rounded-full text-xs tabular-nums',
          done ? 'bg-good-soft text-good' : 'bg-sunken text-quiet',
        )}
      >
        {done ? <Check className="size-3.5" /> : number}
      </span>
      {name}
      {done && <span className="sr-only"> {t('done')}</span>}
    </span>
  );
}
