import { getRouteApi, Link } from '@tanstack/react-router';
import { Clock, History, Receipt, UserSearch } from 'lucide-react';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useRequest } from '../api/requests.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { shortId } from '../format/short-id.ts';
import { actInWords } from '../recording/ledger-words.ts';
import { ItemsCard } from './items-card.tsx';
import { NextStep } from './next-step.tsx';
import { EVIDENCE_WORDS, KIND_WORDS, OUTCOME_WORDS } from './request-words.ts';
import { Due, RequestBadge } from './requests-columns.tsx';

const route = getRouteApi('/signed-in/requests/$id');

/** Everything about one request: its next step, its clocks, what was found, a receipt for each store, its history. */
export function RequestPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/requests', label: 'Requests' }}
      query={useRequest(id)}
      failed="The request could not be loaded"
      missing={{
        title: 'There is no such request',
        why: 'The address may be mistyped, or the request belongs to another tenant.',
        statuses: [404],
      }}
    >
      {(request) => <Request entry={request} />}
    </DetailPage>
  );
}

function Request({ entry }: { readonly entry: RequestDetail }) {
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={`${KIND_WORDS[entry.kind]}: ${entry.person ?? 'erased person'}`}>
          <RequestBadge state={entry.state} />
        </PageHeader>
        <p className="text-sm text-quiet">
          received <Timestamp instant={entry.receivedAt} exact />
        </p>
      </div>
      <NextStep entry={entry} />
      <div className="grid gap-4 lg:grid-cols-2">
        <WhoCard entry={entry} />
        <ClocksCard entry={entry} />
        <ItemsCard entry={entry} />
        <HistoryCard entry={entry} />
      </div>
      <ReceiptsCard entry={entry} />
    </>
  );
}

function WhoCard({ entry }: { readonly entry: RequestDetail }) {
  const evidence = entry.evidence as keyof typeof EVIDENCE_WORDS | null;
  return (
    <Card title="Who asks" icon={<UserSearch />}>
      <FactList>
        <Fact name="Made sure by">{evidence === null ? 'not yet' : EVIDENCE_WORDS[evidence]}</Fact>
        {entry.identifiers.map(({ kind, value, digest, validFrom, validUntil }, place) => (
          <Fact key={place} name={kind}>
            <span className="break-all">{value ?? `digest ${digest?.slice(0, 16) ?? ''}…`}</span>
            {validFrom !== null && (
              <span className="text-quiet">
                since <Timestamp instant={validFrom} />
              </span>
            )}
            {validUntil !== null && (
              <span className="text-quiet">
                until <Timestamp instant={validUntil} />
              </span>
            )}
          </Fact>
        ))}
        <Fact name="Places">
          {entry.places.length === 0 ? 'not known: the strictest clock runs' : entry.places.join(', ')}
        </Fact>
        {entry.duplicateOf !== null && (
          <Fact name="The same as">
            <Link
              to="/requests/$id"
              params={{ id: entry.duplicateOf }}
              className="font-mono text-xs text-accent hover:underline"
            >
              {shortId(entry.duplicateOf)}
            </Link>
          </Fact>
        )}
      </FactList>
    </Card>
  );
}

function ClocksCard({ entry }: { readonly entry: RequestDetail }) {
  return (
    <Card title="Clocks" icon={<Clock />} hint="From the rule pack; the first answer due counts">
      <FactList>
        <Fact name="Answer due">
          <Due entry={entry} />
        </Fact>
        {entry.clocks.map(({ id, regime, step, dueAt, status }) => (
          <Fact key={id} name={`${regime}, ${step}`}>
            <Timestamp instant={dueAt} exact />
            <code className="text-xs text-quiet">{id}</code>
            {status === 'unverified' && <Badge tone="warn">Unverified, read strictly</Badge>}
          </Fact>
        ))}
        {entry.extendedAt !== null && <Fact name="Prolonged">{entry.extensionReason}</Fact>}
        {entry.pauses.map((pause) => (
          <Fact key={pause.from} name={`Waited for ${pause.for}`}>
            <Timestamp instant={pause.from} />{' '}
            {pause.to === null ? 'until now' : <Timestamp instant={pause.to} />}
          </Fact>
        ))}
      </FactList>
    </Card>
  );
}

function HistoryCard({ entry }: { readonly entry: RequestDetail }) {
  return (
    <Card title="History" icon={<History />} hint="From the ledger, oldest first">
      <ol className="grid gap-2 text-sm">
        {entry.history.map(({ at, act, outcome }, place) => (
          <li key={place} className="flex flex-wrap gap-x-2">
            <span className="font-medium">{actInWords(act)}</span>
            <span className="text-quiet">
              {outcome}, <Timestamp instant={at} exact />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function ReceiptsCard({ entry }: { readonly entry: RequestDetail }) {
  if (entry.receipts.length === 0) return null;
  return (
    <Card title="Receipts" icon={<Receipt />} hint="What became of it in each store">
      <ul className="grid gap-2 text-sm">
        {entry.receipts.map(({ recordingId, store, outcome, ground, until, detail, checked }) => (
          <li key={`${recordingId} ${store}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Badge tone={OUTCOME_WORDS[outcome].tone}>{OUTCOME_WORDS[outcome].label}</Badge>
            <span className="font-medium">{store}</span>
            <span className="font-mono text-xs text-quiet">
              {recordingId === entry.id ? 'the request' : shortId(recordingId)}
            </span>
            <span className="min-w-0 grow basis-64 break-words text-quiet">
              {[ground, detail].filter(Boolean).join(' · ')}
              {until !== null && (
                <>
                  {' '}
                  until <Timestamp instant={until} />
                </>
              )}
            </span>
            {checked && <span className="text-xs text-quiet">read back</span>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
