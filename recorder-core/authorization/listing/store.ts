/** What is known when recordings are listed: who asks, for what, under which circumstances; of a recording, its columns. */
import type { CedarValueJson, EntityJson, EntityUidJson } from '@cedar-policy/cedar-wasm/nodejs';
import { and, not, or, type Column, type Formula } from './formula.ts';
import { sameExtension } from './extensions.ts';
import { entityOf, readValue } from './read-value.ts';
import { always, choose, FAILS, has, isSet, same, unless, type Outcome, type Value } from './value.ts';

type EntityValue = Extract<Value, { readonly kind: 'entity' }>;

/** The attributes of a recording, each named as its column is. */
export const RECORDING_COLUMNS: ReadonlyMap<string, Column> = new Map(
  (
    [
      { name: 'region', holds: 'text' },
      { name: 'department', holds: 'text', optional: true },
      { name: 'classification', holds: 'text', optional: true },
      { name: 'retentionClass', holds: 'text' },
      { name: 'source', holds: 'text' },
      { name: 'startedAt', holds: 'instant' },
      { name: 'restricted', holds: 'flag' },
      { name: 'held', holds: 'flag' },
      { name: 'ownOf', holds: 'texts' },
      { name: 'grants', holds: 'texts' },
    ] as const satisfies Column[]
  ).map((column) => [column.name, column]),
);

/** The id of the recording that a row is of. */
export const RECORDING_ID: Column = { name: 'id', holds: 'text' };
const THE_RECORDING: EntityValue = { kind: 'entity', type: 'Recording', id: RECORDING_ID };

/** The question as far as it is known without a recording, in Cedar's form. */
export interface KnownQuestion {
  readonly principal: EntityJson;
  readonly action: EntityUidJson;
  readonly context: Readonly<Record<string, CedarValueJson>>;
  /** Whether a recording's `grants` are looked for: where whoever asks has none, it has no such attribute. */
  readonly hasGrants: boolean;
}

/** Answers what policies ask of variables and entities. */
export class Store {
  readonly #variables: ReadonlyMap<string, Outcome>;
  readonly #person: EntityValue;
  readonly #attributes: ReadonlyMap<string, Value>;
  readonly #parents: readonly EntityValue[];
  readonly #hasGrants: boolean;

  /** @throws Unlistable for numbers that JavaScript cannot hold exactly. */
  constructor({ principal, action, context, hasGrants }: KnownQuestion) {
    this.#hasGrants = hasGrants;
    this.#person = entityOf(principal.uid as EntityUidJson);
    this.#parents = principal.parents.map((parent) => entityOf(parent as EntityUidJson));
    const attributes = readValue(principal.attrs).value;
    this.#attributes = attributes?.kind === 'record' ? attributes.fields : new Map();
    this.#variables = new Map<string, Outcome>([
      ['principal', always(this.#person)],
      ['action', always(entityOf(action))],
      ['resource', always(THE_RECORDING)],
      ['context', readValue(context)],
    ]);
  }

  /** The value of `principal`, `action`, `resource` or `context`. */
  variable(name: string): Outcome {
    return this.#variables.get(name) ?? FAILS;
  }

  /** The attribute of an entity; an error where the entity is not known, or has none of that name. */
  attribute(entity: EntityValue, name: string): Outcome {
    const own = this.#attributes.get(name);
    return choose(
      this.#isPerson(entity),
      own === undefined ? FAILS : always(own),
      choose(this.#isRecording(entity), this.#attributeOfRow(name), FAILS),
    );
  }

  /** Whether an entity has an attribute. */
  hasAttribute(entity: EntityValue, name: string): Formula {
    return or(
      and(this.#isPerson(entity), this.#attributes.has(name)),
      and(this.#isRecording(entity), not(this.#attributeOfRow(name).error)),
    );
  }

  /** Whether an entity is another one, or one of these, or below it. An error where it is asked of what is no entity. */
  isIn(entity: EntityValue, groups: Exclude<Value, { readonly kind: 'choice' }>): Outcome {
    if (groups.kind === 'set' && groups.items.some((item) => !mayBeEntity(item))) return FAILS;
    if (!isSet(groups) && groups.kind !== 'entity') return FAILS;
    const below = (one: EntityValue): Formula =>
      isSet(groups) ? has(groups, one, sameExtension) : same(one, groups, sameExtension);
    const when = or(below(entity), and(this.#isPerson(entity), or(...this.#parents.map(below))));
    return always({ kind: 'bool', when });
  }

  #attributeOfRow(name: string): Outcome {
    const column = name === 'grants' && !this.#hasGrants ? undefined : RECORDING_COLUMNS.get(name);
    return column === undefined ? FAILS : readColumn(column);
  }

  #isPerson(entity: EntityValue): Formula {
    return same(entity, this.#person, sameExtension);
  }

  #isRecording(entity: EntityValue): Formula {
    return same(entity, THE_RECORDING, sameExtension);
  }
}

function mayBeEntity(value: Value): boolean {
  return value.kind === 'choice' ? mayBeEntity(value.yes) && mayBeEntity(value.no) : value.kind === 'entity';
}

function readColumn(column: Column): Outcome {
  switch (column.holds) {
    case 'flag':
      return always({ kind: 'bool', when: { op: 'flag', column } });
    case 'instant':
      return always({ kind: 'datetime', term: column });
    case 'texts':
      return always({ kind: 'column-set', column, type: column.name === 'ownOf' ? 'User' : null });
    case 'text':
      return unless(column.optional === true && not({ op: 'present', column }), {
        kind: 'string',
        term: column,
      });
  }
}
