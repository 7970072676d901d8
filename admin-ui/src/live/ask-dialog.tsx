import { useState } from 'react';
import { useAskRecorder } from '../api/live.ts';
import type { Verb } from '../api/live.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';

const REASON_LENGTH = 500;

interface VerbWords {
  readonly title: string;
  /** What will happen. */
  readonly meaning: string;
  readonly button: string;
  readonly done: string;
  readonly danger?: true;
}

const WORDS: Readonly<Record<Verb, VerbWords>> = {
  pause: {
    title: t('Pause this recording?'),
    meaning: t('Nothing is stored until it is resumed; the gap stays visible. The call itself goes on.'),
    button: t('Pause'),
    done: t('Recording paused'),
  },
  resume: {
    title: t('Resume this recording?'),
    meaning: t('The call is stored again from now on.'),
    button: t('Resume'),
    done: t('Recording resumed'),
  },
  end: {
    title: t('End this recording?'),
    meaning: t(
      'What was stored is sealed and kept. The call itself goes on, unrecorded; this cannot be undone.',
    ),
    button: t('End recording'),
    done: t('Recording ended'),
    danger: true,
  },
  snapshot: {
    title: t('Ask for complete metadata?'),
    meaning: t('The recording client is asked to send everything it knows about the call again.'),
    button: t('Ask'),
    done: t('Metadata asked for'),
  },
  drain: {
    title: t('Drain this recorder?'),
    meaning: t(
      'It refuses new calls, so that callers go to another recorder. Calls in progress go on to their end.',
    ),
    button: t('Drain'),
    done: t('The recorder refuses new calls'),
  },
  undrain: {
    title: t('Take calls again?'),
    meaning: t('The recorder takes new calls from now on.'),
    button: t('Take calls'),
    done: t('The recorder takes new calls'),
  },
};

interface AskDialogProps {
  readonly verb: Verb;
  /** Id of the recording, or name of the recorder. */
  readonly subject: string;
  readonly onClose: () => void;
}

/** Says what will happen, asks for the reason, asks the recorder and waits for its answer. */
export function AskDialog({ verb, subject, onClose }: AskDialogProps) {
  const words = WORDS[verb];
  const [reason, setReason] = useState('');
  const ask = useAskRecorder(verb, subject);
  const toast = useToast();
  const submit = () => {
    ask.mutate(
      { reason: reason.trim() },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: words.done, detail: t('It is entered in the ledger.') });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={words.title}
      description={words.meaning}
      ready={reason.trim() !== ''}
      pending={ask.isPending}
      act={words.button}
      acting={t('Waiting for the recorder…')}
      tone={words.danger === true ? 'danger' : 'primary'}
      onSubmit={submit}
      onClose={onClose}
    >
      {ask.isError && !namesField(ask.error, ['reason']) && (
        <ProblemNotice error={ask.error} title={t('It was not done')} />
      )}
      <TextField
        label={t('Reason')}
        hint={t("Kept in the ledger and in the recording's journal. No names or numbers.")}
        value={reason}
        onValue={setReason}
        error={fieldError(ask.error, 'reason')}
        maxLength={REASON_LENGTH}
        rows={2}
        required
      />
    </FormDialog>
  );
}
