import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useAddConnection, type ConnectionSecrets, type Connector } from '../api/connections.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { focusFirstFault } from '../components/ui/focus-first-fault.ts';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import {
  CredentialFields,
  credentialOf,
  credentialSchema,
  useCredentialCheck,
  type TypedCredential,
} from './credential-fields.tsx';
import { forgetForm, keepForm, keptForm, type KeptForm } from './kept-form.ts';
import { SchemaForm, standsAtField } from './schema-form.tsx';
import { SecretsDialog } from './secrets-dialog.tsx';
import { stepsOf } from './set-up-steps.ts';
import { useFormCheck } from './use-form-check.ts';

/** Where the system is and who we are there. A draft is made of it, and its next step opened. */
export function NewConnectionForm({ connector }: { readonly connector: Connector }) {
  const [kept] = useState(() => keptForm(window.sessionStorage, connector));
  const [name, setName] = useState(kept?.name ?? fromHub(connector.title));
  const [config, setConfig] = useState(kept?.config ?? {});
  const [typed, setTyped] = useState<TypedCredential>(
    kept?.credential ?? { type: connector.auth[0]?.type ?? 'none', fields: {} },
  );
  const [secrets, setSecrets] = useState<ConnectionSecrets>();
  const form = useRef<HTMLFormElement>(null);
  const needsCredential = connector.auth.some(({ type }) => type !== 'none' && type !== 'webhook');
  const configCheck = useFormCheck(`${connector.id}@${connector.version}`, connector.config, config);
  const credentialCheck = useCredentialCheck(connector.auth, typed);
  const add = useAddConnection();
  useKeeping(connector, { name, config, credential: typed }, add.isSuccess);
  const navigate = useNavigate();
  // Somebody who has to consent over there first goes to where they are led from.
  const first = typed.type === 'oauth2_code' ? 'sign-in' : (stepsOf(connector)[1] ?? 'live');
  const open = (id: string) =>
    void navigate({ to: '/connections/$id/set-up/$step', params: { id, step: first } });
  const submit = () => {
    // Both are asked, so that everything is said at once.
    const fits = [configCheck.ask(), !needsCredential || credentialCheck.ask()];
    if (fits.includes(false)) {
      focusFirstFault(form.current);
      return;
    }
    const credential = credentialOf(typed);
    const given = credential === undefined ? {} : { credential };
    add.mutate(
      { connector: connector.id, name: name.trim(), config, ...given },
      {
        onSuccess: (made) => {
          if (made.sendingSecret === null && made.receivingSecret === null) open(made.id);
          else setSecrets(made);
        },
        onError: () => {
          focusFirstFault(form.current);
        },
      },
    );
  };
  return (
    <form
      ref={form}
      noValidate
      className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]"
      onSubmit={(event) => {
        event.preventDefault();
        if (!add.isPending) submit();
      }}
    >
      <div className="grid content-start gap-4">
        {add.isError && !standsHere(add.error, connector, typed) && (
          <ProblemNotice error={add.error} title={t('Nothing was made')} />
        )}
        <Card title={t('Where it is')}>
          <div className="grid gap-4">
            <TextField
              label={t('Name')}
              value={name}
              onValue={setName}
              error={fieldError(add.error, 'name')}
              hint={t('As people here call it.')}
              maxLength={100}
              required
            />
            <SchemaForm
              id="config"
              place="config"
              schema={connector.config}
              values={config}
              onValues={setConfig}
              error={add.error}
              check={configCheck}
            />
          </div>
        </Card>
        {needsCredential && (
          <Card title={t('Who we are there')}>
            <CredentialFields
              auth={connector.auth}
              value={typed}
              onValue={setTyped}
              error={add.error}
              check={credentialCheck}
            />
          </Card>
        )}
        <Ways pending={add.isPending} />
      </div>
      <About connector={connector} />
      {secrets !== undefined && (
        <SecretsDialog
          secrets={secrets}
          onClose={() => {
            open(secrets.id);
          }}
        />
      )}
    </form>
  );
}

/** Whether what the hub refused is said at its field already. */
function standsHere(error: unknown, { config, auth }: Connector, typed: TypedCredential): boolean {
  return (
    namesField(error, ['name']) || standsAtField(error, { config, credential: credentialSchema(auth, typed) })
  );
}

/** Keeps what was typed for when somebody comes back, until the draft is made. */
function useKeeping(connector: Connector, { name, config, credential }: KeptForm, made: boolean): void {
  useEffect(() => {
    if (made) forgetForm(window.sessionStorage, connector);
    else keepForm(window.sessionStorage, connector, { name, config, credential });
  }, [made, connector, name, config, credential]);
}

/** Back to the choice, or on with the draft. */
function Ways({ pending }: { readonly pending: boolean }) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button asChild>
        <Link to="/connections/new">{t('Choose another system')}</Link>
      </Button>
      <Button tone="primary" type="submit" disabled={pending} data-testid="make-connection">
        {pending ? t('Making the draft…') : t('Make the draft')}
      </Button>
    </div>
  );
}

function About({ connector }: { readonly connector: Connector }) {
  const { description, operations, streams, checks } = connector;
  return (
    <Card title={t('What it does')} className="self-start">
      <div className="grid gap-3 text-sm">
        <p>{fromHub(description)}</p>
        <ul className="grid gap-1.5 text-quiet">
          {[...operations, ...streams].map(({ id, title, description: about }) => (
            <li key={id}>
              <span className="text-ink">{fromHub(title)}.</span> {fromHub(about)}
            </li>
          ))}
        </ul>
        <p className="text-quiet">
          {t('Nothing is sent by the draft. Its checks tell first: {{checks}}.', {
            checks: checks.map(({ title }) => fromHub(title)).join('; '),
          })}
        </p>
      </div>
    </Card>
  );
}
