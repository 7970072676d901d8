import { getRouteApi } from '@tanstack/react-router';
import { History, Snowflake, TicketCheck } from 'lucide-react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { useIncident } from '../api/incidents.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { ClocksCard } from './clocks-card.tsx';
import { INCIDENT_STATES, SEVERITIES } from './incident-words.ts';
import { NextStep } from './next-step.tsx';

const route = getRouteApi('/signed-in/incidents/$id');

/** One incident: what is missing, the clocks side by side, the evidence, the tickets, the time line. */
export function IncidentPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/incidents', label: 'Incidents' }}
      query={useIncident(id)}
      failed="The incident could not be loaded"
      missing={{
        title: 'There is no such incident',
        why: 'The link may be mistyped, or the incident may belong to another tenant.',
      }}
    >
      {(incident) => <Incident entry={incident} />}
    </DetailPage>
  );
}

function Incident({ entry }: { readonly entry: IncidentDetail }) {
  const { label, tone, meaning } = INCIDENT_STATES[entry.state];
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={entry.title}>
          <Badge tone={SEVERITIES[entry.severity]}>{codeInWords(entry.severity)}</Badge>
          <Badge tone={tone} title={meaning} data-testid="incident-state">
            {label}
          </Badge>
        </PageHeader>
        <p className="text-sm text-quiet">
          {codeInWords(entry.kind)} · detected <Timestamp instant={entry.detectedAt} exact /> by{' '}
          {entry.reportedBy?.name ?? codeInWords(entry.detector).toLowerCase()} · owner{' '}
          {entry.owner?.name ?? 'nobody yet'}
        </p>
        {entry.description !== null && <p className="max-w-prose text-sm break-words">{entry.description}</p>}
      </div>
      <NextStep entry={entry} />
      <ClocksCard entry={entry} />
      <div className="grid gap-4 lg:grid-cols-2">
        <EvidenceCard entry={entry} />
        <TicketsCard entry={entry} />
      </div>
      <TimelineCard entry={entry} />
    </>
  );
}

function EvidenceCard({ entry: { evidence } }: { readonly entry: IncidentDetail }) {
  const { recordings, ledger, frozenAt } = evidence;
  return (
    <Card title="Evidence" icon={<Snowflake />} hint="Nothing of it can be disposed of">
      <div className="grid gap-2 text-sm">
        {frozenAt === null && <p className="text-quiet">It is being frozen.</p>}
        {ledger !== null && (
          <p>
            Leaves {ledger.from} to {Math.max(ledger.from, ledger.to - 1)} of the ledger, under the root{' '}
            <code className="text-xs break-all">{ledger.root}</code>
          </p>
        )}
        {recordings.length === 0 ? (
          <p className="text-quiet">No recordings are named.</p>
        ) : (
          <>
            <RecordingLinks ids={recordings} first={10} />
            <p className="text-quiet">Held under a matter of this incident, until that is released.</p>
          </>
        )}
      </div>
    </Card>
  );
}

function TicketsCard({ entry: { tickets } }: { readonly entry: IncidentDetail }) {
  return (
    <Card
      title="Tickets"
      icon={<TicketCheck />}
      hint="Closing one closes the incident, where nothing is missing"
    >
      {tickets.length === 0 ? (
        <p className="text-sm text-quiet">No connection takes tickets, or none has answered yet.</p>
      ) : (
        <ul className="grid gap-2 text-sm">
          {tickets.map(({ connection, remoteId, remoteState, inStep, problem }) => (
            <li key={connection} className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{connection}</span>
              <span>{remoteId ?? 'no number yet'}</span>
              <Badge tone={remoteState === 'closed' ? 'neutral' : 'info'}>{codeInWords(remoteState)}</Badge>
              {!inStep && <Badge tone="warn">Not in step</Badge>}
              {problem !== null && <span className="basis-full text-bad">{problem}</span>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function TimelineCard({ entry: { timeline } }: { readonly entry: IncidentDetail }) {
  return (
    <Card title="Time line" icon={<History />} hint="Only ever added to">
      <ol className="grid gap-2 text-sm">
        {timeline.toReversed().map(({ id, at, kind, by, note, facts }) => (
          <li key={id} className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[11rem_minmax(0,1fr)]">
            <Timestamp instant={at} exact className="text-quiet" />
            <div className="min-w-0">
              <span className="font-medium">{codeInWords(kind)}</span>
              <span className="text-quiet">
                {' '}
                · {by ?? (facts['connection'] === undefined ? 'Holdfast' : 'A connected system')}
              </span>
              {typeof facts['clock'] === 'string' && <span className="block">{facts['clock']}</span>}
              {typeof facts['regime'] === 'string' && facts['clock'] === undefined && (
                <span className="block">
                  {facts['regime']}: {codeInWords(String(facts['duty'])).toLowerCase()}
                </span>
              )}
              {note !== null && <span className="block break-words whitespace-pre-wrap">{note}</span>}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
