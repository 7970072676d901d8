import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { ListTodo } from 'lucide-react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { useHandleIncident, type IncidentVerb } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { ActButton } from '../session/act-button.tsx';
import { ClassifyDialog } from './classify-dialog.tsx';
import { WordsDialog, type Question } from './words-dialog.tsx';

const note = (label: string): readonly Question[] => [{ field: 'note', label }];

/** Acts that ask for words, with what they mean. */
const ACTS = {
  note: {
    button: 'Add a note',
    title: 'Add a note',
    description: 'For whoever reads it later.',
    questions: note('Note'),
  },
  contain: {
    button: 'Contained',
    title: 'The harm goes no further',
    description: 'The cause may still be there.',
    questions: note('What stopped it'),
  },
  resolve: {
    button: 'Resolved',
    title: 'The cause is gone',
    description: 'It can be closed once nothing is missing.',
    questions: note('What ended it'),
  },
  'post-mortem': {
    button: 'Post-mortem',
    title: 'What was learned',
    description: 'Without it the incident cannot be closed.',
    questions: [
      { field: 'cause', label: 'Cause' },
      { field: 'impact', label: 'Impact' },
      { field: 'measures', label: 'Measures', hint: 'What is done so that it does not happen again.' },
    ],
  },
  reopen: {
    button: 'Reopen',
    title: 'Take it up again',
    description: 'Its clocks stand as they stood.',
    questions: note('Why'),
  },
} as const satisfies Partial<Record<IncidentVerb, object>>;
type Asking = keyof typeof ACTS | 'classify';

const OFFERED: Readonly<Record<IncidentDetail['state'], readonly (keyof typeof ACTS)[]>> = {
  open: ['note', 'contain', 'resolve', 'post-mortem'],
  contained: ['note', 'resolve', 'post-mortem'],
  resolved: ['note', 'post-mortem', 'reopen'],
  closed: ['reopen'],
};

/** What is missing before it can be closed, and everything that can be done. */
export function NextStep({ entry }: { readonly entry: IncidentDetail }) {
  const [asking, setAsking] = useState<Asking>();
  const acknowledge = useHandleIncident(entry.id, 'acknowledge');
  const close = useHandleIncident(entry.id, 'close');
  const done = () => {
    setAsking(undefined);
  };
  const failed = acknowledge.error ?? close.error;
  const standing = entry.state !== 'closed';
  return (
    <Card
      title="Next step"
      icon={<ListTodo />}
      hint={standing ? 'What is missing before it can be closed' : undefined}
    >
      <div className="grid gap-3 text-sm">
        {failed !== null && <ProblemNotice error={failed} title="Nothing was done" />}
        {entry.approvalId !== null && (
          <p>
            A clock was not kept, so a second person has to agree to the closing:{' '}
            <Link to="/approvals/$id" params={{ id: entry.approvalId }} className="text-accent underline">
              the approval
            </Link>
            .
          </p>
        )}
        {standing && entry.missing.length === 0 && entry.approvalId === null && (
          <p>Nothing is missing: it can be closed.</p>
        )}
        {!standing && <p>It is closed. The hold on its recordings is released with its matter.</p>}
        {entry.missing.length > 0 && (
          <ul className="list-disc pl-5">
            {entry.missing.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        <div className="flex flex-wrap gap-2">
          {standing && !entry.acknowledged && (
            <ActButton
              act="incident.manage"
              tone="primary"
              disabled={acknowledge.isPending}
              onClick={() => {
                acknowledge.mutate({});
              }}
            >
              Take it on
            </ActButton>
          )}
          {standing && (
            <ActButton
              act="incident.manage"
              tone={entry.classified ? undefined : 'primary'}
              onClick={() => {
                setAsking('classify');
              }}
            >
              Classify
            </ActButton>
          )}
          {OFFERED[entry.state].map((verb) => (
            <ActButton
              key={verb}
              act="incident.manage"
              onClick={() => {
                setAsking(verb);
              }}
            >
              {ACTS[verb].button}
            </ActButton>
          ))}
          {standing && entry.missing.length === 0 && entry.approvalId === null && (
            <ActButton
              act="incident.manage"
              tone="primary"
              disabled={close.isPending}
              onClick={() => {
                close.mutate({});
              }}
            >
              Close
            </ActButton>
          )}
        </div>
      </div>
      {asking === 'classify' && <ClassifyDialog entry={entry} onClose={done} />}
      {asking !== undefined && asking !== 'classify' && (
        <WordsDialog
          incidentId={entry.id}
          verb={asking}
          title={ACTS[asking].title}
          description={ACTS[asking].description}
          questions={ACTS[asking].questions}
          onClose={done}
        />
      )}
    </Card>
  );
}
