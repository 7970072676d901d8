import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { useHandleIncident, type IncidentVerb } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { NextStepBar, type StepTone } from '../work-place/next-step-bar.tsx';
import { timeLeft } from '../work-place/time-left.ts';
import { ClassifyDialog } from './classify-dialog.tsx';
import { incidentStep, nextClock, type IncidentStep } from './incident-words.ts';
import { NoteDialog } from './note-dialog.tsx';
import { WordsDialog, type Question } from './words-dialog.tsx';

const note = (label: string): readonly Question[] => [{ field: 'note', label }];

/** Acts that ask for words, with what they mean. */
const ACTS = {
  contain: {
    button: t('Contained'),
    title: t('The harm goes no further'),
    description: t('The cause may still be there.'),
    questions: note(t('What stopped it')),
  },
  resolve: {
    button: t('Resolved'),
    title: t('The cause is gone'),
    description: t('It can be closed once nothing is missing.'),
    questions: note(t('What ended it')),
  },
  'post-mortem': {
    button: t('Post-mortem'),
    title: t('What was learned'),
    description: t('Without it the incident cannot be closed.'),
    questions: [
      { field: 'cause', label: t('Cause') },
      { field: 'impact', label: t('Impact') },
      {
        field: 'measures',
        label: t('Measures'),
        hint: t('What is done so that it does not happen again.'),
      },
    ],
  },
  reopen: {
    button: t('Reopen'),
    title: t('Take it up again'),
    description: t('Its clocks stand as they stood.'),
    questions: note(t('Why')),
  },
} as const satisfies Partial<Record<IncidentVerb, object>>;
type Asking = keyof typeof ACTS | 'classify' | 'note';

const OFFERED: Readonly<Record<IncidentDetail['state'], readonly (keyof typeof ACTS)[]>> = {
  open: ['contain', 'resolve', 'post-mortem'],
  contained: ['resolve', 'post-mortem'],
  resolved: ['post-mortem', 'reopen'],
  closed: ['reopen'],
};

const STEPS: Readonly<Record<IncidentStep, { readonly tone: StepTone; readonly title: string }>> = {
  'take-on': { tone: 'act', title: t('Take it on: people are called until somebody does.') },
  classify: { tone: 'act', title: t('Classify it: the answers decide which clocks of the law run.') },
  tell: { tone: 'act', title: t('A clock of the law runs.') },
  approve: {
    tone: 'waits',
    title: t('A second person has to agree to the closing, for a clock was not kept.'),
  },
  work: { tone: 'act', title: t('Something is missing before it can be closed.') },
  close: { tone: 'act', title: t('Nothing is missing: it can be closed.') },
  closed: { tone: 'over', title: t('It is closed. The hold on its recordings is released with its matter.') },
};

/** What is missing before it can be closed, and everything that can be done. */
export function NextStep({ entry }: { readonly entry: IncidentDetail }) {
  const [asking, ask] = useState<Asking>();
  const acknowledge = useHandleIncident(entry.id, 'acknowledge');
  const close = useHandleIncident(entry.id, 'close');
  const done = () => {
    ask(undefined);
  };
  const step = incidentStep(entry);
  const standing = entry.state !== 'closed';
  const failed = acknowledge.error ?? close.error;
  const act = (what: Asking, label: string, primary = false) => (
    <ActButton
      key={what}
      act="incident.manage"
      tone={primary ? 'primary' : 'plain'}
      onClick={() => {
        ask(what);
      }}
    >
      {label}
    </ActButton>
  );
  return (
    <>
      {failed !== null && <ProblemNotice error={failed} title={t('Nothing was done')} />}
      <NextStepBar
        {...STEPS[step]}
        stacked
        actions={
          <>
            {standing && !entry.acknowledged && (
              <ActButton
                act="incident.manage"
                tone="primary"
                disabled={acknowledge.isPending}
                onClick={() => {
                  acknowledge.mutate({});
                }}
              >
                {t('Take it on')}
              </ActButton>
            )}
            {standing && act('classify', t('Classify'), entry.acknowledged && !entry.classified)}
            {standing && act('note', t('Add a note'))}
            {OFFERED[entry.state].map((verb) => act(verb, ACTS[verb].button))}
            {step === 'close' && (
              <ActButton
                act="incident.manage"
                tone="primary"
                disabled={close.isPending}
                onClick={() => {
                  close.mutate({});
                }}
              >
                {t('Close')}
              </ActButton>
            )}
          </>
        }
      >
        <Why entry={entry} step={step} />
      </NextStepBar>
      {asking === 'classify' && <ClassifyDialog entry={entry} onClose={done} />}
      {asking === 'note' && <NoteDialog incidentId={entry.id} onClose={done} />}
      {asking !== undefined && asking !== 'classify' && asking !== 'note' && (
        <WordsDialog incidentId={entry.id} verb={asking} {...ACTS[asking]} onClose={done} />
      )}
    </>
  );
}

/** More than these are told as their number first: the clocks below say the same. */
const AT_ONCE = 3;

/** The clock that is due next, what is missing, and who is asked. */
function Why({ entry, step }: { readonly entry: IncidentDetail; readonly step: IncidentStep }) {
  const clock = step === 'closed' ? undefined : nextClock(entry.clocks);
  return (
    <>
      {entry.approvalId !== null && (
        <Link
          to="/approvals/$id"
          params={{ id: entry.approvalId }}
          data-testid="to-approval"
          className="justify-self-start text-accent underline"
        >
          {t('See the approval')}
        </Link>
      )}
      {clock !== undefined && (
        <span>
          <Rich
            text="Next: {{title}}, due <at/> ({{left}})."
            values={{ title: clock.title, left: timeLeft(clock.dueAt, new Date()) }}
            parts={{ at: <Timestamp instant={clock.dueAt} /> }}
          />
        </span>
      )}
      {entry.missing.length > 0 && (
        <details open={entry.missing.length <= AT_ONCE}>
          <summary className="py-1">
            {plural(entry.missing.length, {
              one: '{{count}} thing is missing before it can be closed',
              other: '{{count}} things are missing before it can be closed',
            })}
          </summary>
          <ul className="list-disc pl-5">
            {entry.missing.map((line, place) => (
              <li key={place}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
