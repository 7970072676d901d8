import { CircleCheck, CircleDashed, CircleX, ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import type { Custody } from '../../../hub/api/schemas/ledger.ts';
import type { Part } from '../../../hub/api/schemas/recording.ts';
import { cn } from '../components/cn.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import type { ProofResult, Step } from './check-custody.ts';
import { PinnedKeys } from './pinned-keys.tsx';
import { stepInWords, verdictInWords } from './proof-words.ts';
import { canCheckHere, useProof } from './use-proof.ts';

interface ProofPanelProps {
  readonly recordingId: string;
  readonly parts: readonly Part[];
  readonly custody: Custody;
}

/** Checks in the page that the ledger says what is shown, against a key that the reader has pinned. */
export function ProofPanel({ recordingId, parts, custody }: ProofPanelProps) {
  const { check, pinned, pin, forget } = useProof(recordingId, parts, custody);
  return (
    <section
      aria-label={t('Proof')}
      className="grid gap-3 rounded-md border border-line bg-ground p-3 text-sm"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{t('Check it yourself')}</h3>
        <Button
          size="small"
          data-testid="check-proof"
          disabled={check.isPending || !canCheckHere()}
          onClick={() => {
            check.mutate();
          }}
        >
          <ShieldCheck aria-hidden />
          {check.isPending ? t('Checking…') : t('Check in this browser')}
        </Button>
      </div>
      {!canCheckHere() && (
        <p className="text-quiet">
          {t('This browser computes no signatures here: open the console by HTTPS, or use the command line.')}
        </p>
      )}
      {check.isError && <ProblemNotice error={check.error} title={t('The proof could not be checked')} />}
      {check.data !== undefined && <Result result={check.data} />}
      <PinnedKeys pinned={pinned} offered={custody.verifierKey} onPin={pin} onForget={forget} />
      <details>
        <summary className="w-fit text-quiet hover:text-ink">{t('What this proves, and what not')}</summary>
        <div className="mt-2 grid gap-2 text-quiet">
          <p>
            {t(
              'Your browser fetches the entries, their proofs and the signed checkpoint, computes all hashes again (RFC 6962) and verifies the signature (Ed25519) with the key that you pinned. What was changed, left out in between or rolled back after it was signed is found.',
            )}
          </p>
          <p>
            <Rich
              text="It does not prove that the signer told the truth when it signed, and this page comes from the same server: a server that lies could send a page that lies. Against the server itself, check an export with <c>holdfast verify</c> on a machine of your own."
              parts={{ c: <code className="font-mono text-xs" /> }}
            />
          </p>
        </div>
      </details>
    </section>
  );
}

const VERDICTS = {
  proven: { icon: ShieldCheck, className: 'border-good/30 bg-good-soft text-good' },
  unpinned: { icon: ShieldQuestion, className: 'border-warn/30 bg-warn-soft text-warn' },
  broken: { icon: ShieldAlert, className: 'border-bad/30 bg-bad-soft text-bad' },
} as const;

function Result({ result }: { readonly result: ProofResult & { readonly at: Date } }) {
  const { verdict, steps, checkpoint, at } = result;
  const { icon: Icon, className } = VERDICTS[verdict];
  return (
    <div className="grid gap-2" data-testid="proof-result" data-verdict={verdict}>
      <p
        role={verdict === 'broken' ? 'alert' : 'status'}
        className={cn('flex items-start gap-2 rounded-md border px-3 py-2 font-medium', className)}
      >
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        {verdictInWords(verdict)}
      </p>
      <ul className="grid gap-1">
        {steps.map((step) => (
          <StepLine key={step.name} step={step} />
        ))}
      </ul>
      {verdict === 'broken' && (
        <p>
          {t(
            'Do not rely on what this page says. Keep a copy of the checkpoint below, tell whoever runs the witness, and check an export offline.',
          )}
        </p>
      )}
      <p className="flex flex-wrap gap-x-2 text-xs text-quiet">
        <span>{t('Checked')}</span> <Timestamp instant={at.toISOString()} exact />
        {checkpoint !== undefined && (
          <span>{t('against a checkpoint of {{size}} entries', { size: checkpoint.size })}</span>
        )}
      </p>
    </div>
  );
}

const MARKS = {
  holds: { icon: CircleCheck, className: 'text-good' },
  open: { icon: CircleDashed, className: 'text-quiet' },
  broken: { icon: CircleX, className: 'text-bad' },
} as const;

function StepLine({ step }: { readonly step: Step }) {
  const { icon: Icon, className } = MARKS[step.outcome];
  return (
    <li className="flex items-start gap-2" data-testid={`proof-${step.name}`} data-outcome={step.outcome}>
      <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', className)} />
      <span>{stepInWords(step)}</span>
    </li>
  );
}
