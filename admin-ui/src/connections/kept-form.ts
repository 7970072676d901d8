import type { TypedCredential } from './credential-fields.tsx';

/** What was typed into the form of a new connection, as far as it may be kept. */
export interface KeptForm {
  readonly name: string;
  readonly config: Record<string, unknown>;
  readonly credential: TypedCredential;
}

/** What the form is about: a connector, as far as this needs it. */
interface FormOf {
  readonly id: string;
  readonly auth: readonly { readonly type: string; readonly fields: Record<string, unknown> }[];
}

type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const keyOf = ({ id }: FormOf): string => `holdfast.new-connection.${id}`;

/** Keeps it for this tab, so that a reload loses nothing. Of the credential only fields that the connector calls no secret. */
export function keepForm(kept: Kept, connector: FormOf, form: KeptForm): void {
  const credential = { ...form.credential, fields: openFields(connector, form.credential) };
  kept.setItem(keyOf(connector), JSON.stringify({ ...form, credential }));
}

/** What was kept; undefined where nothing was, or it is not what is kept here. */
export function keptForm(kept: Kept, connector: FormOf): KeptForm | undefined {
  try {
    const { name, config, credential } = JSON.parse(
      kept.getItem(keyOf(connector)) ?? '',
    ) as Partial<KeptForm>;
    if (typeof name !== 'string' || !isRecord(config) || !isRecord(credential)) return undefined;
    const { type, fields } = credential;
    if (typeof type !== 'string' || !isRecord(fields)) return undefined;
    return { name, config, credential: { type, fields: openFields(connector, { type, fields }) } };
  } catch {
    return undefined;
  }
}

/** To be called once the draft is made. */
export function forgetForm(kept: Kept, connector: FormOf): void {
  kept.removeItem(keyOf(connector));
}

/** Fields that nobody has to keep to themselves; what the connector does not describe counts as a secret. */
function openFields({ auth }: FormOf, { type, fields }: TypedCredential): Record<string, unknown> {
  const { properties } = auth.find((kind) => kind.type === type)?.fields ?? {};
  const described = isRecord(properties) ? properties : {};
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => {
      const field = Object.hasOwn(described, name) ? described[name] : undefined;
      return isRecord(field) && field['secret'] !== true;
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
