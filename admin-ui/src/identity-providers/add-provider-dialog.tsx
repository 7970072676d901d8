import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useAddProvider, useReadMetadata } from '../api/identity-providers.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { domainsOf } from './provider-words.ts';

const KINDS = [
  { value: 'oidc', label: 'OpenID Connect' },
  { value: 'saml', label: 'SAML 2.0' },
] as const;

/** Asks for what a draft needs; everything else stands on its page. */
export function AddProviderDialog({ onClose }: { readonly onClose: () => void }) {
  const [kind, setKind] = useState<'oidc' | 'saml'>('oidc');
  const [name, setName] = useState('');
  const [domains, setDomains] = useState('');
  const [issuer, setIssuer] = useState('');
  const [clientId, setClientId] = useState('');
  const [metadata, setMetadata] = useState('');
  const add = useAddProvider();
  const read = useReadMetadata();
  const navigate = useNavigate();
  const error = add.error ?? read.error;
  const send = async () => {
    const config =
      kind === 'oidc' ? { issuer: issuer.trim(), clientId: clientId.trim() } : await fromMetadata();
    const { id } = await add.mutateAsync({ kind, name, domains: domainsOf(domains), config });
    await navigate({ to: '/identity-providers/$id', params: { id } });
  };
  const fromMetadata = () =>
    read.mutateAsync(/^https?:\/\/\S+$/.test(metadata.trim()) ? { url: metadata.trim() } : { metadata });
  return (
    <FormDialog
      title={t('Add an identity provider')}
      description={t('It is a draft at first: nobody signs in with it until you tested and opened it.')}
      ready={name.trim() !== '' && (kind === 'oidc' ? issuer !== '' && clientId !== '' : metadata !== '')}
      pending={add.isPending || read.isPending}
      act={t('Add')}
      acting={t('Adding…')}
      testId="add-provider-send"
      onClose={onClose}
      onSubmit={() => {
        send().catch(() => undefined); // the notice says why
      }}
    >
      {error !== null && <ProblemNotice error={error} title={t('The provider was not added')} />}
      <Select label={t('Protocol')} value={kind} options={KINDS} onValue={setKind} />
      <TextField
        label={t('Name')}
        value={name}
        onValue={setName}
        maxLength={100}
        hint={t('As people read it at sign-in')}
      />
      <TextField
        label={t('E-mail domains')}
        value={domains}
        onValue={setDomains}
        hint={t('Whose people are led here; with commas between them')}
      />
      {kind === 'oidc' ? (
        <>
          <TextField
            label={t('Issuer')}
            value={issuer}
            onValue={setIssuer}
            placeholder={'https://idp.example'}
          />
          <TextField label={t('Client id')} value={clientId} onValue={setClientId} />
        </>
      ) : (
        <TextField
          label={t('Metadata of the provider')}
          value={metadata}
          onValue={setMetadata}
          rows={5}
          hint={t(
            'The document itself, or its address. Nothing else is read from it than entity id, addresses and certificates',
          )}
        />
      )}
    </FormDialog>
  );
}
