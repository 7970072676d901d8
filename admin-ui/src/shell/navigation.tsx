import { Link } from '@tanstack/react-router';
import { AudioLines, RadioTower, Scale } from 'lucide-react';
import { cn } from '../components/cn.ts';

/** Every screen that the navigation leads to, in its order. */
const SCREENS = [
  { to: '/recordings', label: 'Recordings', icon: AudioLines },
  { to: '/live', label: 'Live calls', icon: RadioTower },
  { to: '/holds', label: 'Holds', icon: Scale },
] as const;

/** Links to the screens: a column at the left, a row at the top on a phone. */
export function Navigation({ className }: { readonly className?: string }) {
  return (
    <nav aria-label="Main" className={className}>
      <ul className="flex gap-1 md:flex-col">
        {SCREENS.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ includeSearch: false }}
              className={cn(
                'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-quiet transition-colors',
                'hover:bg-sunken hover:text-ink',
                'aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent',
              )}
            >
              <Icon aria-hidden className="size-4" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
