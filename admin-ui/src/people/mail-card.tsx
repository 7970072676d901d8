import { useState } from 'react';
import { Mail } from 'lucide-react';
import type { PersonDetail } from '../../../hub/api/schemas/person.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { useMailSignInLink, useSetAddress } from '../api/mail.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';

/** Where mail to a person goes, and a link that signs them in. */
export function MailCard({ person: { id, email } }: { readonly person: PersonDetail }) {
  const [changing, setChanging] = useState(false);
  const link = useMailSignInLink(id);
  return (
    <Card title={t('Mail')} icon={<Mail />} hint={t('What waits for them is told here')}>
      <p className="text-sm break-all">
        {email ?? <span className="text-quiet">{t('No address is known.')}</span>}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <ActButton
          act="user.manage"
          size="small"
          onClick={() => {
            setChanging(true);
          }}
        >
          {t('Change address…')}
        </ActButton>
        {email !== null && (
          <ActButton
            act="user.manage"
            size="small"
            disabled={link.isPending}
            onClick={() => {
              link.mutate(undefined);
            }}
          >
            {t('Mail a link to sign in')}
          </ActButton>
        )}
      </div>
      {link.isSuccess && (
        <p className="mt-2 text-sm" role="status">
          {t('A link that works once, within a day, is on its way.')}
        </p>
      )}
      {link.isError && <ProblemNotice error={link.error} title={t('No link was sent')} />}
      {changing && (
        <AddressDialog
          personId={id}
          known={email ?? ''}
          onClose={() => {
            setChanging(false);
          }}
        />
      )}
    </Card>
  );
}

interface AddressDialogProps {
  readonly personId: string;
  readonly known: string;
  readonly onClose: () => void;
}

function AddressDialog({ personId, known, onClose }: AddressDialogProps) {
  const [email, setEmail] = useState(known);
  const set = useSetAddress(personId);
  return (
    <FormDialog
      title={t('Address of this person')}
      description={t('Links that sign in go there as well: make sure that the mailbox is theirs.')}
      ready
      pending={set.isPending}
      act={t('Save')}
      acting={t('Saving…')}
      onSubmit={() => {
        set.mutate({ email: email.trim() === '' ? null : email.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      {set.isError && !namesField(set.error, ['email']) && (
        <ProblemNotice error={set.error} title={t('Nothing was saved')} />
      )}
      <TextField
        label={t('Mail address')}
        hint={t('Empty, nothing is mailed to them.')}
        value={email}
        onValue={setEmail}
        error={fieldError(set.error, 'email')}
        maxLength={254}
      />
    </FormDialog>
  );
}
