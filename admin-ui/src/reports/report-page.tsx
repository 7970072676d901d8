import { getRouteApi } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import type { ReportDetail } from '../../../hub/api/schemas/report.ts';
import { reportFilePath, useReport } from '../api/reports.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { plural, t } from '../i18n/t.ts';
import { periodInWords, reportInWords } from './report-words.ts';
import { SectionCard } from './section-card.tsx';

const route = getRouteApi('/signed-in/reports/$id');

/** One compliance report: how it stands, its files, its sections, and what became of earlier findings. */
export function ReportPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/reports', label: t('Reports') }}
      query={useReport(id)}
      failed={t('The report could not be loaded')}
    >
      {(report) => <Report report={report} />}
    </DetailPage>
  );
}

function Report({ report }: { readonly report: ReportDetail }) {
  const { label, tone, meaning } = reportInWords(report.state);
  return (
    <>
      <PageHeader title={t('Compliance report: {{period}}', { period: periodInWords(report) })}>
        <Badge tone={tone} title={meaning} data-testid="report-state">
          {label}
        </Badge>
      </PageHeader>
      <Card title={t('Result')} actions={report.state === 'sealed' && <Files id={report.id} />}>
        <FactList>
          <Fact name={t('State')}>{report.reason ?? meaning}</Fact>
          <Fact name={t('Time')}>
            <Timestamp instant={report.period.from} exact /> {t('to before')}{' '}
            <Timestamp instant={report.period.to} exact />
          </Fact>
          {report.endedAt !== null && (
            <Fact name={t('Made')}>
              <Timestamp instant={report.endedAt} exact />
            </Fact>
          )}
          {report.keepUntil !== null && (
            <Fact name={t('Kept until')}>
              <Timestamp instant={report.keepUntil} />
            </Fact>
          )}
          {report.jsonSha256 !== null && (
            <Fact name={'SHA-256'}>
              <ShortCode
                value={report.jsonSha256}
                what={t('SHA-256 of the report, as the ledger has it')}
                fill
              />
            </Fact>
          )}
        </FactList>
      </Card>
      {report.sections.map((section) => (
        <SectionCard key={section.name} section={section} />
      ))}
      <Earlier earlier={report.earlier} />
    </>
  );
}

function Files({ id }: { readonly id: string }) {
  return (
    <>
      {(['pdf', 'json'] as const).map((kind) => (
        <Button key={kind} asChild size="small">
          <a href={reportFilePath(id, kind)} download>
            <Download aria-hidden /> {kind === 'pdf' ? t('PDF') : t('Signed JSON')}
          </a>
        </Button>
      ))}
    </>
  );
}

function Earlier({ earlier }: Pick<ReportDetail, 'earlier'>) {
  if (earlier.length === 0) return null;
  const count = (state: string) => earlier.filter((one) => one.state === state).length;
  return (
    <Card title={t('Findings of the report before')}>
      <p className="text-sm">
        {plural(
          earlier.length,
          {
            one: '{{count}} finding stood then: {{healed}} were found in order since, {{settled}} were settled by a person, {{open}} are still open.',
            other:
              '{{count}} findings stood then: {{healed}} were found in order since, {{settled}} were settled by a person, {{open}} are still open.',
          },
          { healed: count('healed'), settled: count('settled'), open: count('open') },
        )}
      </p>
    </Card>
  );
}
