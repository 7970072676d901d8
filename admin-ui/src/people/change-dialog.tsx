import { useState } from 'react';
import type {
  ChangePerson,
  PersonSummary,
  RoleChangePreview,
  RoleOperation,
} from '../../../hub/api/schemas/person.ts';
import { useChangePerson, usePreviewChange } from '../api/people.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { endsInWords, roleInWords, ruleInWords } from './people-words.ts';

const LONGEST = 200;
const WORDS = {
  hire: {
    title: t('Hire somebody'),
    description: t('Department and job decide the role, by the mapping.'),
    act: t('Hire'),
  },
  move: {
    title: t('Move'),
    description: t('The new place decides the role, in open sessions too.'),
    act: t('Move'),
  },
  suspend: {
    title: t('Suspend'),
    description: t(
      'Everything they have open ends at once. They keep their role for when they are taken back.',
    ),
    act: t('Suspend'),
  },
  resume: {
    title: t('Take back'),
    description: t('They may sign in again, with a new link.'),
    act: t('Take back'),
  },
  leave: {
    title: t('Let go'),
    description: t('Everything they have open ends at once, and what they look after goes to their manager.'),
    act: t('Let go'),
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
      act={shown === undefined ? t('Show what it comes to') : words.act}
      tone={shown !== undefined && (operation === 'leave' || operation === 'suspend') ? 'danger' : 'primary'}
      testId="confirm-change"
      onSubmit={() => {
        if (shown === undefined) preview.mutate(body);
        else
          change.mutate(body, {
            onSuccess: () => {
              toast({
                tone: 'good',
                title: t('{{act}}: done', { act: words.act }),
                detail: t('It is entered in the ledger.'),
              });
              onClose();
            },
          });
      }}
      onClose={onClose}
    >
      {preview.isError && <ProblemNotice error={preview.error} title={t('It cannot be done like this')} />}
      {change.isError && <ProblemNotice error={change.error} title={t('Nothing was changed')} />}
      {operation === 'hire' && (
        <TextField label={t('Name')} value={name} onValue={edit(setName)} maxLength={LONGEST} required />
      )}
      {placed && (
        <>
          <TextField
            label={t('Department')}
            value={department}
            onValue={edit(setDepartment)}
            maxLength={LONGEST}
          />
          <TextField label={t('Job')} value={job} onValue={edit(setJob)} maxLength={LONGEST} />
        </>
      )}
      <ReasonField
        label={t('Reason (may be left out)')}
        value={reason}
        onValue={edit(setReason)}
        required={false}
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
          ? t('Role: {{before}} → {{after}}', {
              before: roleInWords(shown.before?.role ?? 'none'),
              after: roleInWords(shown.after.role),
            })
          : shown.outcome === 'refused'
            ? t('This is refused')
            : t('This changes nothing')}
      </p>
      <p className="text-quiet">{ruleInWords(shown.rule)}</p>
      {ends.length > 0 && <p>{t('Ends: {{what}}.', { what: ends.join(', ') })}</p>}
      {shown.owns.length > 0 && (
        <p>
          {shown.successor === null
            ? t('{{things}} would be ownerless: no manager is active.', { things: titlesOf(shown.owns) })
            : t('{{things}} would go to {{person}}.', {
                things: titlesOf(shown.owns),
                person: shown.successor,
              })}
        </p>
      )}
    </div>
  );
}

function titlesOf(owns: RoleChangePreview['owns']): string {
  return owns.map(({ title }) => title).join(', ');
}
