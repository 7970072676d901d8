import { getRouteApi, Link } from '@tanstack/react-router';
import { Cable, Copy, Download, FileBadge, Scale } from 'lucide-react';
import type { CertificateDetail } from '../../../hub/api/schemas/disposal.ts';
import { useCertificate } from '../api/disposals.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { Rich } from '../i18n/rich.tsx';
import { number, t } from '../i18n/t.ts';
import { saveJson } from '../work-place/save-json.ts';
import { certificateFacts, residualInWords, type CertificateFacts } from './disposal-words.ts';

const route = getRouteApi('/signed-in/disposals/certificates/$id');

/** One certificate: what was destroyed and how, by which rules, what every system answered, which copies remain. */
export function CertificatePage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/disposals', label: t('Disposals') }}
      query={useCertificate(id)}
      failed={t('The certificate could not be loaded')}
      missing={{
        title: t('There is no such certificate'),
        why: t('The recording may not be disposed of yet, or may belong to another tenant.'),
      }}
    >
      {(certificate) => <Certificate entry={certificate} />}
    </DetailPage>
  );
}

function Certificate({ entry }: { readonly entry: CertificateDetail }) {
  const facts = certificateFacts(entry);
  return (
    <>
      <PageHeader title={t('Certificate of disposal')}>
        <Button
          size="small"
          className="ml-auto"
          data-testid="save-certificate"
          onClick={() => {
            saveJson(`holdfast-certificate-${entry.recordingId}.json`, entry);
          }}
        >
          <Download aria-hidden /> {t('Save as JSON')}
        </Button>
      </PageHeader>
      <div className="grid gap-4 lg:grid-cols-2">
        <DestroyedCard entry={entry} facts={facts} />
        <Card title={t('By which rules')} icon={<Scale />}>
          <ul className="grid gap-2 text-sm">
            {entry.rules.map(({ id, source, detail }) => (
              <li key={id} className="break-words">
                <code className="text-xs">{id}</code>
                {detail !== undefined && <span className="block">{detail}</span>}
                {source !== undefined && <span className="block text-xs text-quiet">{source}</span>}
              </li>
            ))}
          </ul>
        </Card>
        <AnswersCard facts={facts} />
        <ResidualsCard facts={facts} />
      </div>
    </>
  );
}

interface FactsProps {
  readonly facts: CertificateFacts;
}

function DestroyedCard({ entry, facts }: FactsProps & { readonly entry: CertificateDetail }) {
  return (
    <Card title={t('What was destroyed')} icon={<FileBadge />}>
      <FactList>
        <Fact name={t('Recording')}>
          <RecordingLinks ids={[entry.recordingId]} first={1} />
        </Fact>
        <Fact name={t('Disposed of')}>
          <Timestamp instant={entry.disposedAt} exact />
        </Fact>
        <Fact name={t('Parts')}>{number(facts.parts)}</Fact>
        {facts.objectsLeft !== null && <Fact name={t('Objects left')}>{number(facts.objectsLeft)}</Fact>}
        {entry.approvedBy.length > 0 && <Fact name={t('Agreed to by')}>{entry.approvedBy.join(', ')}</Fact>}
        {entry.run !== null && (
          <Fact name={t('Run')}>
            <Link
              to="/disposals/runs/$id"
              params={{ id: entry.run }}
              className="text-accent underline underline-offset-2"
            >
              {t('Open the run')}
            </Link>
          </Fact>
        )}
        <Fact name={t('Ledger')}>{t('entry {{index}}', { index: entry.ledgerIndex })}</Fact>
        <Fact name={t('Digest')}>
          <code className="text-xs break-all">{entry.digest}</code>
        </Fact>
        <Fact name={t('Beyond recovery')}>
          {entry.completion === null ? (
            t('Once the last key that backups need is gone')
          ) : (
            <Timestamp instant={entry.completion.beyondRecoveryAt} exact />
          )}
        </Fact>
      </FactList>
      <p className="mt-3 text-sm text-quiet">{facts.mechanism}</p>
    </Card>
  );
}

function AnswersCard({ facts }: FactsProps) {
  return (
    <Card title={t('What every connected system answered')} icon={<Cable />}>
      {facts.answers.length === 0 && (
        <p className="text-sm text-quiet">{t('No connected system had a copy.')}</p>
      )}
      <ul className="grid gap-1.5 text-sm">
        {facts.answers.map(({ connectionId, outcome, detail, answeredAt, beforeTheKeys }) => (
          <li key={connectionId} className="flex flex-wrap items-center gap-2">
            <Badge tone={outcome === 'done' ? 'good' : 'warn'}>{codeInWords(outcome)}</Badge>
            <Link
              to="/connections/$id"
              params={{ id: connectionId }}
              className="text-accent underline underline-offset-2"
            >
              {t('Open the connection')}
            </Link>
            {answeredAt !== null && <Timestamp instant={answeredAt} className="text-quiet" />}
            {!beforeTheKeys && <span className="text-quiet">{t('after the keys were gone')}</span>}
            {detail !== null && <span className="basis-full break-words text-quiet">{detail}</span>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ResidualsCard({ facts }: FactsProps) {
  return (
    <Card title={t('Copies that remain elsewhere')} icon={<Copy />}>
      {facts.residuals.length === 0 && <p className="text-sm text-quiet">{t('None is known.')}</p>}
      <ul className="grid gap-1.5 text-sm">
        {facts.residuals.map(({ what, until, remark }, place) => (
          <li key={place} className="break-words">
            <span className="font-medium">{residualInWords(what)}</span>
            {until !== null && (
              <>
                {' '}
                <Rich text="until <at/>" parts={{ at: <Timestamp instant={until} /> }} />
              </>
            )}
            <span className="block text-quiet">{remark}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
