import { useState } from 'react';
import { useAskConsentChange } from '../api/consent.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { Choice } from '../work-place/choice.tsx';

const EFFECTS = [
  { value: 'restrict', label: t('Lock it') },
  { value: 'erase', label: t('Destroy what nothing keeps') },
] as const;
const KINDS = [
  { value: 'withdrawn', label: t('Consent is withdrawn') },
  { value: 'refused', label: t('Consent is refused') },
  { value: 'assented', label: t('Consent is given') },
] as const;
type Kind = (typeof KINDS)[number]['value'];
type Effect = (typeof EFFECTS)[number]['value'];

/** Whom a withdrawal is of: a party of one recording, or, left out, whoever has the address that is asked for. */
interface ChangeDialogProps {
  readonly party?: { readonly recordingId: string; readonly ordinal: number; readonly name: string };
  readonly onClose: () => void;
}

/** Says what a withdrawal does, asks how it was said, and takes it. */
export function ChangeDialog({ party, onClose }: ChangeDialogProps) {
  const [address, setAddress] = useState('');
  const [effect, setEffect] = useState<Effect>('restrict');
  const [kind, setKind] = useState<Kind>('withdrawn');
  const [reason, setReason] = useState('');
  const ask = useAskConsentChange();
  const toast = useToast();
  const ready = reason.trim() !== '' && (party !== undefined || address.trim() !== '');
  const submit = () => {
    const whom =
      party === undefined
        ? { address: address.trim() }
        : { recordingId: party.recordingId, partyOrdinals: [party.ordinal] };
    ask.mutate(
      { kind, effect, reason: reason.trim(), ...whom },
      {
        onSuccess: () => {
          toast({
            tone: 'good',
            title: kind === 'withdrawn' ? t('Withdrawal taken') : t('Change taken'),
            detail: t('What comes of it is shown for each recording.'),
          });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={
        party === undefined
          ? t('A party withdraws its consent')
          : t('{{name}} withdraws consent', { name: party.name })
      }
      description={
        party === undefined
          ? t(
              'Every recording of the party is decided again, and calls in progress stop storing it. What a hold or a rule keeps is locked, not destroyed.',
            )
          : t('This recording is decided again. What a hold or a rule keeps is locked, not destroyed.')
      }
      ready={ready}
      pending={ask.isPending}
      act={kind === 'withdrawn' ? t('Take withdrawal') : t('Take the change')}
      acting={t('Taking…')}
      tone="danger"
      onSubmit={submit}
      onClose={onClose}
    >
      {ask.isError && <ProblemNotice error={ask.error} title={t('The withdrawal was not taken')} />}
      {party === undefined && (
        <TextField
          label={t('Number or address')}
          hint={t('In international form, such as +4930123456. It is deleted once all is done.')}
          value={address}
          onValue={setAddress}
          maxLength={256}
          required
        />
      )}
      <Choice
        label={t('What was said')}
        value={kind}
        options={KINDS}
        onValue={(value) => {
          setKind(value as Kind);
        }}
      />
      {kind !== 'assented' && (
        <Choice
          label={t('Where nothing keeps it')}
          value={effect}
          options={EFFECTS}
          onValue={(value) => {
            setEffect(value as Effect);
          }}
        />
      )}
      <ReasonField label={t('How it was said')} value={reason} onValue={setReason} />
    </FormDialog>
  );
}
