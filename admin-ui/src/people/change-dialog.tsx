import { useState } from 'react';
import type {
  ChangePerson,
  PersonSummary,
  RoleChangePreview,
  RoleOperation,
} from '../../../hub/api/schemas/person.ts';
import { useChangePerson, usePreviewChange } from '../api/people.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { endsInWords, roleInWords, ruleInWords } from './people-words.ts';

const LONGEST = 200;
const WORDS = {
  hire: {
    title: 'Hire somebody',
    description: 'Department and job decide the role, by the mapping.',
    act: 'Hire',
  },
  move: {
    title: 'Move',
    description: 'The new place decides the role, in open sessions too.',
    act: 'Move',
  },
  suspend: {
    title: 'Suspend',
    description: 'Everything they have open ends at once. They keep their role for when they are taken back.',
    act: 'Suspend',
  },
  resume: {
    title: 'Take back',
    description: 'They may sign in again, with a new link.',
    act: 'Take back',
  },
  leave: {
    title: 'Let go',
    description: 'Everything they have open ends at once, and what they look after goes to their manager.',
    act: 'Let go',
  },
} as const satisfies Record<RoleOperation, { title: string; description: string; act: string }>;

interface ChangeDialogProps {
  readonly operation: RoleOperation;
  /** Left out for a hire. */
  readonly person?: PersonSummary;
  readonly onClose: () => void;
}

/** Asks what a change says, shows what it would come to, and makes it. */
export function ChangeDialog({ operation, person, onClose }: ChangeDialogProps) {
  const [name, setName] = useState('');
  const [department, setDepartment] = useState(person?.department ?? '');
  const [job, setJob] = useState(person?.job ?? '');
  const [reason, setReason] = useState('');
  const preview = usePreviewChange();
  const change = useChangePerson();
  const toast = useToast();
  const placed = operation === 'hire' || operation === 'move';
  const words = WORDS[operation];
  const body: ChangePerson = {
    operation,
    ...(person === undefined ? { name: name.trim() } : { personId: person.id }),
    ...(placed ? { department: department.trim() || null, job: job.trim() || null } : {}),
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
  const ready = operation !== 'hire' || name.trim() !== '';
  const shown = preview.data;
  const edit = (set: (text: string) => void) => (text: string) => {
    set(text);
    preview.reset(); // what was shown was about something else
  };
  return (
    <FormDialog
      title={person === undefined ? words.title : `${words.title}: ${person.name}`}
      description={words.description}
      ready={ready && (shown === undefined || shown.outcome === 'applied')}
      pending={preview.isPending || change.isPending}
      act={shown === undefined ? 'Show what it comes to' : words.act}
      tone={shown !== undefined && (operation === 'leave' || operation === 'suspend') ? 'danger' : 'primary'}
      testId="confirm-change"
      onSubmit={() => {
        if (shown === undefined) preview.mutate(body);
        else
          change.mutate(body, {
            onSuccess: () => {
              toast({ tone: 'good', title: `${words.act}: done`, detail: 'It is entered in the ledger.' });
              onClose();
            },
          });
      }}
      onClose={onClose}
    >
      {preview.isError && <ProblemNotice error={preview.error} title="It cannot be done like this" />}
      {change.isError && <ProblemNotice error={change.error} title="Nothing was changed" />}
      {operation === 'hire' && (
        <TextField label="Name" value={name} onValue={edit(setName)} maxLength={LONGEST} required />
      )}
      {placed && (
        <>
          <TextField
            label="Department"
            value={department}
            onValue={edit(setDepartment)}
            maxLength={LONGEST}
          />
          <TextField label="Job" value={job} onValue={edit(setJob)} maxLength={LONGEST} />
        </>
      )}
      <TextField
        label="Reason (may be left out)"
        hint="Read by auditors."
        value={reason}
        onValue={edit(setReason)}
        maxLength={500}
        rows={2}
      />
      {shown !== undefined && <Preview shown={shown} />}
    </FormDialog>
  );
}

/** What the change would come to; read out when it appears. */
function Preview({ shown }: { readonly shown: RoleChangePreview }) {
  const ends = endsInWords(shown.ends);
  return (
    <div role="status" className="grid gap-1.5 rounded-md border border-line bg-sunken/60 p-3 text-sm">
      <p className="font-medium">
        {shown.outcome === 'applied' && shown.after !== null
          ? `Role: ${roleInWords(shown.before?.role ?? 'none')} → ${roleInWords(shown.after.role)}`
          : shown.outcome === 'refused'
            ? 'This is refused'
            : 'This changes nothing'}
      </p>
      <p className="text-quiet">{ruleInWords(shown.rule)}</p>
      {ends.length > 0 && <p>Ends: {ends.join(', ')}.</p>}
      {shown.owns.length > 0 && (
        <p>
          {shown.owns.map(({ title }) => title).join(', ')}{' '}
          {shown.successor === null
            ? 'would be ownerless: no manager is active.'
            : `would go to ${shown.successor}.`}
        </p>
      )}
    </div>
  );
}
