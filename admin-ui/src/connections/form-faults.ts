import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';

/** What does not fit a JSON Schema, as a compiled check tells it. */
export interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a field's schema says to a form. */
interface FieldSchema {
  readonly enum?: readonly unknown[];
  readonly items?: FieldSchema;
  /** The hub's own words for a value that does not match. */
  readonly refusal?: string;
}

/** Says of each field that does not fit what is wrong, the first fault first; empty where everything fits. */
export function faultsInWords(
  schema: object,
  faults: readonly SchemaFault[],
): Readonly<Record<string, string>> {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, FieldSchema>> };
  const said = new Map<string, string>();
  for (const fault of faults) {
    const [, own, item] = fault.instancePath.split('/');
    const name = fault.keyword === 'required' ? String(fault.params['missingProperty']) : own;
    if (name === undefined || said.has(name)) continue;
    const field = properties[name] ?? {};
    const words = wordsFor(fault, item === undefined ? field : (field.items ?? {}));
    if (words !== undefined) said.set(name, words);
  }
  return Object.fromEntries(said);
}

function wordsFor({ keyword, params }: SchemaFault, field: FieldSchema): string | undefined {
  const limit = Number(params['limit']);
  switch (keyword) {
    case 'required':
      return refusalOf(field) ?? t('must be given');
    case 'pattern':
      return refusalOf(field) ?? t('is not of the form that is needed');
    case 'enum':
      return t('must be one of: {{values}}', { values: (field.enum ?? []).join(', ') });
    case 'type':
      return typeWords(String(params['type']));
    case 'minimum':
      return t('must be at least {{limit}}', { limit });
    case 'maximum':
      return t('must be at most {{limit}}', { limit });
    case 'minLength':
      return t('must be given');
    case 'maxLength':
      return t('must have at most {{limit}} characters', { limit });
    case 'minItems':
      return t('must have at least {{limit}} entries', { limit });
    case 'maxItems':
      return t('must have at most {{limit}} entries', { limit });
    default:
      return undefined;
  }
}

function refusalOf({ refusal }: FieldSchema): string | undefined {
  return refusal === undefined ? undefined : fromHub(refusal);
}

function typeWords(type: string): string {
  if (type === 'integer') return t('must be a whole number');
  if (type === 'number') return t('must be a number');
  return t('must be given');
}
