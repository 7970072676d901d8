import { Link } from '@tanstack/react-router';
import { Scale } from 'lucide-react';
import { useApprovals } from '../api/approvals.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';

/** Recordings about which the laws of several places contradict each other, until a person has decided. */
export function ConflictsCard() {
  const { data } = useApprovals(useMay('approval.read'));
  const open = data?.items.filter(({ kind, state }) => kind === 'consent-conflict' && state === 'open') ?? [];
  if (open.length === 0) return null;
  return (
    <Card
      title={t('Conflicts of laws that wait for a decision')}
      icon={<Scale />}
      hint={t('Locked until then; without an answer they are not kept')}
    >
      <ul className="grid gap-2 text-sm">
        {open.map(({ id, summary, dueAt }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-3">
            <Link
              to="/approvals/$id"
              params={{ id }}
              className="min-w-0 grow break-words text-accent underline underline-offset-2"
            >
              {summary}
            </Link>
            <span className="text-quiet">
              <Rich text="decide until <at/>" parts={{ at: <Timestamp instant={dueAt} /> }} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
