import type { Connector } from '../api/connections.ts';
import { Select } from '../components/ui/select.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import { SchemaForm } from './schema-form.tsx';
import { useFormCheck, type FormCheck } from './use-form-check.ts';

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
  readonly check: FormCheck;
}

/** The kind of credential, where there is a choice, and its fields. What is typed is sent once and never shown again. */
export function CredentialFields({ auth, value, onValue, error, check }: CredentialFieldsProps) {
  const kind = auth.find(({ type }) => type === value.type);
  return (
    <fieldset className="grid gap-4">
      <legend className="sr-only">{t('Credential')}</legend>
      {auth.length > 1 && (
        <Select
          label={t('Kind of credential')}
          value={value.type}
          options={auth.map(({ type, title }) => ({ value: type, label: fromHub(title) }))}
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
          check={check}
        />
      )}
      <p className="text-xs text-quiet">
        {t("Sealed at once under your tenant's key. It is never shown again.")}
      </p>
    </fieldset>
  );
}

/** The check of the chosen kind. */
export function useCredentialCheck(auth: Connector['auth'], typed: TypedCredential): FormCheck {
  return useFormCheck(`credential/${typed.type}`, credentialSchema(auth, typed), typed.fields);
}

/** The JSON Schema of the fields of the chosen kind. */
export function credentialSchema(auth: Connector['auth'], { type }: TypedCredential): object {
  return auth.find((kind) => kind.type === type)?.fields ?? {};
}

/** The credential as the hub takes it; undefined for a system that needs none, or whose secrets the hub makes. */
export function credentialOf({ type, fields }: TypedCredential): Record<string, unknown> | undefined {
  return type === 'none' || type === 'webhook' ? undefined : { ...fields, type };
}
