import { Link } from '@tanstack/react-router';
import { useWaitingApprovals } from '../api/approvals.ts';
import {
  Bot,
  FileSearch,
  MonitorSmartphone,
  Flame,
  Fingerprint,
  AudioLines,
  Cable,
  BookOpenText,
  CircleHelp,
  KeyRound,
  Handshake,
  ClipboardCheck,
  UserSearch,
  UserCheck,
  Users,
  PackageOpen,
  RadioTower,
  Scale,
  Send,
  ScrollText,
  Siren,
  Timer,
  Webhook,
} from 'lucide-react';
import { cn } from '../components/cn.ts';

/** Every screen that the navigation leads to, in its order. */
const SCREENS = [
  { to: '/recordings', label: 'Recordings', icon: AudioLines },
  { to: '/live', label: 'Live calls', icon: RadioTower },
  { to: '/matters', label: 'Matters', icon: Scale },
  { to: '/consent', label: 'Consent', icon: Handshake },
  { to: '/exports', label: 'Exports', icon: PackageOpen },
  { to: '/requests', label: 'Requests', icon: UserSearch },
  { to: '/incidents', label: 'Incidents', icon: Siren },
  { to: '/approvals', label: 'Approvals', icon: UserCheck },
  { to: '/people', label: 'People', icon: Users },
  { to: '/reports', label: 'Reports', icon: ClipboardCheck },
  { to: '/disposals', label: 'Disposals', icon: Flame },
  { to: '/policy', label: 'Policy', icon: BookOpenText },
  { to: '/grants', label: 'Grants', icon: Timer },
  { to: '/identity-providers', label: 'Identity providers', icon: Fingerprint },
  { to: '/access-policies', label: 'Access policies', icon: KeyRound },
  { to: '/why', label: "Why can't I", icon: CircleHelp },
  { to: '/sessions', label: 'Sessions', icon: MonitorSmartphone },
  { to: '/service-tokens', label: 'Service tokens', icon: Bot },
  { to: '/connections', label: 'Connections', icon: Cable },
  { to: '/deliveries', label: 'Deliveries', icon: Send },
  { to: '/webhooks', label: 'Webhooks', icon: Webhook },
  { to: '/access-log', label: 'Access log', icon: FileSearch },
  { to: '/audit', label: 'Audit', icon: ScrollText },
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
              {to === '/approvals' && <WaitingCount />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
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
      <span className="sr-only"> waiting for you</span>
    </span>
  );
}
