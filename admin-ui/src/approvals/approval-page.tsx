import { getRouteApi } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import type { ApprovalDetail } from '../../../hub/api/schemas/approval.ts';
import { useApproval } from '../api/approvals.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { number, plural, t } from '../i18n/t.ts';
import { HistoryCard } from '../work-place/history-card.tsx';
import { timeLeft } from '../work-place/time-left.ts';
import { AboutLink } from './about-link.tsx';
import { ApprovalBadge } from './approval-badge.tsx';
import { factName, factValue, kindInWords } from './approval-words.ts';
import { Decision } from './decision.tsx';

const route = getRouteApi('/signed-in/approvals/$id');

/** Everything about one approval: the plan, the reader's part in it, and what happened so far. */
export function ApprovalPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/approvals', label: t('Approvals') }}
      query={useApproval(id)}
      failed={t('The approval could not be loaded')}
      missing={{
        title: t('There is no such approval for you'),
        why: t('The link may be mistyped, or it is about something that your role does not see.'),
      }}
    >
      {(approval) => <Approval entry={approval} />}
    </DetailPage>
  );
}

function Approval({ entry }: { readonly entry: ApprovalDetail }) {
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={kindInWords(entry.kind)}>
          <ApprovalBadge entry={entry} />
        </PageHeader>
        <p className="text-sm text-quiet">
          <Rich
            text="asked by {{name}} <at/>"
            values={{ name: entry.requestedBy ?? t('Holdfast') }}
            parts={{ at: <Timestamp instant={entry.requestedAt} exact /> }}
          />
        </p>
      </div>
      <Decision entry={entry} />
      <div className="grid gap-4 lg:grid-cols-2">
        <PlanCard entry={entry} />
        <HistoryCard events={entry.history} />
      </div>
    </>
  );
}

function PlanCard({ entry }: { readonly entry: ApprovalDetail }) {
  return (
    <Card
      title={t('What happens if it is approved')}
      icon={<ListChecks />}
      actions={entry.about !== null && <AboutLink about={entry.about} />}
    >
      <p className="mb-3 text-sm break-words">
        <Sentence text={entry.summary} />
      </p>
      <FactList>
        {Object.entries(entry.facts).map(([name, value]) => (
          <Fact key={name} name={factName(name)}>
            {factValue(name, value)}
          </Fact>
        ))}
        <Fact name={t('Decide until')}>
          <Timestamp instant={entry.dueAt} exact />
          {entry.state === 'open' && <span className="text-quiet">{timeLeft(entry.dueAt, new Date())}</span>}
        </Fact>
        <Fact name={t('Who may decide')}>
          <span>
            <Rich
              text="Roles that allow <act/>"
              parts={{ act: <code className="text-xs">{entry.act}</code> }}
            />
          </span>
        </Fact>
        {entry.levels > 1 && (
          <Fact name={t('Who is asked')}>
            {t('level {{level}} of {{levels}}', {
              level: number(entry.level + 1),
              levels: number(entry.levels),
            })}
            {entry.reminders > 0 &&
              ` · ${plural(entry.reminders, { one: '{{count}} reminder', other: '{{count}} reminders' })}`}
          </Fact>
        )}
      </FactList>
    </Card>
  );
}
