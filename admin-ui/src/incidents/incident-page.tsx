import { getRouteApi, Link } from '@tanstack/react-router';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { useIncident } from '../api/incidents.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ClocksCard } from './clocks-card.tsx';
import { EscalationCard } from './escalation-card.tsx';
import { EvidenceCard } from './evidence-card.tsx';
import { detectorInWords, INCIDENT_KINDS, INCIDENT_STATES, SEVERITIES } from './incident-words.ts';
import { LearnedCard } from './learned-card.tsx';
import { NextStep } from './next-step.tsx';
import { TicketsCard } from './tickets-card.tsx';
import { TimelineCard } from './timeline-card.tsx';

const route = getRouteApi('/signed-in/incidents/$id');

/** One incident: what is missing, the clocks side by side, the evidence, the tickets, what was learned, the time line. */
export function IncidentPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/incidents', label: t('Incidents') }}
      query={useIncident(id)}
      failed={t('The incident could not be loaded')}
      missing={{
        title: t('There is no such incident'),
        why: t('The link may be mistyped, or the incident may belong to another tenant.'),
      }}
    >
      {(incident) => <Incident entry={incident} />}
    </DetailPage>
  );
}

function Incident({ entry }: { readonly entry: IncidentDetail }) {
  const { label, tone, meaning } = INCIDENT_STATES[entry.state];
  const severity = SEVERITIES[entry.severity];
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={fromHub(entry.title)}>
          <Badge tone={severity.tone}>{severity.label}</Badge>
          <Badge tone={tone} title={meaning} data-testid="incident-state">
            {label}
          </Badge>
        </PageHeader>
        <p className="text-sm text-quiet">
          {INCIDENT_KINDS[entry.kind]} ·{' '}
          <Rich
            text="detected <at/> by {{name}}"
            values={{ name: entry.reportedBy?.name ?? detectorInWords(entry.detector) }}
            parts={{ at: <Timestamp instant={entry.detectedAt} exact /> }}
          />{' '}
          · {entry.owner === null ? t('owner nobody yet') : t('owner {{name}}', { name: entry.owner.name })}
          {entry.follows !== null && (
            <>
              {' · '}
              <Link to="/incidents/$id" params={{ id: entry.follows }} className="text-accent underline">
                {t('follows an earlier one of the same cause')}
              </Link>
            </>
          )}
        </p>
        {entry.description !== null && <p className="max-w-prose text-sm break-words">{entry.description}</p>}
      </div>
      <NextStep entry={entry} />
      <ClocksCard entry={entry} />
      <div className="grid gap-4 lg:grid-cols-3">
        <EvidenceCard entry={entry} />
        <TicketsCard entry={entry} />
        <EscalationCard entry={entry} />
      </div>
      <LearnedCard entry={entry} />
      <TimelineCard entry={entry} />
    </>
  );
}
