import { useState } from 'react';
import { useConnection } from '../api/connections.ts';
import { useCorrect, type DeliveryDetail } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';

/** Sets one mapped field by hand for this delivery, and sends it. */
export function CorrectDialog({
  delivery,
  onClose,
}: {
  readonly delivery: DeliveryDetail;
  readonly onClose: () => void;
}) {
  const rows = useConnection(delivery.connectionId).data?.mappings[delivery.operation] ?? [];
  const [field, setField] = useState(delivery.error?.field ?? '');
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const correct = useCorrect(delivery.id);
  const chosen = rows.find(({ target }) => target === field) ?? rows[0];
  return (
    <FormDialog
      title="Correct a field and send"
      description="Only this delivery is sent so. The mapping stays as it is; change it where all recordings are concerned."
      ready={chosen !== undefined && reason.trim() !== ''}
      pending={correct.isPending}
      act="Send it so"
      acting="Queueing…"
      onSubmit={() => {
        if (chosen === undefined) return;
        correct.mutate(
          { fields: { [chosen.target]: valueAs(chosen.type, value) }, reason: reason.trim() },
          { onSuccess: onClose },
        );
      }}
      onClose={onClose}
    >
      {correct.isError && <ProblemNotice error={correct.error} title="It was not sent" />}
      {chosen === undefined ? (
        <p className="text-sm">This connection maps no field, so there is none to set.</p>
      ) : (
        <>
          <Select
            label="Field"
            value={chosen.target}
            options={rows.map(({ target }) => ({ value: target, label: target }))}
            onValue={setField}
            className="justify-self-start"
          />
          <TextField label="Value" value={value} onValue={setValue} hint={`${chosen.type}; empty for none`} />
          <TextField
            label="Why"
            value={reason}
            onValue={setReason}
            hint="Kept in the ledger."
            maxLength={500}
            rows={2}
            required
          />
        </>
      )}
    </FormDialog>
  );
}

/** What was typed, as the type of the field has it; what is no number stays text, and the hub says what is wrong. */
function valueAs(type: string, typed: string): string | number | boolean | null {
  if (typed === '') return null;
  if (type === 'boolean') return typed === 'true';
  if ((type === 'integer' || type === 'number') && !Number.isNaN(Number(typed))) return Number(typed);
  return typed;
}
