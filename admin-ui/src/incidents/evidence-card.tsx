import { Link } from '@tanstack/react-router';
import { Snowflake } from 'lucide-react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** What was frozen: the ledger's range under its root, and the recordings under a matter of their own. */
export function EvidenceCard({ entry: { evidence } }: { readonly entry: IncidentDetail }) {
  const { recordings, withheld, ledger, frozenAt, matterId } = evidence;
  return (
    <Card title={t('Evidence')} icon={<Snowflake />} hint={t('Nothing of it can be disposed of')}>
      <div className="grid gap-2 text-sm">
        <p className={frozenAt === null ? 'text-quiet' : undefined}>
          {frozenAt === null ? (
            t('It is being frozen.')
          ) : (
            <Rich text="Frozen <at/>." parts={{ at: <Timestamp instant={frozenAt} exact /> }} />
          )}
        </p>
        {ledger !== null && (
          <p>
            <Rich
              text="Leaves {{from}} to {{to}} of the ledger, under the root <root/>"
              values={{ from: ledger.from, to: Math.max(ledger.from, ledger.to - 1) }}
              parts={{ root: <code className="text-xs break-all">{ledger.root}</code> }}
            />
          </p>
        )}
        {recordings.length + withheld === 0 ? (
          <p className="text-quiet">{t('No recordings are named.')}</p>
        ) : (
          <>
            <RecordingLinks ids={recordings} withheld={withheld} first={10} />
            <p className="text-quiet">
              {t('Held under a matter of this incident, until that is released.')}
              {matterId !== null && (
                <>
                  {' '}
                  <Link to="/matters/$id" params={{ id: matterId }} className="text-accent underline">
                    {t('Open the matter')}
                  </Link>
                </>
              )}
            </p>
          </>
        )}
      </div>
    </Card>
  );
}
