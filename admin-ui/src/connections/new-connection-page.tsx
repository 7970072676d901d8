import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import {
  useAddConnection,
  useConnectors,
  type ConnectionSecrets,
  type Connector,
} from '../api/connections.ts';
import { fieldError, namesField } from '../api/field-error.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { codeInWords } from '../format/words.ts';
import { CredentialFields, credentialOf, type TypedCredential } from './credential-fields.tsx';
import { SchemaForm, standsAtField } from './schema-form.tsx';
import { SecretsDialog } from './secrets-dialog.tsx';

/** Choose a system, say where it is, give the credential. What follows is done on the draft's own page. */
export function NewConnectionPage() {
  const [chosen, setChosen] = useState<Connector>();
  const { data, isPending, error, refetch } = useConnectors();
  return (
    <>
      <PageHeader title={chosen === undefined ? 'Connect a system' : `Connect ${chosen.title}`} />
      {isPending && <Skeleton className="h-64 rounded-lg" />}
      {error !== null && (
        <ProblemNotice error={error} title="The systems could not be loaded" onRetry={() => void refetch()} />
      )}
      {chosen === undefined ? (
        <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {data?.items
            .filter(({ builtIn }) => !builtIn)
            .map((connector) => (
              <li key={connector.id}>
                <Choice
                  connector={connector}
                  onChoose={() => {
                    setChosen(connector);
                  }}
                />
              </li>
            ))}
        </ul>
      ) : (
        <Details
          connector={chosen}
          onBack={() => {
            setChosen(undefined);
          }}
        />
      )}
    </>
  );
}

function Choice({ connector, onChoose }: { readonly connector: Connector; readonly onChoose: () => void }) {
  const { title, description, support, operations, id } = connector;
  return (
    <button
      type="button"
      onClick={onChoose}
      data-testid={`connector-${id}`}
      className="grid h-full w-full content-start gap-2 rounded-lg border border-line bg-surface p-4 text-left hover:border-line-strong hover:bg-sunken/50"
    >
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{title}</span>
        <Badge tone={support === 'core' ? 'good' : 'neutral'}>{codeInWords(support)}</Badge>
      </span>
      <span className="text-sm text-quiet">{description}</span>
      <span className="text-xs text-quiet">
        {operations.map((operation) => operation.title.toLowerCase()).join(' · ')}
      </span>
    </button>
  );
}

function Details({ connector, onBack }: { readonly connector: Connector; readonly onBack: () => void }) {
  const [name, setName] = useState(connector.title);
  const [config, setConfig] = useState<Record<string, unknown>>({});
  const [typed, setTyped] = useState<TypedCredential>({
    type: connector.auth[0]?.type ?? 'none',
    fields: {},
  });
  const [secrets, setSecrets] = useState<ConnectionSecrets>();
  const add = useAddConnection();
  const navigate = useNavigate();
  const open = (id: string) => void navigate({ to: '/connections/$id', params: { id } });
  const submit = () => {
    const credential = credentialOf(typed);
    add.mutate(
      {
        connector: connector.id,
        name: name.trim(),
        config,
        ...(credential === undefined ? {} : { credential }),
      },
      {
        onSuccess: (made) => {
          if (made.sendingSecret === null && made.receivingSecret === null) open(made.id);
          else setSecrets(made);
        },
      },
    );
  };
  const needsCredential = connector.auth.some(({ type }) => type !== 'none' && type !== 'webhook');
  return (
    <form
      className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]"
      onSubmit={(event) => {
        event.preventDefault();
        if (!add.isPending) submit();
      }}
    >
      <div className="grid content-start gap-4">
        {add.isError && !standsAtField(add.error) && !namesField(add.error, ['name']) && (
          <ProblemNotice error={add.error} title="Nothing was made" />
        )}
        <Card title="Where it is">
          <div className="grid gap-4">
            <TextField
              label="Name"
              value={name}
              onValue={setName}
              error={fieldError(add.error, 'name')}
              hint="As people here call it."
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
            />
          </div>
        </Card>
        {needsCredential && (
          <Card title="Who we are there">
            <CredentialFields auth={connector.auth} value={typed} onValue={setTyped} error={add.error} />
          </Card>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onBack}>Choose another system</Button>
          <Button tone="primary" type="submit" disabled={add.isPending} data-testid="make-connection">
            {add.isPending ? 'Making the draft…' : 'Make the draft'}
          </Button>
        </div>
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

function About({ connector }: { readonly connector: Connector }) {
  const { description, operations, streams, checks } = connector;
  return (
    <Card title="What it does" className="self-start">
      <div className="grid gap-3 text-sm">
        <p>{description}</p>
        <ul className="grid gap-1.5 text-quiet">
          {operations.map(({ id, title, description: about }) => (
            <li key={id}>
              <span className="text-ink">{title}.</span> {about}
            </li>
          ))}
          {streams.map(({ id, title, description: about }) => (
            <li key={id}>
              <span className="text-ink">{title}.</span> {about}
            </li>
          ))}
        </ul>
        <p className="text-quiet">
          Nothing is sent by the draft. Its checks tell first: {checks.map(({ title }) => title).join('; ')}.
        </p>
      </div>
    </Card>
  );
}
