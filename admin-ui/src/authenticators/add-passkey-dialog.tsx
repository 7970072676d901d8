import { useState } from 'react';
import { useAddPasskey } from '../api/authenticators.ts';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';
import { passkeyFailure } from '../step-up/step-up-words.ts';

/** Asks for a name, then the browser for a passkey. */
export function AddPasskeyDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const add = useAddPasskey();
  return (
    <FormDialog
      title={t('Add a passkey')}
      description={t('Your browser asks for a key, this device or your phone, which checks that it is you.')}
      ready={name.trim() !== ''}
      pending={add.isPending}
      act={t('Go on')}
      acting={t('Waiting for your passkey…')}
      testId="confirm-add-passkey"
      onSubmit={() => {
        add.mutate(name.trim(), { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <TextField
        label={t('What you call it')}
        value={name}
        onValue={setName}
        maxLength={80}
        placeholder={t('Key on my ring')}
        error={add.isError ? passkeyFailure(add.error) : undefined}
      />
    </FormDialog>
  );
}
