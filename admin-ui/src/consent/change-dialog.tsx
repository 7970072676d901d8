import { useState } from 'react';
import { useAskConsentChange } from '../api/consent.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';

const REASON_LENGTH = 500;
const EFFECTS = [
  { value: 'restrict', label: 'Lock it' },
  { value: 'erase', label: 'Destroy what nothing keeps' },
] as const;
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
      { kind: 'withdrawn', effect, reason: reason.trim(), ...whom },
      {
        onSuccess: () => {
          toast({
            tone: 'good',
            title: 'Withdrawal taken',
            detail: 'What comes of it is shown for each recording.',
          });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={party === undefined ? 'A party withdraws its consent' : `${party.name} withdraws consent`}
      description={
        party === undefined
          ? 'Every recording of the party is decided again, and calls in progress stop storing it. What a hold or a rule keeps is locked, not destroyed.'
          : 'This recording is decided again. What a hold or a rule keeps is locked, not destroyed.'
      }
      ready={ready}
      pending={ask.isPending}
      act="Take withdrawal"
      acting="Taking…"
      tone="danger"
      onSubmit={submit}
      onClose={onClose}
    >
      {ask.isError && <ProblemNotice error={ask.error} title="The withdrawal was not taken" />}
      {party === undefined && (
        <TextField
          label="Number or address"
          hint="In international form, such as +4930123456. It is deleted once all is done."
          value={address}
          onValue={setAddress}
          maxLength={256}
          required
        />
      )}
      <div className="grid gap-1.5">
        <span className="text-sm font-medium">Where nothing keeps it</span>
        <Select label="Where nothing keeps it" value={effect} options={EFFECTS} onValue={setEffect} />
      </div>
      <TextField
        label="How it was said"
        hint="Read by auditors."
        value={reason}
        onValue={setReason}
        maxLength={REASON_LENGTH}
        rows={3}
        required
      />
    </FormDialog>
  );
}
