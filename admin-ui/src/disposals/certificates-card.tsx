import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useCertificates } from '../api/disposals.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { shortId } from '../format/short-id.ts';
import { t } from '../i18n/t.ts';

/** What has gone, each with its certificate. */
export function CertificatesCard() {
  const { data, error, refetch } = useCertificates();
  return (
    <Card title={t('Certificates')} icon={<ScrollText />} hint={t('The newest 200.')}>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The certificates could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {data?.items.length === 0 && data.withheld === 0 && (
        <p className="text-sm text-quiet">
          {t(
            'No disposal has ended yet. Each one ends with a certificate: by which rules, what was checked, and what every connected system answered.',
          )}
        </p>
      )}
      <ul className="grid gap-2">
        {data?.items.map(({ recordingId, disposedAt, rules, approvedBy, completedAt }) => (
          <li key={recordingId} className="flex flex-wrap items-baseline gap-x-4 text-sm">
            <Link
              to="/disposals/certificates/$id"
              params={{ id: recordingId }}
              data-testid="certificate-link"
              title={t('Certificate of {{id}}', { id: recordingId })}
              className="text-accent tabular-nums underline underline-offset-2"
            >
              {shortId(recordingId)}
            </Link>
            <Timestamp instant={disposedAt} exact />
            <span className="min-w-0 break-words text-quiet">{rules.join(', ')}</span>
            {approvedBy.length > 0 && (
              <span>{t('Agreed by {{names}}', { names: approvedBy.join(', ') })}</span>
            )}
            {completedAt !== null && (
              <span className="text-quiet">{t('Backups open nothing of it any more')}</span>
            )}
          </li>
        ))}
      </ul>
      {data !== undefined && <RecordingLinks ids={[]} first={0} withheld={data.withheld} />}
    </Card>
  );
}
