// Not the package's index, which also brings what tests of it need, a compiler of schemas among it.
import Form from '@rjsf/core/lib/components/Form.js';
import type {
  ErrorSchema,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  RJSFSchema,
  UiSchema,
  ValidatorType,
  WidgetProps,
} from '@rjsf/utils';
import { useMemo, useState, type ReactNode } from 'react';
import { fieldPath } from '../api/field-error.ts';
import { ProblemError } from '../api/problem.ts';
import { Select } from '../components/ui/select.tsx';
import { Input } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { ListField } from './list-field.tsx';
import { translateSchema } from './translate-schema.ts';
import type { FormCheck } from './use-form-check.ts';

type Values = Record<string, unknown>;

interface SchemaFormProps {
  /** Tells the forms of a page apart. */
  readonly id: string;
  readonly schema: object;
  readonly values: Values;
  readonly onValues: (values: Values) => void;
  /** The hub's refusal; where it names a field of this form it stands there. */
  readonly error: unknown;
  /** Where the hub sees these values, such as `config`. */
  readonly place: string;
  /** What is wrong with the values; said of a field once it was left, and of all once sending was tried. */
  readonly check: FormCheck;
}

/**
 * A form made of a JSON Schema. The checks are compiled when the console is built, because compiling them here would need
 * `eval`, which this page forbids; the hub checks everything once more by the connector's own schema.
 */
export function SchemaForm({ id, schema, values, onValues, error, place, check }: SchemaFormProps) {
  const shown = useMemo(() => translateSchema(schema), [schema]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const found = Object.entries(check.faults).filter(([name]) => check.asked || left.has(name));
  const extraErrors = {
    ...Object.fromEntries(found.map(([name, words]) => [name, { __errors: [words] }])),
    ...errorsFor(error, place),
  } as ErrorSchema;
  return (
    <Form
      tagName="div"
      idPrefix={id}
      schema={shown as RJSFSchema}
      uiSchema={uiSchemaOf(schema)}
      formData={values}
      validator={HUB_CHECKS}
      noHtml5Validate
      showErrorList={false}
      widgets={WIDGETS}
      fields={{ ArrayField: ListField }}
      templates={{ FieldTemplate, ObjectFieldTemplate }}
      extraErrors={extraErrors}
      onBlur={(field) => {
        setLeft((before) => new Set(before).add(field.slice(id.length + 1)));
      }}
      onChange={({ formData }) => {
        onValues((formData ?? {}) as Values);
      }}
    >
      <></>
    </Form>
  );
}

const HUB_CHECKS: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  isValid: () => true,
  rawValidation: () => ({}),
};

/** Whether a refusal names a field that one of these forms shows, and so stands there already; by place, their schemas. */
export function standsAtField(
  error: unknown,
  forms: Readonly<Partial<Record<'config' | 'credential', object>>>,
): boolean {
  return Object.entries(forms).some(([place, schema]) =>
    Object.keys(errorsFor(error, place) ?? {}).some((name) => {
      const field = propertiesOf(schema)[name];
      return field !== undefined && field.const === undefined;
    }),
  );
}

function errorsFor(error: unknown, place: string): ErrorSchema | undefined {
  const [where, name] = fieldPath(error);
  if (!(error instanceof ProblemError) || where !== place || name === undefined) return undefined;
  return { [name]: { __errors: [error.message] } } as ErrorSchema;
}

function propertiesOf(schema: object): Readonly<Record<string, FieldHints>> {
  return (schema as { properties?: Readonly<Record<string, FieldHints>> }).properties ?? {};
}

interface FieldHints {
  readonly order?: number;
  readonly secret?: boolean;
  /** What is always the same is not shown. */
  readonly const?: unknown;
}

/** The order that the connector wishes; secrets are not shown while they are typed. */
function uiSchemaOf(schema: object): UiSchema {
  const properties = Object.entries(propertiesOf(schema));
  const order = properties
    .toSorted(([, a], [, b]) => (a.order ?? 99) - (b.order ?? 99))
    .map(([name]) => name);
  const each = properties.map(([name, { secret }]) => [
    name,
    { 'ui:options': secret === true ? { inputType: 'password' } : {} },
  ]);
  return {
    ...(Object.fromEntries(each) as UiSchema),
    'ui:order': [...order, '*'],
    'ui:submitButtonOptions': { norender: true },
  };
}

function FieldTemplate({
  id,
  label,
  schema,
  required,
  rawErrors = [],
  displayLabel,
  hidden,
  children,
}: FieldTemplateProps) {
  if (hidden === true || schema.const !== undefined) return <></>;
  if (schema.type === 'object' || schema.type === 'array') return <>{children}</>;
  const note = rawErrors[0] ?? schema.description;
  return (
    <div className="grid gap-1.5">
      {(displayLabel === true || schema.type === 'boolean') && (
        <label htmlFor={id} className="text-sm font-medium">
          {label}
          {required === true ? '' : <span className="font-normal text-quiet"> {t('(optional)')}</span>}
        </label>
      )}
      {children}
      {note !== undefined && (
        <p id={`${id}-note`} className={`text-xs ${rawErrors.length > 0 ? 'text-bad' : 'text-quiet'}`}>
          {note}
        </p>
      )}
    </div>
  );
}

function ObjectFieldTemplate({ properties }: ObjectFieldTemplateProps): ReactNode {
  return <div className="grid gap-4">{properties.map(({ content }) => content)}</div>;
}

function TextWidget({ id, value, onChange, onBlur, options, required, schema, rawErrors = [] }: WidgetProps) {
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  const common = {
    id,
    'aria-describedby': `${id}-note`,
    'aria-invalid': rawErrors.length > 0,
    onBlur: () => {
      onBlur(id, value);
    },
  };
  const text = value === undefined || value === null ? '' : String(value);
  const change = (typed: string) => {
    if (typed === '') onChange(undefined);
    else onChange(isNumber && !Number.isNaN(Number(typed)) ? Number(typed) : typed);
  };
  if (options['inputType'] === 'password' && (schema.maxLength ?? 0) > 1000)
    return (
      <textarea
        {...common}
        rows={4}
        value={text}
        spellCheck={false}
        autoComplete="off"
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-xs text-ink aria-invalid:border-bad [-webkit-text-security:disc]"
        onChange={(event) => {
          change(event.target.value);
        }}
      />
    );
  return (
    <Input
      {...common}
      type={options['inputType'] === 'password' ? 'password' : 'text'}
      inputMode={isNumber ? 'numeric' : undefined}
      autoComplete="off"
      required={required}
      value={text}
      onChange={(event) => {
        change(event.target.value);
      }}
    />
  );
}

function SelectWidget({ label, value, options, onChange, required, rawErrors = [] }: WidgetProps) {
  const choices = (options.enumOptions ?? []).map((option) => ({
    value: String(option.value),
    label: option.label,
  }));
  return (
    <Select
      label={label}
      value={value === undefined ? '' : String(value)}
      invalid={rawErrors.length > 0}
      options={required === true ? choices : [{ value: '', label: t('As usual') }, ...choices]}
      onValue={(chosen) => {
        onChange(
          chosen === ''
            ? undefined
            : (options.enumOptions?.find((one) => String(one.value) === chosen)?.value as unknown),
        );
      }}
      className="justify-self-start"
    />
  );
}

function CheckboxWidget({ id, value, onChange, rawErrors = [] }: WidgetProps) {
  return (
    <input
      id={id}
      type="checkbox"
      checked={value === true}
      aria-describedby={`${id}-note`}
      aria-invalid={rawErrors.length > 0}
      className="size-4 justify-self-start accent-accent"
      onChange={(event) => {
        onChange(event.target.checked);
      }}
    />
  );
}

const WIDGETS = {
  TextWidget,
  URLWidget: TextWidget,
  EmailWidget: TextWidget,
  PasswordWidget: TextWidget,
  UpDownWidget: TextWidget,
  TextareaWidget: TextWidget,
  SelectWidget,
  CheckboxWidget,
};
