import { useId } from 'react';
import type { ConfigurationPlanView, SentFile } from '../../../api/configuration.ts';
import { Input } from '../../../components/ui/field.tsx';
import { t } from '../../../i18n/t.ts';

interface SecretFieldsProps {
  readonly named: ConfigurationPlanView['secrets'];
  readonly given: SentFile['secrets'];
  readonly onGiven: (given: SentFile['secrets']) => void;
}

/** What the references of the file stand for. A field that is left empty keeps the secret that is there. */
export function SecretFields({ named, given, onGiven }: SecretFieldsProps) {
  const references = [...new Set(named.map(({ reference }) => reference))];
  return (
    <fieldset className="grid gap-2 rounded-md border border-line p-3">
      <legend className="px-1 text-sm font-medium">{t('Secrets that the file refers to')}</legend>
      <p className="text-xs text-quiet">
        {t(
          'Left empty, a secret stays as it is. What is typed here goes into the connection, encrypted, and is never shown.',
        )}
      </p>
      {references.map((reference) => (
        <SecretField
          key={reference}
          reference={reference}
          about={named
            .filter((one) => one.reference === reference)
            .map(({ connection, field }) => `${connection}, ${field}`)
            .join('; ')}
          value={given[reference] ?? ''}
          onValue={(value) => {
            const { [reference]: _, ...others } = given;
            onGiven(value === '' ? others : { ...others, [reference]: value });
          }}
        />
      ))}
    </fieldset>
  );
}

interface SecretFieldProps {
  readonly reference: string;
  readonly about: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function SecretField({ reference, about, value, onValue }: SecretFieldProps) {
  const id = useId();
  return (
    <div className="grid items-center gap-x-4 gap-y-1 sm:grid-cols-2">
      <label htmlFor={id} className="min-w-0 text-sm wrap-anywhere">
        <code className="font-mono text-xs">{reference}</code>
        <span className="block text-xs text-quiet">{about}</span>
      </label>
      <Input
        id={id}
        type="password"
        autoComplete="off"
        value={value}
        onChange={({ target }) => {
          onValue(target.value);
        }}
      />
    </div>
  );
}
