import { useState } from 'react';
import { fieldError, namesField } from '../api/field-error.ts';
import { useMailStanding } from '../api/mail.ts';
import { useNotify } from '../api/matters.ts';
import { CopyButton } from '../components/copy-button.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Dialog } from '../components/ui/dialog.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { useMay } from '../session/use-may.ts';
import { t } from '../i18n/t.ts';
import { NoticeRhythmFields } from './notice-rhythm-fields.tsx';
import { rhythmOf, USUAL_RHYTHM } from './notice-rhythm.ts';

const FIELDS = ['address', 'superiorAddress'] as const;
const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

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
  const [way, setWay] = useState<'hand' | 'mail'>('hand');
  const [address, setAddress] = useState('');
  const [superiorAddress, setSuperiorAddress] = useState('');
  const [rhythm, setRhythm] = useState(USUAL_RHYTHM);
  const reminded = rhythmOf(rhythm);
  const mailed = way === 'mail';
  const canMail = useMailStanding(useMay('person.read')).data?.setting?.allowed === true;
  const notify = useNotify(matterId);
  const complete =
    name.trim() !== '' &&
    instructions.trim() !== '' &&
    (!mailed || address.trim() !== '') &&
    reminded !== undefined;
  if (notify.data !== undefined)
    return <LinkDialog url={notify.data.url} mailed={mailed} onClose={onClose} />;
  return (
    <FormDialog
      title={t('Tell a custodian')}
      description={t('Reminded until there is an answer; then the superior is to be told.')}
      ready={complete}
      pending={notify.isPending}
      act={mailed ? t('Send the notice') : t('Make the link')}
      acting={mailed ? t('Sending the notice…') : t('Making the link…')}
      onSubmit={() => {
        notify.mutate({
          name: name.trim(),
          instructions: instructions.trim(),
          superior: orNull(superior),
          byMail: mailed,
          ...reminded,
          ...(mailed && { address: orNull(address), superiorAddress: orNull(superiorAddress) }),
        });
      }}
      onClose={onClose}
    >
      {notify.isError && !namesField(notify.error, FIELDS) && (
        <ProblemNotice error={notify.error} title={t('Nobody was told')} />
      )}
      <TextField label={t('Name')} value={name} onValue={setName} maxLength={200} required />
      {canMail && (
        <Select
          label={t('How they are told')}
          value={way}
          options={[
            { value: 'hand', label: t('I hand the link over') },
            { value: 'mail', label: t('By mail, reminders too') },
          ]}
          onValue={setWay}
          className="justify-self-start"
        />
      )}
      {mailed && (
        <TextField
          label={t('Mail address')}
          value={address}
          onValue={setAddress}
          error={fieldError(notify.error, 'address')}
          maxLength={254}
          required
        />
      )}
      <TextField
        label={t('Superior')}
        hint={t('Told when no answer comes.')}
        value={superior}
        onValue={setSuperior}
        maxLength={200}
      />
      {mailed && (
        <TextField
          label={t('Mail address of the superior')}
          hint={t('Without one, the superior is told by you.')}
          value={superiorAddress}
          onValue={setSuperiorAddress}
          error={fieldError(notify.error, 'superiorAddress')}
          maxLength={254}
        />
      )}
      <NoticeRhythmFields rhythm={rhythm} onRhythm={setRhythm} />
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

interface LinkDialogProps {
  readonly url: string;
  /** Whether it goes by mail besides. */
  readonly mailed: boolean;
  readonly onClose: () => void;
}

/** The link of the notice, which is not shown again. */
function LinkDialog({ url, mailed, onClose }: LinkDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={mailed ? t('The notice goes by mail') : t('Hand over this link')}
      description={
        mailed
          ? t('The matter shows what became of it. This link works as well; it is shown once.')
          : t('It is shown once. The custodian reads the notice there and acknowledges it.')
      }
    >
      <div className="grid gap-4">
        <code className="rounded-md bg-sunken p-3 text-xs break-all">{url}</code>
        <div className="flex justify-end gap-2">
          <CopyButton text={url} what={t('the link')} />
          <Button onClick={onClose}>{t('Done')}</Button>
        </div>
      </div>
    </Dialog>
  );
}
