/** One attribute of a schema, as `/Schemas` describes it (RFC 7643 section 7). */
export interface Attribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'dateTime' | 'reference' | 'binary' | 'complex';
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

/** A schema: the attributes that one URN stands for. */
export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** A kind of resource with its schemas. */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
}

type Said = Partial<Omit<Attribute, 'name' | 'description' | 'type'>>;

/** A single text that is compared without regard to case, unless said otherwise. */
export function text(name: string, description: string, said: Said = {}): Attribute {
  return { ...base('string'), name, description, ...said };
}

/** An attribute of another type. */
export function typed(
  type: Attribute['type'],
  name: string,
  description: string,
  said: Said = {},
): Attribute {
  return { ...base(type), name, description, ...said };
}

/** A list of values with type, display and primary, as most lists of a user are. */
export function plural(
  name: string,
  description: string,
  canonicalValues: readonly string[] = [],
  value: Attribute = text('value', 'The value.'),
): Attribute {
  return typed('complex', name, description, {
    multiValued: true,
    subAttributes: [
      value,
      text('display', 'How people read it.'),
      text('type', 'What it is for.', canonicalValues.length === 0 ? {} : { canonicalValues }),
      typed('boolean', 'primary', 'Whether it is the preferred one; at most one is.'),
    ],
  });
}

function base(type: Attribute['type']) {
  return {
    type,
    multiValued: false,
    required: false,
    caseExact: type === 'reference' || type === 'binary' || type === 'dateTime',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
  } as const;
}

/** What every resource has (RFC 7643 section 3.1). They stand in no schema of their own. */
export const COMMON_ATTRIBUTES: readonly Attribute[] = [
  typed('reference', 'schemas', 'URNs of the schemas of the resource.', {
    multiValued: true,
    required: true,
    returned: 'always',
    mutability: 'readOnly',
  }),
  text('id', 'Our id of the resource.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  text('externalId', 'Id that the directory knows the resource by.', { caseExact: true }),
  typed('complex', 'meta', 'About the resource.', {
    mutability: 'readOnly',
    subAttributes: [
      text('resourceType', 'Name of the type.', { caseExact: true, mutability: 'readOnly' }),
      typed('dateTime', 'created', 'When it was added.', { mutability: 'readOnly' }),
      typed('dateTime', 'lastModified', 'When it was changed last.', { mutability: 'readOnly' }),
      typed('reference', 'location', 'Its address.', { mutability: 'readOnly' }),
      text('version', 'Its ETag.', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
];
