import { useState } from 'react';
import { useHandleIncident } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { idsIn } from './report-dialog.tsx';

interface NoteDialogProps {
  readonly incidentId: string;
  readonly onClose: () => void;
}

/** Adds a note to the time line, and recordings to the evidence. */
export function NoteDialog({ incidentId, onClose }: NoteDialogProps) {
  const [text, setText] = useState('');
  const [recordings, setRecordings] = useState('');
  const add = useHandleIncident(incidentId, 'note');
  const toast = useToast();
  return (
    <FormDialog
      title={t('Add a note')}
      description={t('For whoever reads it later.')}
      ready={text.trim().length >= 3}
      pending={add.isPending}
      act={t('Save')}
      acting={t('Saving…')}
      onSubmit={() => {
        const recordingIds = idsIn(recordings);
        add.mutate(
          { note: text.trim(), ...(recordingIds.length > 0 && { recordingIds }) },
          {
            onSuccess: () => {
              toast({
                tone: 'good',
                title: t('Done'),
                detail: t('It is in the time line and in the ledger.'),
              });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      {add.isError && <ProblemNotice error={add.error} title={t('Nothing was done')} />}
      <TextField label={t('Note')} value={text} onValue={setText} maxLength={8000} rows={4} required />
      <TextField
        label={t('Recordings')}
        hint={t('Their ids; they are held from now on.')}
        value={recordings}
        onValue={setRecordings}
        rows={2}
      />
    </FormDialog>
  );
}
