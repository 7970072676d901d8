/** A mapping of an HR system's messages as it is written; the hub says what of it cannot be used. */
export interface HrMapping {
  readonly format: 'holdfast-hr-events/1';
  readonly signature: Readonly<Record<string, unknown>>;
  readonly records?: string;
  readonly id?: string;
  readonly occurredAt?: string;
  readonly person: string;
  readonly operations: readonly { readonly when: string; readonly operation: HrOperation }[];
  readonly place: Readonly<Partial<Record<PlaceField, string>>>;
}

export const HR_OPERATIONS = ['hire', 'move', 'suspend', 'resume', 'leave'] as const;
export type HrOperation = (typeof HR_OPERATIONS)[number];
export const PLACE_FIELDS = ['name', 'department', 'job', 'manager', 'effectiveAt'] as const;
export type PlaceField = (typeof PLACE_FIELDS)[number];

/** The expressions that stand beside the operations, each by its place in a fault of the hub: `/mapping/place/name`. */
export const EXPRESSIONS = [
  'records',
  'id',
  'occurredAt',
  'person',
  ...PLACE_FIELDS.map((name) => `place/${name}` as const),
] as const;
export type ExpressionPlace = (typeof EXPRESSIONS)[number];

/** The expression at a place; empty where there is none. */
export function expressionAt(mapping: HrMapping, place: ExpressionPlace): string {
  if (place.startsWith('place/')) return mapping.place[place.slice(6) as PlaceField] ?? '';
  return mapping[place as 'records' | 'id' | 'occurredAt' | 'person'] ?? '';
}

/** The mapping with another expression at a place; an empty one is left out, but for the person, whom every mapping names. */
export function withExpression(mapping: HrMapping, place: ExpressionPlace, text: string): HrMapping {
  if (place === 'person') return { ...mapping, person: text };
  if (place.startsWith('place/')) {
    const rest = without(mapping.place, place.slice(6));
    return { ...mapping, place: text === '' ? rest : { ...rest, [place.slice(6)]: text } };
  }
  const rest = without(mapping, place);
  return text === '' ? rest : { ...rest, [place]: text };
}

function without<T extends object>(whole: T, key: string): T {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as T;
}

/** A stored mapping as this page writes it. */
export function asHrMapping(stored: Readonly<Record<string, unknown>>): HrMapping {
  return { place: {}, operations: [], ...stored } as unknown as HrMapping;
}

/** A sample message as JSON, or what is wrong with its text. */
export function messageOf(text: string): { readonly message: unknown } | { readonly wrong: string } {
  try {
    return { message: JSON.parse(text) as unknown };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : '' };
  }
}
