import { useState } from 'react';
import type { ProviderDetail } from '../../../hub/api/schemas/identity-provider.ts';
import { useActOnProvider } from '../api/identity-providers.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';
import { configOf, domainsOf } from './provider-words.ts';

/** Changes a provider as a text: every setting of it, which the hub checks by its field. */
export function ChangeProviderDialog({
  provider,
  onClose,
}: {
  readonly provider: ProviderDetail;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState(provider.name);
  const [domains, setDomains] = useState(provider.domains.join(', '));
  const [text, setText] = useState(() => JSON.stringify(provider.config, null, 2));
  const change = useActOnProvider(provider.id, '');
  const read = configOf(text);
  return (
    <FormDialog
      title={t('Change {{name}}', { name: provider.name })}
      description={t(
        'What was tested has to be tested again, unless only name, domains, certificates or the names of attributes are others.',
      )}
      ready={name.trim() !== '' && 'config' in read}
      pending={change.isPending}
      act={t('Change')}
      testId="change-provider-send"
      onClose={onClose}
      onSubmit={() => {
        if (!('config' in read)) return;
        const body = { version: provider.version, name, domains: domainsOf(domains), config: read.config };
        change.mutate(body, { onSuccess: onClose });
      }}
    >
      {change.isError && <ProblemNotice error={change.error} title={t('The provider was not changed')} />}
      <TextField label={t('Name')} value={name} onValue={setName} maxLength={100} />
      <TextField
        label={t('E-mail domains')}
        value={domains}
        onValue={setDomains}
        hint={t('With commas between them')}
      />
      <TextField
        label={t('Settings')}
        value={text}
        onValue={setText}
        rows={14}
        error={'fault' in read ? read.fault : undefined}
      />
    </FormDialog>
  );
}
