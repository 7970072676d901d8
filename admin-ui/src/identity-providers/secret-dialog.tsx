import { useState } from 'react';
import type { ProviderSummary } from '../../../hub/api/schemas/identity-provider.ts';
import { useActOnProvider } from '../api/identity-providers.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';

/** Gives a provider its secret; it is not shown again. */
export function SecretDialog({
  id,
  kind,
  onClose,
}: {
  readonly id: string;
  readonly kind: ProviderSummary['kind'];
  readonly onClose: () => void;
}) {
  const [clientSecret, setClientSecret] = useState('');
  const [privateKey, setPrivateKey] = useState('');
  const [certificate, setCertificate] = useState('');
  const put = useActOnProvider(id, '/secret');
  const secret = kind === 'oidc' ? { clientSecret } : { privateKey, certificate };
  return (
    <FormDialog
      title={t('Give a secret')}
      description={t(
        'It is sealed under the root of trust at once, takes the place of the one before, and is never shown.',
      )}
      ready={Object.values(secret).every((value) => value !== '')}
      pending={put.isPending}
      act={t('Give')}
      onClose={onClose}
      onSubmit={() => {
        put.mutate({ secret }, { onSuccess: onClose });
      }}
    >
      {put.isError && <ProblemNotice error={put.error} title={t('The secret was not taken')} />}
      {kind === 'oidc' ? (
        <TextField label={t('Client secret')} value={clientSecret} onValue={setClientSecret} />
      ) : (
        <>
          <TextField
            label={t('Private key')}
            value={privateKey}
            onValue={setPrivateKey}
            rows={4}
            placeholder={'-----BEGIN PRIVATE KEY-----'}
          />
          <TextField
            label={t('Its certificate')}
            value={certificate}
            onValue={setCertificate}
            rows={4}
            placeholder={'-----BEGIN CERTIFICATE-----'}
          />
        </>
      )}
    </FormDialog>
  );
}
