import { useState } from 'react';
import { useConnectionAct, type ConnectionDetail, type Connector } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { SchemaForm, standsAtField } from './schema-form.tsx';
import { useFormCheck } from './use-form-check.ts';

/** Asks for another name or configuration, and makes a version of it. */
export function ChangeConfigDialog({
  connection,
  connector,
  onClose,
}: {
  readonly connection: ConnectionDetail;
  readonly connector: Connector;
  readonly onClose: () => void;
}) {
  const [name, setName] = useState(connection.name);
  const [config, setConfig] = useState<Record<string, unknown>>({ ...connection.config });
  const [why, setWhy] = useState('');
  const check = useFormCheck(`${connector.id}@${connector.version}`, connector.config, config);
  const change = useConnectionAct(connection.id, 'change');
  const toast = useToast();
  return (
    <FormDialog
      title={t('Change the configuration')}
      description={t(
        'It becomes a new version. What is being sent at this moment goes on by the old one; nothing is paused.',
      )}
      ready={name.trim() !== ''}
      pending={change.isPending}
      act={t('Make the version')}
      acting={t('Making it…')}
      onSubmit={() => {
        if (!check.ask()) return;
        change.mutate(
          {
            name: name.trim(),
            config,
            basedOn: connection.version,
            ...(why.trim() === '' ? {} : { why: why.trim() }),
          },
          {
            onSuccess: ({ version }) => {
              toast({
                tone: 'good',
                title: t('Version {{version}} holds', { version }),
                detail: t('Run the checks again.'),
              });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      {change.isError && !standsAtField(change.error, { config: connector.config }) && (
        <ProblemNotice error={change.error} title={t('Nothing was changed')} />
      )}
      <TextField label={t('Name')} value={name} onValue={setName} maxLength={100} required />
      <SchemaForm
        id="change-config"
        place="config"
        schema={connector.config}
        values={config}
        onValues={setConfig}
        error={change.error}
        check={check}
      />
      <TextField
        label={t('Why')}
        value={why}
        onValue={setWhy}
        hint={t('Kept with the version.')}
        maxLength={500}
        rows={2}
      />
    </FormDialog>
  );
}
