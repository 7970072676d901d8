import { useState } from 'react';
import { useConnectionAct, type ConnectionDetail, type Connector } from '../api/connections.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import {
  CredentialFields,
  credentialOf,
  credentialSchema,
  useCredentialCheck,
  type TypedCredential,
} from './credential-fields.tsx';
import { standsAtField } from './schema-form.tsx';

/** Asks for a credential, and has it take the place of the one before. */
export function CredentialDialog({
  connection,
  connector,
  onClose,
}: {
  readonly connection: ConnectionDetail;
  readonly connector: Connector;
  readonly onClose: () => void;
}) {
  const kinds = connector.auth.filter(({ type }) => type !== 'none' && type !== 'webhook');
  const [typed, setTyped] = useState<TypedCredential>({ type: kinds[0]?.type ?? 'none', fields: {} });
  const check = useCredentialCheck(kinds, typed);
  const works = connection.state === 'live';
  const put = useConnectionAct(connection.id, works ? 'credential/rotate' : 'credential');
  const toast = useToast();
  const credential = credentialOf(typed);
  return (
    <FormDialog
      title={t('Give a new credential')}
      description={
        works
          ? t(
              'The required checks are run with it first; only then does it take the place of the one before. Nothing is paused.',
            )
          : t('It takes the place of the one before.')
      }
      ready={credential !== undefined && Object.keys(typed.fields).length > 0}
      pending={put.isPending}
      act={t('Seal it')}
      acting={t('Sealing…')}
      onSubmit={() => {
        if (!check.ask()) return;
        put.mutate(
          { credential },
          {
            onSuccess: () => {
              toast({
                tone: 'good',
                title: t('The credential is sealed'),
                detail: works ? t('Its checks passed.') : t('Run the checks.'),
              });
              onClose();
            },
          },
        );
      }}
      onClose={onClose}
    >
      {put.isError && !standsAtField(put.error, { credential: credentialSchema(kinds, typed) }) && (
        <ProblemNotice error={put.error} title={t('The credential before stays')} />
      )}
      <CredentialFields auth={kinds} value={typed} onValue={setTyped} error={put.error} check={check} />
    </FormDialog>
  );
}
