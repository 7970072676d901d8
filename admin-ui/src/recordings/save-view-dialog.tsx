import { useState } from 'react';
import { fieldError, namesField } from '../api/field-error.ts';
import { useSaveView } from '../api/views.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import type { RecordingsSearch } from './recordings-search.ts';

interface SaveViewDialogProps {
  readonly search: RecordingsSearch;
  readonly onClose: () => void;
}

/** Asks for the name under which the search is kept. */
export function SaveViewDialog({ search, onClose }: SaveViewDialogProps) {
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const mayShare = useMay('view.share');
  const save = useSaveView();
  const toast = useToast();
  const submit = () => {
    save.mutate(
      { list: 'recordings', name: name.trim(), search: { ...search }, shared },
      {
        onSuccess: () => {
          toast({ tone: 'good', title: t('View saved') });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('Save this view')}
      description={t(
        'Keeps filters, order and columns as they are. A view is only a search: it gives nobody a right to what it finds.',
      )}
      ready={name.trim() !== ''}
      pending={save.isPending}
      act={t('Save view')}
      acting={t('Saving…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {save.isError && !namesField(save.error, ['name']) && (
        <ProblemNotice error={save.error} title={t('The view was not saved')} />
      )}
      <TextField
        label={t('Name')}
        value={name}
        onValue={setName}
        error={fieldError(save.error, 'name')}
        maxLength={80}
        required
      />
      {mayShare && (
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={shared}
            onChange={({ target }) => {
              setShared(target.checked);
            }}
          />
          {t('Everybody of the tenant sees it')}
        </label>
      )}
    </FormDialog>
  );
}
