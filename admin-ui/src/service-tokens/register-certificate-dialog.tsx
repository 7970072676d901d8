import { useState } from 'react';
import { useRegisterCertificate, type ServiceAccount } from '../api/service-accounts.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { DaysChoice } from './days-choice.tsx';
import { ScopeChoice } from './scope-choice.tsx';

interface RegisterCertificateDialogProps {
  readonly account: ServiceAccount;
  readonly scopes: readonly string[];
  readonly onClose: () => void;
}

/** Registers a client certificate that the machine proves itself by; its key never comes here. */
export function RegisterCertificateDialog({ account, scopes, onClose }: RegisterCertificateDialogProps) {
  const [name, setName] = useState('');
  const [days, setDays] = useState(90);
  const [certificate, setCertificate] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const register = useRegisterCertificate(account.id);
  const toast = useToast();
  const pem = certificate.trim();
  const hasKey = pem.includes('PRIVATE KEY');
  return (
    <FormDialog
      title={t('New certificate for {{name}}', { name: account.name })}
      description={t(
        'Whoever has its key may do in the name of the machine what you choose here. It is asked for where the hub itself ends TLS.',
      )}
      ready={name.trim() !== '' && chosen.size > 0 && pem.startsWith('-----BEGIN CERTIFICATE') && !hasKey}
      pending={register.isPending}
      act={t('Register')}
      testId="confirm-register-certificate"
      onSubmit={() => {
        register.mutate(
          { name: name.trim(), days, scope: [...chosen], certificate: pem },
          {
            onSuccess: ({ fingerprint }) => {
              toast({ tone: 'good', title: t('The certificate is registered'), detail: fingerprint });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      {register.isError && (
        <ProblemNotice error={register.error} title={t('The certificate was not registered')} />
      )}
      <TextField
        label={t('Name')}
        hint={t('What tells it from others of this account.')}
        value={name}
        onValue={setName}
        maxLength={120}
        required
      />
      <TextField
        label={t('Certificate')}
        hint={t('In PEM, without its key.')}
        error={
          hasKey
            ? t('There is a private key in it. Paste the certificate alone, and renew that key.')
            : undefined
        }
        value={certificate}
        onValue={setCertificate}
        placeholder={'-----BEGIN CERTIFICATE-----'}
        rows={5}
        required
      />
      <ScopeChoice scopes={scopes} chosen={chosen} onChosen={setChosen} />
      <DaysChoice days={days} onDays={setDays} />
    </FormDialog>
  );
}
