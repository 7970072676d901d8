import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { fieldError, namesField } from '../api/field-error.ts';
import { useRequestExport } from '../api/exports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { plural, t } from '../i18n/t.ts';

const DAYS = [
  { value: '1', label: t('1 day') },
  { value: '7', label: t('7 days') },
  { value: '14', label: t('14 days') },
  { value: '30', label: t('30 days') },
] as const;
const KEY_FIELD = 'recipientKey';

interface RequestExportDialogProps {
  readonly recordingIds: readonly string[];
  readonly onClose: () => void;
}

/** Asks for whom, why and how long, and asks for the export; then shows it. */
export function RequestExportDialog({ recordingIds, onClose }: RequestExportDialogProps) {
  const [recipient, setRecipient] = useState('');
  const [recipientKey, setKey] = useState('');
  const [purpose, setPurpose] = useState('');
  const [matter, setMatter] = useState('');
  const [days, setDays] = useState<(typeof DAYS)[number]['value']>('7');
  const request = useRequestExport();
  const navigate = useNavigate();
  const toast = useToast();
  const complete = [recipient, recipientKey, purpose].every((text) => text.trim() !== '');
  const submit = () => {
    const body = {
      recordingIds: [...recordingIds],
      recipient: recipient.trim(),
      recipientKey: recipientKey.trim(),
      purpose: purpose.trim(),
      ...(matter.trim() === '' ? {} : { matter: matter.trim() }),
      days: Number(days),
    };
    request.mutate(body, {
      onSuccess: ({ id, state }) => {
        toast({
          tone: 'good',
          title: state === 'requested' ? t('Export asked for') : t('Export approved'),
          detail: state === 'requested' ? t('A second person has to agree.') : t('The bundle is being made.'),
        });
        onClose();
        void navigate({ to: '/exports/$id', params: { id } });
      },
    });
  };
  return (
    <FormDialog
      title={plural(recordingIds.length, {
        one: 'Export this recording',
        other: 'Export {{count}} recordings',
      })}
      description={t(
        'Makes a sealed bundle with media, custody and proofs, encrypted so that only the recipient can open it.',
      )}
      ready={complete}
      pending={request.isPending}
      act={t('Ask for export')}
      acting={t('Asking…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {request.isError && !namesField(request.error, [KEY_FIELD]) && (
        <ProblemNotice error={request.error} title={t('The export was not asked for')} />
      )}
      <TextField
        label={t('Recipient')}
        hint={t('Name of who receives it. It is in the watermark.')}
        value={recipient}
        onValue={setRecipient}
        maxLength={200}
        required
      />
      <TextField
        label={t('Key of the recipient')}
        hint={t('An age recipient (age1…) or a certificate in PEM. Compare it by another way than it came.')}
        value={recipientKey}
        onValue={setKey}
        error={fieldError(request.error, KEY_FIELD)}
        maxLength={20_000}
        rows={3}
        required
      />
      <TextField label={t('Purpose')} value={purpose} onValue={setPurpose} maxLength={500} required />
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3">
        <TextField label={t('Matter (optional)')} value={matter} onValue={setMatter} maxLength={200} />
        <div className="grid gap-1.5">
          <span aria-hidden className="text-sm font-medium">
            {t('To be fetched within')}
          </span>
          <Select label={t('To be fetched within')} value={days} options={DAYS} onValue={setDays} />
        </div>
      </div>
    </FormDialog>
  );
}
