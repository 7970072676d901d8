import { useState } from 'react';
import { useNotify } from '../api/matters.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';

/** Tells a custodian what to keep, and shows the link once. */
export function NoticeDialog({
  matterId,
  onClose,
}: {
  readonly matterId: string;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [superior, setSuperior] = useState('');
  const [instructions, setInstructions] = useState('');
  const notify = useNotify(matterId);
  const complete = name.trim() !== '' && instructions.trim() !== '';
  if (notify.data !== undefined)
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={t('Hand over this link')}
        description={t('It is shown once. The custodian reads the notice there and acknowledges it.')}
      >
        <div className="grid gap-4">
          <code className="rounded-md bg-sunken p-3 text-xs break-all">{notify.data.url}</code>
          <div className="flex justify-end gap-2">
            <CopyButton text={notify.data.url} what={t('the link')} />
            <Button onClick={onClose}>{t('Done')}</Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title={t('Tell a custodian')}
      description={t('Reminded every 7 days, three times; then the superior is to be told.')}
      ready={complete}
      pending={notify.isPending}
      act={t('Make the link')}
      acting={t('Making the link…')}
      onSubmit={() => {
        notify.mutate({
          name: name.trim(),
          instructions: instructions.trim(),
          superior: superior.trim() === '' ? null : superior.trim(),
        });
      }}
      onClose={onClose}
    >
      {notify.isError && <ProblemNotice error={notify.error} title={t('Nobody was told')} />}
      <TextField label={t('Name')} value={name} onValue={setName} maxLength={200} required />
      <TextField
        label={t('Superior')}
        hint={t('Told when no answer comes.')}
        value={superior}
        onValue={setSuperior}
        maxLength={200}
      />
      <TextField
        label={t('What to keep')}
        value={instructions}
        onValue={setInstructions}
        maxLength={8000}
        rows={5}
        required
      />
    </FormDialog>
  );
}
