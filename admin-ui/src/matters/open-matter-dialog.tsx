import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useOpenMatter } from '../api/matters.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';
import { tagsOf } from './matter-words.ts';
import { dayOf } from './query-words.ts';

/** Opens a matter before anything is held for it. */
export function OpenMatterDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [tags, setTags] = useState('');
  const [day, setDay] = useState('');
  const open = useOpenMatter();
  const navigate = useNavigate();
  const reviewAt = dayOf(day);
  const wrong = day !== '' && reviewAt === undefined;
  return (
    <FormDialog
      title={t('Open a matter')}
      description={t(
        'A case, an inquiry, a dispute. Its holds are placed afterwards, by query or on single recordings.',
      )}
      ready={name.trim() !== '' && !wrong}
      pending={open.isPending}
      act={t('Open the matter')}
      acting={t('Opening…')}
      onSubmit={() => {
        open.mutate(
          { name: name.trim(), tags: tagsOf(tags), reviewAt: reviewAt ?? null },
          { onSuccess: ({ id }) => void navigate({ to: '/matters/$id', params: { id } }) },
        );
      }}
      onClose={onClose}
    >
      {open.isError && <ProblemNotice error={open.error} title={t('The matter was not opened')} />}
      <TextField
        label={t('Name')}
        hint={t('It is in the ledger as a commitment, and on every list.')}
        value={name}
        onValue={setName}
        maxLength={200}
        required
      />
      <TextField
        label={t('Tags')}
        hint={t('Regulatory triggers, with commas between. What the matter holds is found by them.')}
        value={tags}
        onValue={setTags}
        maxLength={600}
      />
      <TextField
        label={t('Ask again on')}
        hint={t('The day (UTC) on which somebody asks whether it is still needed; may be left out.')}
        error={wrong ? t('A day looks like 2027-01-31.') : undefined}
        placeholder="2027-01-31"
        value={day}
        onValue={setDay}
        maxLength={10}
      />
    </FormDialog>
  );
}
