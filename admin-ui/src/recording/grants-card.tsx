import { Link } from '@tanstack/react-router';
import { Timer } from 'lucide-react';
import { useLineage } from '../api/lineage.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** Who may use the recording now by a right that ends; nothing for readers who may not see grants. */
export function GrantsCard({ recordingId }: { readonly recordingId: string }) {
  const grants = useLineage(recordingId).data?.grants ?? null;
  if (grants === null) return null;
  return (
    <Card
      title={t('Rights that reach it')}
      icon={<Timer />}
      hint={t('On top of what roles allow; each ends by itself.')}
    >
      {grants.length === 0 && <p className="text-sm text-quiet">{t('No grant reaches it at the moment.')}</p>}
      <ul className="grid gap-2 text-sm" data-testid="reaching-grants">
        {grants.map(({ id, kind, to, acts, purpose, untilAt }) => (
          <li key={id} className="grid gap-0.5">
            <span className="flex flex-wrap items-center gap-2">
              <Link
                to="/grants/$id"
                params={{ id }}
                className="font-medium break-words text-accent underline underline-offset-2"
              >
                {to}
              </Link>
              {kind === 'break-glass' && <Badge tone="warn">{t('Emergency')}</Badge>}
            </span>
            <span className="text-xs text-quiet">
              <Rich
                text="{{acts}}, for {{purpose}}, until <at/>"
                values={{ acts: acts.map((act) => codeInWords(act)).join(', '), purpose }}
                parts={{ at: <Timestamp instant={untilAt} /> }}
              />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
