import type { FieldProps } from '@rjsf/utils';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';

/** A list in a form made of a schema: boxes to tick where the values are a closed list, else words with commas between. */
export function ListField({ schema, formData, onChange, fieldPathId, rawErrors, required }: FieldProps) {
  const items = Object(schema.items) as { readonly enum?: readonly string[] };
  const chosen = (Array.isArray(formData) ? formData : (schema.default ?? [])) as readonly string[];
  const change = (next: readonly string[]) => {
    onChange(next, fieldPathId.path);
  };
  const title = `${schema.title ?? ''}${required === true ? '' : ` ${t('(optional)')}`}`;
  const note = rawErrors?.[0] ?? schema.description;
  if (items.enum === undefined)
    return (
      <TextField
        label={title}
        value={chosen.join(', ')}
        onValue={(typed) => {
          change(
            typed
              .split(',')
              .map((word) => word.trimStart())
              .filter((word, index, all) => word !== '' || index === all.length - 1),
          );
        }}
        {...(schema.description === undefined
          ? {}
          : { hint: `${schema.description} ${t('With commas between.')}` })}
        error={rawErrors?.[0]}
      />
    );
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{title}</legend>
      <span className="flex flex-wrap gap-x-4 gap-y-1.5 text-sm">
        {items.enum.map((value, index) => (
          <label key={value} className="flex items-center gap-2">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              aria-invalid={index === 0 && rawErrors !== undefined && rawErrors.length > 0}
              className="size-4 accent-accent"
              onChange={(event) => {
                change(
                  (items.enum ?? []).filter((one) =>
                    one === value ? event.target.checked : chosen.includes(one),
                  ),
                );
              }}
            />
            {value}
          </label>
        ))}
      </span>
      {note !== undefined && (
        <p className={`text-xs ${rawErrors === undefined ? 'text-quiet' : 'text-bad'}`}>{note}</p>
      )}
    </fieldset>
  );
}
