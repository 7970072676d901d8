import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { useActOnRequest, type RequestVerb } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { NextStepBar, type StepTone } from '../work-place/next-step-bar.tsx';
import { CopyDialog } from './copy-dialog.tsx';
import { RequestReasonDialog, type ReasonVerb } from './request-reason-dialog.tsx';
import { EVIDENCE_WORDS } from './request-words.ts';
import { SubmitDialog } from './submit-dialog.tsx';

type State = RequestDetail['state'];

const STEPS: Readonly<Record<State, { readonly tone: StepTone; readonly title: string }>> = {
  identifying: {
    tone: 'act',
    title: t('Make sure who asks. What was checked is noted, never the document itself.'),
  },
  discovering: { tone: 'waits', title: t('What is kept of the person is being looked for.') },
  reviewing: {
    tone: 'act',
    title: t('Decide about what was found. What is proposed is done where you change nothing.'),
  },
  approving: {
    tone: 'waits',
    title: t('A second person has to agree before anything is erased or refused.'),
  },
  fulfilling: { tone: 'waits', title: t('It is being carried out, store by store.') },
  answered: { tone: 'over', title: t('Answered. The receipts say what was kept and why.') },
  refused: { tone: 'over', title: t('Refused, with a reason and a second person.') },
  withdrawn: { tone: 'over', title: t('Taken back by the person. Nothing was given or erased.') },
  expired: { tone: 'over', title: t('Nobody ever proved who asks. Nothing was given or erased.') },
};

/** What has to happen next, why it waits, and the buttons that do it. */
export function NextStep({ entry }: { readonly entry: RequestDetail }) {
  const [asking, ask] = useState<ReasonVerb | 'submit' | 'copy'>();
  const act = useActOnRequest(entry.id);
  const close = () => {
    ask(undefined);
  };
  const { tone, title } = STEPS[entry.state];
  // A copy is for the person's own key, which only an officer can bring.
  const given = (entry.plan['give'] ?? 0) + (entry.plan['give-side'] ?? 0);
  const copyOwed = entry.state === 'fulfilling' && given > 0 && entry.exportId === null;
  return (
    <>
      {act.isError && <ProblemNotice error={act.error} title={t('Nothing was changed')} />}
      <NextStepBar
        tone={copyOwed ? 'act' : tone}
        title={copyOwed ? t('Order the copy, for the key of the person.') : title}
        actions={<Buttons entry={entry} act={act} ask={ask} copyOwed={copyOwed} />}
      >
        <Why entry={entry} copyOwed={copyOwed} />
      </NextStepBar>
      {asking === 'submit' && <SubmitDialog entry={entry} onClose={close} />}
      {asking === 'copy' && <CopyDialog requestId={entry.id} onClose={close} />}
      {asking !== undefined && asking !== 'submit' && asking !== 'copy' && (
        <RequestReasonDialog requestId={entry.id} verb={asking} onClose={close} />
      )}
    </>
  );
}

function Why({ entry, copyOwed }: { readonly entry: RequestDetail; readonly copyOwed: boolean }) {
  if (entry.refusal !== null)
    return (
      <span>
        {t('{{reason}} Ground: {{ground}}.', { reason: entry.refusal.reason, ground: entry.refusal.ground })}
      </span>
    );
  if (copyOwed)
    return <span>{t('It is made as an export, and answered once it was fetched or is ready.')}</span>;
  if (entry.exportId !== null)
    return (
      <Link
        to="/exports/$id"
        params={{ id: entry.exportId }}
        className="justify-self-start text-accent underline underline-offset-2"
      >
        {t('The copy as an export')}
      </Link>
    );
  const waited = entry.receipts.filter(({ outcome }) => outcome === 'pending').map(({ store }) => store);
  if (entry.state === 'fulfilling' && waited.length > 0)
    return <span>{t('Waits for: {{stores}}', { stores: [...new Set(waited)].join(', ') })}</span>;
  return null;
}

interface ButtonsProps {
  readonly entry: RequestDetail;
  readonly act: ReturnType<typeof useActOnRequest>;
  readonly ask: (what: ReasonVerb | 'submit' | 'copy') => void;
  readonly copyOwed: boolean;
}

function Buttons({ entry, act, ask, copyOwed }: ButtonsProps) {
  const mayManage = useMay('request.manage');
  const over = entry.endedAt !== null;
  const button = (what: ReasonVerb | 'submit' | 'copy', label: string, primary = false) => (
    <Button
      tone={primary ? 'primary' : 'plain'}
      data-testid={`${what}-request`}
      onClick={() => {
        ask(what);
      }}
    >
      {label}
    </Button>
  );
  return (
    <>
      {entry.state === 'approving' && entry.approvalId !== null && (
        <Button asChild>
          <Link to="/approvals/$id" params={{ id: entry.approvalId }} data-testid="to-approval">
            {t('See the approval')}
          </Link>
        </Button>
      )}
      {mayManage && entry.state === 'identifying' && (
        <Verify
          entry={entry}
          busy={act.isPending}
          run={(verb, body) => {
            act.mutate({ verb, body });
          }}
        />
      )}
      {mayManage && entry.state === 'reviewing' && (
        <>
          {button('refuse', t('Refuse the whole…'))}
          {button('submit', t('Submit the review'), true)}
        </>
      )}
      {mayManage && copyOwed && button('copy', t('Order the copy…'), true)}
      {mayManage &&
        !over &&
        entry.clocks.some(({ extendable }) => extendable) &&
        button('extend', t('Prolong…'))}
      {mayManage &&
        !over &&
        entry.state !== 'fulfilling' &&
        button('withdraw', t('Withdrawn by the person…'))}
    </>
  );
}

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
        label={t('How it was made sure who asks')}
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
        {t('It is them')}
      </Button>
    </>
  );
}
