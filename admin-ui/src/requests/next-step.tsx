import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useActOnRequest, type RequestVerb } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Select } from '../components/ui/select.tsx';
import { useMay } from '../session/use-may.ts';
import { RequestReasonDialog, type ReasonVerb } from './request-reason-dialog.tsx';
import { EVIDENCE_WORDS } from './request-words.ts';

/** What has to happen next, and the buttons that do it. */
export function NextStep({ entry }: { readonly entry: RequestDetail }) {
  const mayManage = useMay('request.manage');
  const act = useActOnRequest(entry.id);
  const [reason, setReason] = useState<ReasonVerb>();
  const run = (verb: RequestVerb, body: object = {}) => {
    act.mutate({ verb, body });
  };
  const over = entry.endedAt !== null;
  return (
    <div
      className={`grid gap-3 rounded-lg border p-4 text-sm ${over ? 'border-line bg-surface' : 'border-warn/40 bg-warn-soft'}`}
    >
      {act.isError && <ProblemNotice error={act.error} title="Nothing was changed" />}
      <div className="flex flex-wrap items-center gap-3">
        <ArrowRight aria-hidden className="size-5 shrink-0 text-quiet" />
        <p className="min-w-0 grow basis-72">{STEPS[entry.state]}</p>
        {entry.state === 'approving' && entry.approvalId !== null && (
          <Button asChild>
            <Link to="/approvals/$id" params={{ id: entry.approvalId }}>
              See the approval
            </Link>
          </Button>
        )}
        {mayManage && entry.state === 'identifying' && (
          <Verify entry={entry} run={run} busy={act.isPending} />
        )}
        {mayManage && entry.state === 'reviewing' && (
          <>
            <Button
              onClick={() => {
                setReason('refuse');
              }}
            >
              Refuse the whole…
            </Button>
            <Button
              tone="primary"
              data-testid="submit-request"
              disabled={act.isPending}
              onClick={() => {
                run('submit');
              }}
            >
              Submit the review
            </Button>
          </>
        )}
        {mayManage && !over && entry.clocks.some(({ extendable }) => extendable) && (
          <Button
            onClick={() => {
              setReason('extend');
            }}
          >
            Prolong…
          </Button>
        )}
        {mayManage && !over && entry.state !== 'fulfilling' && (
          <Button
            onClick={() => {
              setReason('withdraw');
            }}
          >
            Withdrawn by the person…
          </Button>
        )}
      </div>
      {reason !== undefined && (
        <RequestReasonDialog
          requestId={entry.id}
          verb={reason}
          onClose={() => {
            setReason(undefined);
          }}
        />
      )}
    </div>
  );
}

const STEPS: Readonly<Record<RequestDetail['state'], string>> = {
  identifying: 'Make sure who asks. What was checked is noted, never the document itself.',
  discovering: 'What is kept of the person is being looked for.',
  reviewing: 'Decide about what was found. What is proposed is done where you change nothing.',
  approving: 'A second person has to agree before anything is erased or refused.',
  fulfilling:
    'It is being carried out, store by store. A copy is ordered over the API, with the key of the person.',
  answered: 'Answered. The receipts say what was kept and why; `holdfast request answer` writes the letter.',
  refused: 'Refused, with a reason and a second person.',
  withdrawn: 'Taken back by the person. Nothing was given or erased.',
  expired: 'Nobody ever proved who asks. Nothing was given or erased.',
};

interface VerifyProps {
  readonly entry: RequestDetail;
  readonly run: (verb: RequestVerb, body: object) => void;
  readonly busy: boolean;
}

function Verify({ entry, run, busy }: VerifyProps) {
  const options = entry.evidenceNeeded.map((value) => ({ value, label: EVIDENCE_WORDS[value] }));
  const [evidence, setEvidence] = useState(options.at(-1)?.value ?? 'document-seen');
  return (
    <>
      <Select
        label="How it was made sure who asks"
        value={evidence}
        options={options}
        onValue={setEvidence}
      />
      <Button
        tone="primary"
        data-testid="verify-request"
        disabled={busy}
        onClick={() => {
          run('verify', { evidence });
        }}
      >
        It is them
      </Button>
    </>
  );
}
