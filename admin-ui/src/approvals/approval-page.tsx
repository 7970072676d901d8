import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { Check, History, ListChecks, Undo2, UserCheck, X } from 'lucide-react';
import type { ApprovalDetail } from '../../../hub/api/schemas/approval.ts';
import { useApproval, type ApprovalVerb } from '../api/approvals.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Fact, FactList } from '../components/fact-list.tsx';
import { actInWords } from '../recording/ledger-words.ts';
import { ApprovalBadge } from './approval-badge.tsx';
import { factName, factValue, kindInWords, ruleInWords } from './approval-words.ts';
import { DecideDialog } from './decide-dialog.tsx';

const route = getRouteApi('/signed-in/approvals/$id');

/** Everything about one approval: the plan, the reader's part in it, and what happened so far. */
export function ApprovalPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/approvals', label: 'Approvals' }}
      query={useApproval(id)}
      failed="The approval could not be loaded"
      missing={{
        title: 'There is no such approval for you',
        why: 'The link may be mistyped, or it is about something that your role does not see.',
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
          asked by {entry.requestedBy ?? 'Holdfast'} <Timestamp instant={entry.requestedAt} exact />
        </p>
      </div>
      <Decision entry={entry} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Card title="What happens if it is approved" icon={<ListChecks />}>
          <p className="mb-3 text-sm break-words">{entry.summary}</p>
          <FactList>
            {Object.entries(entry.facts).map(([name, value]) => (
              <Fact key={name} name={factName(name)}>
                {factValue(value)}
              </Fact>
            ))}
            <Fact name="Decide until">
              <Timestamp instant={entry.dueAt} exact />
            </Fact>
            <Fact name="Who may decide">
              <span>
                Roles that allow <code className="text-xs">{entry.act}</code>
                {entry.levels > 1 &&
                  ` · level ${String(entry.level + 1)} of ${String(entry.levels)} is asked`}
              </span>
            </Fact>
          </FactList>
        </Card>
        <Card title="History" icon={<History />} hint="From the ledger, oldest first">
          <ol className="grid gap-2 text-sm">
            {entry.history.map(({ at, act, actor }, place) => (
              <li key={place} className="flex flex-wrap gap-x-2">
                <span className="font-medium">{actInWords(act)}</span>
                <span className="text-quiet">
                  {actor === null ? 'by Holdfast' : actor === '' ? 'name erased' : `by ${actor}`},{' '}
                  <Timestamp instant={at} exact />
                </span>
              </li>
            ))}
          </ol>
        </Card>
      </div>
    </>
  );
}

function Decision({ entry }: { readonly entry: ApprovalDetail }) {
  const [verb, setVerb] = useState<ApprovalVerb>();
  const open = entry.state === 'open';
  return (
    <div
      className={`grid gap-3 rounded-lg border p-4 text-sm ${open ? 'border-warn/40 bg-warn-soft' : 'border-line bg-surface'}`}
    >
      <div className="flex flex-wrap items-center gap-3">
        <UserCheck aria-hidden className={`size-5 shrink-0 ${open ? 'text-warn' : 'text-quiet'}`} />
        <div className="min-w-0 grow basis-72">
          {open ? <Waiting entry={entry} /> : <Ended entry={entry} />}
        </div>
        <div className="flex flex-wrap gap-2">
          {open && entry.own && (
            <Button
              onClick={() => {
                setVerb('withdraw');
              }}
            >
              <Undo2 aria-hidden /> Withdraw
            </Button>
          )}
          {open && entry.mayDecide && (
            <>
              <Button
                onClick={() => {
                  setVerb('refuse');
                }}
              >
                <X aria-hidden /> Refuse
              </Button>
              <Button
                tone="primary"
                data-testid="approve"
                onClick={() => {
                  setVerb('approve');
                }}
              >
                <Check aria-hidden /> Approve
              </Button>
            </>
          )}
        </div>
      </div>
      {verb !== undefined && (
        <DecideDialog
          approvalId={entry.id}
          verb={verb}
          onClose={() => {
            setVerb(undefined);
          }}
        />
      )}
    </div>
  );
}

function Waiting({ entry }: { readonly entry: ApprovalDetail }) {
  return (
    <>
      <p className="font-medium">This waits for a second person</p>
      <p className="mt-0.5 text-ink/85">
        {ruleInWords(entry.decision.rule)}
        {entry.decision.onBehalfOf !== null && ` You decide in the name of ${entry.decision.onBehalfOf}.`}
      </p>
    </>
  );
}

function Ended({ entry }: { readonly entry: ApprovalDetail }) {
  return (
    <>
      <p className="font-medium">
        {entry.decidedBy === null
          ? entry.state === 'expired'
            ? 'Nobody decided in time, which is a no'
            : 'It was withdrawn'
          : `${entry.state === 'approved' ? 'Approved' : 'Refused'} by ${entry.decidedBy}`}
        {entry.onBehalfOf !== null && ` in the name of ${entry.onBehalfOf}`}
      </p>
      {entry.reason !== null && <p className="mt-0.5 break-words">{entry.reason}</p>}
      {entry.endedAt !== null && (
        <p className="mt-0.5 text-quiet">
          <Timestamp instant={entry.endedAt} exact />
        </p>
      )}
    </>
  );
}
