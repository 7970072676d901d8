import { useState } from 'react';
import { fieldError, namesField } from '../api/field-error.ts';
import { useSetMail, type MailStanding } from '../api/mail.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { isReason } from '../components/reason.ts';
import { t } from '../i18n/t.ts';

const FIELDS = ['sender', 'senderName'] as const;

/** Asks from whom mail comes and whether any is sent. */
export function SettingDialog({
  standing,
  onClose,
}: {
  readonly standing: MailStanding;
  readonly onClose: () => void;
}) {
  const known = standing.setting;
  const [allowed, setAllowed] = useState<'on' | 'off'>(known?.allowed === false ? 'off' : 'on');
  const [sender, setSender] = useState(known?.sender ?? '');
  const [senderName, setSenderName] = useState(known?.senderName ?? '');
  const [language, setLanguage] = useState<'en' | 'de'>(known?.language ?? 'en');
  const [reason, setReason] = useState('');
  const set = useSetMail();
  return (
    <FormDialog
      title={t('Mail to people')}
      description={t(
        'People are told of what waits for them. A mail never names a recording or who was recorded.',
      )}
      ready={sender.trim() !== '' && senderName.trim() !== '' && isReason(reason)}
      pending={set.isPending}
      act={t('Save')}
      acting={t('Saving…')}
      onSubmit={() => {
        const body = {
          allowed: allowed === 'on',
          sender: sender.trim(),
          senderName: senderName.trim(),
          language,
        };
        set.mutate({ ...body, reason: reason.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {set.isError && !namesField(set.error, FIELDS) && (
        <ProblemNotice error={set.error} title={t('Nothing was saved')} />
      )}
      <Select
        label={t('Whether mail is sent')}
        value={allowed}
        options={[
          { value: 'on', label: t('Mail is sent') },
          { value: 'off', label: t('No mail is sent') },
        ]}
        onValue={setAllowed}
        className="justify-self-start"
      />
      <TextField
        label={t('Address of the sender')}
        hint={
          standing.domains.length === 0
            ? t('No domain is allowed yet: the operator sets HOLDFAST_MAIL_DOMAINS.')
            : t('Of one of these domains: {{domains}}', { domains: standing.domains.join(', ') })
        }
        value={sender}
        onValue={setSender}
        error={fieldError(set.error, 'sender')}
        maxLength={254}
        required
      />
      <TextField
        label={t('Name of the sender')}
        value={senderName}
        onValue={setSenderName}
        error={fieldError(set.error, 'senderName')}
        maxLength={100}
        required
      />
      <Select
        label={t('Language of the mails')}
        value={language}
        options={[
          { value: 'en', label: t('In English') },
          { value: 'de', label: t('In German') },
        ]}
        onValue={setLanguage}
        className="justify-self-start"
      />
      <ReasonField value={reason} onValue={setReason} rows={2} />
    </FormDialog>
  );
}
