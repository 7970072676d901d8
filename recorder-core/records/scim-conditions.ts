/** A condition on rows that an index answers. */
export interface ScimCondition<C extends string = string> {
  readonly column: C;
  readonly op: 'eq' | 'sw';
  readonly value: string;
}

/** Which rows, in the order in which they were added or by name. */
export interface ScimPage<C extends string = string> {
  readonly conditions: readonly ScimCondition<C>[];
  readonly order: 'added' | 'name' | 'name desc';
  readonly offset: number;
  readonly limit: number;
}

/** How a column is compared; `$n` stands for the value. */
export type ScimColumns<C extends string> = Readonly<Record<C, Partial<Record<ScimCondition['op'], string>>>>;

/** The conditions as SQL over `values`; the text has column expressions of `columns` and numbers of parameters only. */
export function conditionsOf<C extends string>(
  columns: ScimColumns<C>,
  conditions: readonly ScimCondition<C>[],
): { readonly where: string; readonly values: readonly string[] } {
  const texts = conditions.map(({ column, op }, at) =>
    (columns[column][op] ?? 'false').replaceAll('$n', `$${at + 1}`),
  );
  const values = conditions.map(({ op, value }) =>
    op === 'sw' ? `${value.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` : value,
  );
  return { where: texts.length === 0 ? 'true' : texts.join(' and '), values };
}
