import { Link } from '@tanstack/react-router';
import { useWaitingApprovals } from '../api/approvals.ts';
import { cn } from '../components/cn.ts';
import { t } from '../i18n/t.ts';
import { HOME_SCREEN, SCREEN_GROUPS, type Screen } from './screens.ts';

/** Links to the screens, in groups. `onLeave` is told when one was followed. */
export function Navigation({
  className,
  onLeave,
}: {
  readonly className?: string;
  readonly onLeave?: () => void;
}) {
  return (
    <nav aria-label={t('Main')} className={className} onClick={onLeave}>
      <div className="flex flex-col gap-4">
        <ul>
          <ScreenLink {...HOME_SCREEN} />
        </ul>
        {SCREEN_GROUPS.map(({ title, screens }) => (
          <div key={title} role="group" aria-label={title}>
            <h2 className="px-2.5 pb-1 text-xs font-semibold tracking-wide text-quiet">{title}</h2>
            <ul className="flex flex-col gap-1">
              {screens.map((screen) => (
                <ScreenLink key={screen.to} {...screen} />
              ))}
            </ul>
          </div>
        ))}
      </div>
    </nav>
  );
}

function ScreenLink({ to, label, icon: Icon }: Screen) {
  return (
    <li>
      <Link
        to={to}
        activeOptions={{ includeSearch: false, exact: to === '/' }}
        className={cn(
          'flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-quiet transition-colors',
          'hover:bg-sunken hover:text-ink',
          'aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent',
        )}
      >
        <Icon aria-hidden className="size-4" />
        {label}
        {to === '/approvals' && <WaitingCount />}
      </Link>
    </li>
  );
}

/** How many approvals wait for the reader; nothing where none does. */
function WaitingCount() {
  const count = useWaitingApprovals().data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <span
      data-testid="waiting-approvals"
      className="ml-auto rounded-full bg-warn-soft px-1.5 text-xs font-semibold text-warn tabular-nums"
    >
      {count}
      <span className="sr-only"> {t('waiting for you')}</span>
    </span>
  );
}
