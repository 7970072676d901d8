import { useState } from 'react';
import type { UseMutationResult } from '@tanstack/react-query';
import { useConnection } from '../api/connections.ts';
import { useCorrect, useCorrectGroup, type DeadLetterGroup, type DeliveryDetail } from '../api/deliveries.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { isReason } from '../components/reason.ts';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { plural, t } from '../i18n/t.ts';

/** Sets one mapped field by hand for this delivery, and sends it. */
export function CorrectDialog({
  delivery,
  onClose,
}: {
  readonly delivery: DeliveryDetail;
  readonly onClose: () => void;
}) {
  const { connectionId, operation, error } = delivery;
  return (
    <Correction
      about={{ connectionId, operation, field: error?.field ?? '' }}
      title={t('Correct a field and send')}
      description={t(
        'Only this delivery is sent so. The mapping stays as it is; change it where all recordings are concerned.',
      )}
      correct={useCorrect(delivery.id)}
      choice={{}}
      onDone={onClose}
      onClose={onClose}
    />
  );
}

/** Sets one mapped field to the same value for every dead letter of a cause, and sends them. */
export function CorrectGroupDialog({
  group,
  onClose,
}: {
  readonly group: DeadLetterGroup;
  readonly onClose: () => void;
}) {
  const { connectionId, fingerprint, operation, errorField, count } = group;
  const toast = useToast();
  return (
    <Correction
      about={{ connectionId, operation, field: errorField ?? '' }}
      title={plural(count, {
        one: 'Correct {{count}} dead letter and send it',
        other: 'Correct {{count}} dead letters and send them',
      })}
      description={t(
        'All of them get the same value, the oldest 200 at once. The mapping stays as it is; change it where later recordings are concerned.',
      )}
      correct={useCorrectGroup()}
      choice={{ connectionId, fingerprint }}
      onDone={(answer) => {
        const sent = (answer as { readonly count: number }).count;
        toast({
          tone: 'good',
          title: plural(sent, {
            one: '{{count}} delivery queued again',
            other: '{{count}} deliveries queued again',
          }),
        });
        onClose();
      }}
      onClose={onClose}
    />
  );
}

interface CorrectionProps {
  readonly about: { readonly connectionId: string; readonly operation: string; readonly field: string };
  readonly title: string;
  readonly description: string;
  readonly correct: Pick<
    UseMutationResult<unknown, Error, object>,
    'mutate' | 'isPending' | 'isError' | 'error'
  >;
  /** Which ones, where the address does not say it. */
  readonly choice: object;
  readonly onDone: (answer: unknown) => void;
  readonly onClose: () => void;
}

function Correction({ about, title, description, correct, choice, onDone, onClose }: CorrectionProps) {
  const rows = useConnection(about.connectionId).data?.mappings[about.operation] ?? [];
  const [field, setField] = useState(about.field);
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const chosen = rows.find(({ target }) => target === field) ?? rows[0];
  return (
    <FormDialog
      title={title}
      description={description}
      ready={chosen !== undefined && isReason(reason)}
      pending={correct.isPending}
      act={t('Send it so')}
      acting={t('Queueing…')}
      onSubmit={() => {
        if (chosen === undefined) return;
        const fields = { [chosen.target]: valueAs(chosen.type, value) };
        correct.mutate({ ...choice, fields, reason: reason.trim() }, { onSuccess: onDone });
      }}
      onClose={onClose}
    >
      {correct.isError && <ProblemNotice error={correct.error} title={t('It was not sent')} />}
      {chosen === undefined ? (
        <p className="text-sm">{t('This connection maps no field, so there is none to set.')}</p>
      ) : (
        <>
          <Select
            label={t('Field')}
            value={chosen.target}
            options={rows.map(({ target }) => ({ value: target, label: target }))}
            onValue={setField}
            className="justify-self-start"
          />
          <TextField
            label={t('Value')}
            value={value}
            onValue={setValue}
            hint={t('{{type}}; empty for none', { type: chosen.type })}
          />
          <TextField
            label={t('Why')}
            value={reason}
            onValue={setReason}
            hint={t('Kept in the ledger.')}
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
