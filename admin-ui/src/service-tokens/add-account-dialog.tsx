import { useState } from 'react';
import { useAddServiceAccount } from '../api/service-accounts.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';

/** Adds an account of a machine. */
export function AddAccountDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState('');
  const add = useAddServiceAccount();
  return (
    <FormDialog
      title={t('Add an account of a machine')}
      description={t('You will look after it. What it may do is said by its tokens.')}
      ready={name.trim() !== '' && purpose.trim().length >= 3}
      pending={add.isPending}
      act={t('Add account')}
      testId="confirm-add-service-account"
      onSubmit={() => {
        add.mutate({ name: name.trim(), purpose: purpose.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {add.isError && <ProblemNotice error={add.error} title={t('The account was not added')} />}
      <TextField
        label={t('Name')}
        hint={t('As it will stand in the ledger.')}
        value={name}
        onValue={setName}
        maxLength={120}
        required
      />
      <TextField
        label={t('What it is for')}
        value={purpose}
        onValue={setPurpose}
        maxLength={500}
        rows={2}
        required
      />
    </FormDialog>
  );
}
