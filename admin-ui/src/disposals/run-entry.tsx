import type { DisposalRun } from '../../../hub/api/schemas/disposal.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge, type Tone } from '../components/ui/badge.tsx';
import { codeInWords, counted } from '../format/words.ts';
import { SampleProof } from './sample-proof.tsx';

const TONES: Readonly<Record<DisposalRun['state'], Tone>> = {
  claiming: 'neutral',
  waiting: 'warn',
  approved: 'good',
  refused: 'bad',
  done: 'neutral',
};

/** One run: how many, by which rules, why it waits, and the sample with its proof. */
export function RunEntry({ run }: { readonly run: DisposalRun }) {
  const { state, openedAt, due, dueExact, claimed, kept, reason, rules, sample, resumeAt } = run;
  return (
    <li className="grid gap-1.5 px-4 py-3 text-sm" data-testid="disposal-run">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={TONES[state]}>{codeInWords(state)}</Badge>
        <Timestamp instant={openedAt} exact />
        <span>
          {dueExact ? '' : 'At least '}
          {counted(due, 'recording', 'recordings')} to go, {claimed} claimed, {kept} kept
        </span>
      </div>
      {reason !== null && <p className="max-w-prose break-words">{reason}</p>}
      {state === 'waiting' && (
        <p className="text-quiet">
          Nothing is disposed of until somebody else agrees: the question is among the approvals.
        </p>
      )}
      {state === 'refused' && resumeAt !== null && run.endedAt === null && (
        <p className="text-quiet">
          Nothing is disposed of before <Timestamp instant={resumeAt} />; then it is asked about anew.
        </p>
      )}
      <details>
        <summary className="py-1 text-xs text-quiet">Rules and sample</summary>
        <ul className="mb-2 grid gap-0.5">
          {rules.map(({ rule, recordings }) => (
            <li key={rule} className="break-words">
              {rule}: {recordings}
            </li>
          ))}
        </ul>
        <SampleProof sample={sample} />
      </details>
    </li>
  );
}
