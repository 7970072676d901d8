import { useState } from 'react';
import { useHandleIncident, type IncidentVerb } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

/** A question of the dialog, and the field of the API that its answer is for. */
export interface Question {
  readonly field: string;
  readonly label: string;
  readonly hint?: string;
}

interface WordsDialogProps {
  readonly incidentId: string;
  readonly verb: IncidentVerb;
  readonly title: string;
  readonly description: string;
  readonly questions: readonly Question[];
  /** Sent besides the answers. */
  readonly fixed?: object;
  readonly onClose: () => void;
}

/** Asks for somebody's own words, and does what they are for. */
export function WordsDialog({
  incidentId,
  verb,
  title,
  description,
  questions,
  fixed,
  onClose,
}: WordsDialogProps) {
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const handle = useHandleIncident(incidentId, verb);
  const toast = useToast();
  const answerOf = (field: string) => (answers[field] ?? '').trim();
  const ready = questions.every(({ field }) => answerOf(field).length >= 3);
  const submit = () => {
    handle.mutate(
      { ...fixed, ...Object.fromEntries(questions.map(({ field }) => [field, answerOf(field)])) },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: t('Done'), detail: t('It is in the time line and in the ledger.') });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={title}
      description={description}
      ready={ready}
      pending={handle.isPending}
      act={t('Save')}
      acting={t('Saving…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {handle.isError && <ProblemNotice error={handle.error} title={t('Nothing was done')} />}
      {questions.map(({ field, label, hint }) => (
        <TextField
          key={field}
          label={label}
          {...(hint === undefined ? {} : { hint })}
          value={answers[field] ?? ''}
          onValue={(value) => {
            setAnswers({ ...answers, [field]: value });
          }}
          maxLength={1000}
          rows={3}
          required
        />
      ))}
    </FormDialog>
  );
}
