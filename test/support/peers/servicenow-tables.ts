/** The tables of the ServiceNow double: dictionary, unique indices, encoded queries, and rows as scripts see them. */
import { randomUUID } from 'node:crypto';
import type { Row } from '../../../connectors/servicenow/app/src/server/row.ts';
import type { AppColumn, BuiltApp } from './servicenow-app.ts';

/** Values of a row by column; everything is a text, as in the platform's own XML. */
export type Values = Record<string, string>;

interface TableSpec {
  readonly name: string;
  readonly label: string;
  readonly extends?: string;
  readonly columns: readonly AppColumn[];
  readonly unique: readonly (readonly string[])[];
}

/** Why a row was not written. */
export type Refusal = 'unique' | 'aborted';

const column = (name: string, type = 'string', maxLength = 40): AppColumn => ({
  name,
  label: name.replaceAll('_', ' '),
  type,
  maxLength,
  mandatory: false,
});
const dates = (...names: string[]): AppColumn[] => names.map((name) => column(name, 'glide_date_time'));
const references = (...names: string[]): AppColumn[] => names.map((name) => column(name, 'reference', 32));

const SYSTEM = [
  column('sys_id', 'GUID', 32),
  ...dates('sys_created_on', 'sys_updated_on'),
  column('sys_created_by'),
  column('sys_updated_by'),
  column('sys_mod_count', 'integer'),
];

/** What a plain instance has, as far as it concerns us. */
const BASE: readonly TableSpec[] = [
  {
    name: 'task',
    label: 'Task',
    unique: [],
    columns: [
      ...['number', 'state', 'active', 'priority', 'impact', 'urgency'].map((name) => column(name)),
      column('short_description', 'string', 160),
      column('description', 'string', 4000),
      column('correlation_id', 'string', 100),
      column('correlation_display', 'string', 100),
      column('work_notes', 'journal_input', 4000),
      column('close_notes', 'string', 4000),
      ...references('assignment_group', 'closed_by'),
      ...dates('closed_at'),
    ],
  },
  {
    name: 'incident',
    label: 'Incident',
    extends: 'task',
    unique: [],
    columns: [
      column('category'),
      column('close_code'),
      column('reopen_count', 'integer'),
      ...references('caller_id', 'reopened_by', 'resolved_by'),
      ...dates('reopened_time', 'resolved_at'),
    ],
  },
  {
    name: 'sys_user',
    label: 'User',
    unique: [['user_name']],
    columns: [column('user_name'), column('name', 'string', 151), column('active'), column('time_zone')],
  },
  {
    name: 'sys_user_group',
    label: 'Group',
    unique: [['name']],
    columns: [column('name', 'string', 80), column('active')],
  },
  {
    name: 'sys_db_object',
    label: 'Tables',
    unique: [['name']],
    columns: [column('name', 'string', 80), column('label', 'string', 80), ...references('super_class')],
  },
  {
    name: 'sys_dictionary',
    label: 'Dictionary Entry',
    unique: [],
    columns: [
      'name',
      'element',
      'column_label',
      'internal_type',
      'max_length',
      'mandatory',
      'read_only',
      'unique',
      'active',
    ].map((name) => column(name, 'string', 80)),
  },
];

/** All tables of one instance. */
export class ServicenowTables {
  readonly #specs = new Map<string, TableSpec>();
  readonly #rows = new Map<string, Map<string, Values>>();
  /** By table and column, the rows of each value; only columns that are looked up by it. */
  readonly #byValue = new Map<string, Map<string, Set<Values>>>();
  readonly #number = { next: 10_001 };
  /** Rules that run before a row is written; false aborts. */
  readonly rules: ((table: string, values: Values) => boolean)[] = [];
  readonly now: () => Date;

  constructor(app: BuiltApp, now: () => Date) {
    this.now = now;
    for (const spec of [...BASE, ...app.tables]) {
      this.#specs.set(spec.name, spec);
      this.#rows.set(spec.name, new Map());
      for (const name of new Set(['sys_id', 'correlation_id', ...spec.unique.flat()]))
        this.#byValue.set(`${spec.name}.${name}`, new Map());
    }
    for (const spec of this.#specs.values()) this.#describe(spec);
  }

  has(table: string): boolean {
    return this.#specs.has(table);
  }

  /** Columns of a table and of those that it extends. */
  columns(table: string): readonly AppColumn[] {
    const spec = this.#specs.get(table);
    if (spec === undefined) return [];
    return [...(spec.extends === undefined ? SYSTEM : this.columns(spec.extends)), ...spec.columns];
  }

  /** All rows of a table. */
  rows(table: string): readonly Values[] {
    return [...(this.#rows.get(table)?.values() ?? [])];
  }

  row(table: string, sysId: string): Values | undefined {
    return this.#rows.get(table)?.get(sysId);
  }

  /** Makes a row as one user. @returns its sys_id, or why not. */
  insert(
    table: string,
    given: Values,
    by: string,
  ): { readonly sysId: string } | { readonly refused: Refusal } {
    const at = stamp(this.now());
    const values: Values = {
      ...(table === 'incident'
        ? { number: `INC${String(this.#number.next).padStart(7, '0')}`, state: '1', active: '1' }
        : {}),
      sys_id: randomUUID().replaceAll('-', ''),
      ...this.#fit(table, given),
      sys_created_on: at,
      sys_created_by: by,
      sys_updated_on: at,
      sys_updated_by: by,
      sys_mod_count: '0',
    };
    const refused = this.#refuses(table, values, undefined, by);
    if (refused !== undefined) return { refused };
    this.#number.next += 1;
    this.#place(table, undefined, values);
    return { sysId: values['sys_id'] ?? '' };
  }

  /** Changes a row as one user. @returns why not. */
  update(table: string, sysId: string, given: Values, by: string): Refusal | undefined {
    const before = this.row(table, sysId);
    if (before === undefined) return 'aborted';
    const values: Values = {
      ...before,
      ...this.#fit(table, given),
      sys_id: sysId,
      sys_updated_on: stamp(this.now()),
      sys_updated_by: by,
      sys_mod_count: String(Number(before['sys_mod_count']) + 1),
    };
    const refused = this.#refuses(table, values, before, by);
    if (refused === undefined) this.#place(table, before, values);
    return refused;
  }

  delete(table: string, sysId: string): boolean {
    const before = this.row(table, sysId);
    if (before !== undefined) this.#place(table, before, undefined);
    return before !== undefined;
  }

  /** Rows by an encoded query: `=`, `!=`, `>`, `>=`, `IN`, `STARTSWITH`, `ISNOTEMPTY`, `^`, `^NQ`, `^ORDERBY`. */
  query(table: string, encoded: string, user: string): Values[] {
    const order: string[] = [];
    const sets = encoded.split('^NQ').map((set) =>
      set.split('^').filter((term) => {
        if (term.startsWith('ORDERBY')) order.push(term.slice('ORDERBY'.length));
        return term !== '' && !term.startsWith('ORDERBY');
      }),
    );
    const listed = sets.length === 1 ? /^([a-z_]+)IN(.*)$/.exec(sets[0]?.[0] ?? '') : null;
    const among =
      listed !== null && this.#byValue.has(`${table}.${listed[1]}`)
        ? (listed[2] ?? '').split(',').flatMap((value) => this.#having(table, listed[1] ?? '', value))
        : this.rows(table);
    const found = among.filter((row) =>
      sets.some((terms) => terms.every((term) => matches(row, term, user))),
    );
    return found.toSorted((a, b) => {
      for (const name of order) {
        const [left, right] = [a[name] ?? '', b[name] ?? ''];
        if (left !== right) return left < right ? -1 : 1;
      }
      return 0;
    });
  }

  /** A GlideRecord of a table, as a script of that user gets it. */
  open(table: string, user: string): Row {
    let current: Values = {};
    let sysId: string | undefined;
    return {
      get: (name, value) => {
        const [found] = this.#having(table, name, value);
        if (found === undefined) return false;
        current = { ...found };
        sysId = found['sys_id'];
        return true;
      },
      initialize: () => {
        current = {};
        sysId = undefined;
      },
      isValidField: (name) => this.columns(table).some((one) => one.name === name),
      getValue: (name) => {
        const value = current[name];
        return value === undefined || value === '' ? null : value;
      },
      setValue: (name, value) => {
        current[name] = value;
      },
      setNewGuidValue: (guid) => {
        current['sys_id'] = guid;
      },
      insert: () => {
        const made = this.insert(table, current, user);
        sysId = 'sysId' in made ? made.sysId : undefined;
        return sysId ?? null;
      },
      update: () => {
        if (sysId === undefined) return null;
        return this.update(table, sysId, current, user) === undefined ? sysId : null;
      },
      deleteRecord: () => sysId !== undefined && this.delete(table, sysId),
      getUniqueValue: () => sysId ?? '',
    };
  }

  #place(table: string, before: Values | undefined, after: Values | undefined): void {
    if (before !== undefined) this.#rows.get(table)?.delete(before['sys_id'] ?? '');
    if (after !== undefined) this.#rows.get(table)?.set(after['sys_id'] ?? '', after);
    for (const [key, byValue] of this.#byValue) {
      if (!key.startsWith(`${table}.`)) continue;
      const name = key.slice(table.length + 1);
      if (before !== undefined) byValue.get(before[name] ?? '')?.delete(before);
      if (after === undefined) continue;
      const value = after[name] ?? '';
      byValue.set(value, (byValue.get(value) ?? new Set()).add(after));
    }
  }

  #having(table: string, name: string, value: string): Values[] {
    const byValue = this.#byValue.get(`${table}.${name}`);
    if (byValue !== undefined) return [...(byValue.get(value) ?? [])];
    return this.rows(table).filter((row) => row[name] === value);
  }

  /** What does not fit is cut without a word; columns that do not exist are dropped without a word. */
  #fit(table: string, given: Values): Values {
    const columns = new Map(this.columns(table).map((one) => [one.name, one]));
    const fitted: Values = {};
    for (const [name, value] of Object.entries(given)) {
      const spec = columns.get(name);
      if (spec === undefined) continue;
      if (spec.type === 'boolean') fitted[name] = value === 'true' || value === '1' ? '1' : '0';
      else fitted[name] = value.slice(0, spec.maxLength);
    }
    return fitted;
  }

  #refuses(table: string, values: Values, before: Values | undefined, by: string): Refusal | undefined {
    if (!this.rules.every((rule) => rule(table, values))) return 'aborted';
    if (table === 'incident' && !this.#followState(values, before, by)) return 'aborted';
    const unique = [['sys_id'], ...(this.#specs.get(table)?.unique ?? [])];
    const taken = unique.some((names) => {
      const [first = '', ...rest] = names;
      return this.#having(table, first, values[first] ?? '').some(
        (row) => row !== before && rest.every((name) => row[name] === values[name]),
      );
    });
    return taken ? 'unique' : undefined;
  }

  /** What the rules of a plain instance do with the state of an incident. @returns false where its data policy refuses. */
  #followState(values: Values, before: Values | undefined, by: string): boolean {
    const [was, is] = [before?.['state'], values['state'] ?? ''];
    if (was === is) return true;
    const at = stamp(this.now());
    const me = this.rows('sys_user').find((row) => row['user_name'] === by)?.['sys_id'] ?? '';
    if (is === '6' || is === '7') {
      if ((values['close_code'] ?? '') === '' || (values['close_notes'] ?? '') === '') return false;
      values['resolved_at'] = at;
      values['resolved_by'] = me;
    }
    if (is === '7' || is === '8') {
      values['closed_at'] = at;
      values['closed_by'] = me;
      values['active'] = '0';
    } else if (was === '6' || was === '7') {
      if (is === '6') return true;
      values['reopened_time'] = at;
      values['reopened_by'] = me;
      values['reopen_count'] = String(Number(values['reopen_count'] ?? 0) + 1);
      values['active'] = '1';
      values['closed_at'] = '';
      values['closed_by'] = '';
    }
    return true;
  }

  #describe({ name, label, extends: parent, columns }: TableSpec): void {
    const above = this.rows('sys_db_object').find((row) => row['name'] === parent)?.['sys_id'] ?? '';
    this.insert('sys_db_object', { name, label, super_class: above }, 'system');
    for (const one of [...(parent === undefined ? SYSTEM : []), ...columns])
      this.insert(
        'sys_dictionary',
        {
          name,
          element: one.name,
          column_label: one.label,
          internal_type: one.type,
          max_length: String(one.maxLength),
          mandatory: String(one.mandatory),
          read_only: 'false',
          unique: 'false',
          active: 'true',
        },
        'system',
      );
  }
}

/** A time as the platform keeps it. */
export function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

function matches(row: Values, term: string, user: string): boolean {
  const parsed = /^([a-z_.]+?)(ISNOTEMPTY|STARTSWITH|IN|!=|>=|<=|>|<|=)(.*)$/s.exec(term);
  // The platform leaves out a term that it does not understand, which then selects everything.
  if (parsed === null) return true;
  const [, name = '', operator = '', raw = ''] = parsed;
  const value = raw === 'javascript:gs.getUserName()' ? user : raw;
  const own = row[name] ?? '';
  const isBoolean = (value === 'true' || value === 'false') && (own === '1' || own === '0');
  const there = isBoolean ? String(own === '1') : own;
  switch (operator) {
    case 'ISNOTEMPTY':
      return there !== '';
    case 'STARTSWITH':
      return there.startsWith(value);
    case 'IN':
      return value.split(',').includes(there);
    case '!=':
      return there !== value;
    case '>':
      return there > value;
    case '>=':
      return there >= value;
    case '<':
      return there < value;
    case '<=':
      return there <= value;
    default:
      return there === value;
  }
}
