import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useAddWebhook, useWebhookEventTypes, type EndpointSecret } from '../api/webhooks.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import { SecretDialog } from './secret-dialog.tsx';

const FIELDS = ['name', 'url'] as const;

/** Asks for an address and what it is told, and shows its secret this once. */
export function EndpointDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [signing, setSigning] = useState<'ed25519' | 'hmac'>('ed25519');
  const [types, setTypes] = useState<readonly string[]>([]);
  const [made, setMade] = useState<EndpointSecret>();
  const add = useAddWebhook();
  const navigate = useNavigate();
  if (made !== undefined)
    return (
      <SecretDialog
        endpoint={made}
        onClose={() => {
          void navigate({ to: '/webhooks/$id', params: { id: made.id } });
        }}
      />
    );
  return (
    <FormDialog
      title={t('Tell an address')}
      description={t('It is told what happens from now on, as CloudEvents signed by Standard Webhooks.')}
      ready={name.trim() !== '' && url.trim() !== '' && types.length > 0}
      pending={add.isPending}
      act={t('Begin to tell it')}
      acting={t('Making it…')}
      onSubmit={() => {
        add.mutate({ name: name.trim(), url: url.trim(), signing, types }, { onSuccess: setMade });
      }}
      onClose={onClose}
    >
      {add.isError && !namesField(add.error, FIELDS) && (
        <ProblemNotice error={add.error} title={t('Nothing was made')} />
      )}
      <TextField
        label={t('Name')}
        value={name}
        onValue={setName}
        error={fieldError(add.error, 'name')}
        maxLength={100}
        required
      />
      <TextField
        label={t('Address')}
        value={url}
        onValue={setUrl}
        error={fieldError(add.error, 'url')}
        placeholder={t('https://')}
        hint={t('Answers 2xx within fifteen seconds.')}
        required
      />
      <Select
        label={t('How messages are signed')}
        value={signing}
        options={[
          { value: 'ed25519', label: t('By our private key (Ed25519)') },
          { value: 'hmac', label: t('By a secret that both have (HMAC)') },
        ]}
        onValue={setSigning}
        className="justify-self-start"
      />
      <Types chosen={types} onChosen={setTypes} />
    </FormDialog>
  );
}

/** Types by their group; a whole group can be chosen, also for what joins it later. */
function Types({
  chosen,
  onChosen,
}: {
  readonly chosen: readonly string[];
  readonly onChosen: (types: readonly string[]) => void;
}) {
  const known = useWebhookEventTypes();
  const all = known.data?.items ?? [];
  const groups = [...new Set(all.map(({ type }) => type.split('.', 1)[0] ?? type))];
  const toggle = (type: string) => {
    onChosen(chosen.includes(type) ? chosen.filter((one) => one !== type) : [...chosen, type]);
  };
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 text-sm font-medium">{t('What it is told')}</legend>
      {known.isError && (
        <ProblemNotice
          error={known.error}
          title={t('The types of events could not be loaded')}
          onRetry={() => void known.refetch()}
        />
      )}
      <div className="grid max-h-64 gap-3 overflow-y-auto rounded-md border border-line p-3 text-sm">
        {groups.map((group) => {
          const whole = `${group}.*`;
          return (
            <div key={group} className="grid gap-1">
              <Box
                type={whole}
                label={t('Everything of {{group}}', { group })}
                chosen={chosen.includes(whole)}
                onToggle={toggle}
              />
              {!chosen.includes(whole) &&
                all
                  .filter(({ type }) => type.startsWith(`${group}.`))
                  .map(({ type, about }) => (
                    <Box
                      key={type}
                      type={type}
                      label={type}
                      about={about}
                      chosen={chosen.includes(type)}
                      onToggle={toggle}
                      indented
                    />
                  ))}
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

interface BoxProps {
  readonly type: string;
  readonly label: string;
  readonly about?: string;
  readonly chosen: boolean;
  readonly indented?: boolean;
  readonly onToggle: (type: string) => void;
}

function Box({ type, label, about, chosen, indented = false, onToggle }: BoxProps) {
  return (
    <label className={`flex items-start gap-2 ${indented ? 'pl-5' : 'font-medium'}`}>
      <input
        type="checkbox"
        checked={chosen}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        onChange={() => {
          onToggle(type);
        }}
      />
      <span className="min-w-0">
        {label}
        {about !== undefined && <span className="block font-normal text-quiet">{fromHub(about)}</span>}
      </span>
    </label>
  );
}
