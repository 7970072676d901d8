import type { Connector } from '../api/connections.ts';
import { Select } from '../components/ui/select.tsx';
import { SchemaForm } from './schema-form.tsx';

/** A credential as it is typed: its kind and its fields. */
export interface TypedCredential {
  readonly type: string;
  readonly fields: Record<string, unknown>;
}

interface CredentialFieldsProps {
  readonly auth: Connector['auth'];
  readonly value: TypedCredential;
  readonly onValue: (value: TypedCredential) => void;
  readonly error: unknown;
}

/** The kind of credential, where there is a choice, and its fields. What is typed is sent once and never shown again. */
export function CredentialFields({ auth, value, onValue, error }: CredentialFieldsProps) {
  const kind = auth.find(({ type }) => type === value.type);
  return (
    <fieldset className="grid gap-4">
      <legend className="sr-only">Credential</legend>
      {auth.length > 1 && (
        <Select
          label="Kind of credential"
          value={value.type}
          options={auth.map(({ type, title }) => ({ value: type, label: title }))}
          onValue={(type) => {
            onValue({ type, fields: {} });
          }}
          className="justify-self-start"
        />
      )}
      {kind !== undefined && (
        <SchemaForm
          key={kind.type}
          id="credential"
          place="credential"
          schema={kind.fields}
          values={value.fields}
          onValues={(fields) => {
            onValue({ type: kind.type, fields });
          }}
          error={error}
        />
      )}
      <p className="text-xs text-quiet">Sealed at once under your tenant's key. It is never shown again.</p>
    </fieldset>
  );
}

/** The credential as the hub takes it; undefined for a system that needs none, or whose secrets the hub makes. */
export function credentialOf({ type, fields }: TypedCredential): Record<string, unknown> | undefined {
  return type === 'none' || type === 'webhook' ? undefined : { ...fields, type };
}
