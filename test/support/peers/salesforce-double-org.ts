/** The records of the Salesforce double, and the rules by which it takes or refuses one. */
import { packageObjects, type PackageField } from './salesforce-package.ts';

/** A record; `Id`, `IsDeleted` and the fields of its object. */
export type Row = Record<string, string | number | boolean | null>;

/** What one record came to, as collections requests answer it. */
export interface SaveResult {
  id?: string;
  success: boolean;
  created?: boolean;
  errors: { statusCode: string; message: string; fields: string[] }[];
}

/** One refusal of one record. */
export class Refusal extends Error {
  readonly statusCode: string;
  readonly fields: string[];
  constructor(statusCode: string, message: string, fields: string[] = []) {
    super(message);
    this.statusCode = statusCode;
    this.fields = fields;
  }
}

type Field = Omit<PackageField, 'formula' | 'referenceTo'> &
  Partial<Pick<PackageField, 'formula' | 'referenceTo'>>;

/** An object with its fields and records, those in the recycle bin included. */
export interface OrgObject {
  readonly name: string;
  readonly prefix: string;
  readonly fields: Map<string, Field>;
  readonly rows: Map<string, Row>;
}

const text = (name: string, length = 255, more: Partial<Field> = {}): Field => ({
  name,
  label: name,
  type: 'Text',
  length,
  scale: 0,
  required: false,
  unique: false,
  externalId: false,
  ...more,
});
const lookup = (name: string, referenceTo: string): Field => text(name, 18, { type: 'Lookup', referenceTo });

/** What of the standard objects the connector touches. */
const STANDARD: Record<string, { prefix: string; fields: Field[] }> = {
  Account: { prefix: '001', fields: [text('Name', 255, { required: true }), text('Phone', 40)] },
  Contact: {
    prefix: '003',
    fields: [
      text('LastName', 80, { required: true }),
      text('Phone', 40),
      text('MobilePhone', 40),
      text('Email', 80),
      lookup('AccountId', 'Account'),
    ],
  },
  Lead: {
    prefix: '00Q',
    fields: [
      text('LastName', 80, { required: true }),
      text('Phone', 40),
      text('MobilePhone', 40),
      text('Email', 80),
      text('IsConverted', 0, { type: 'Checkbox' }),
    ],
  },
  Case: {
    prefix: '500',
    fields: [lookup('ContactId', 'Contact'), text('IsClosed', 0, { type: 'Checkbox' })],
  },
  Task: {
    prefix: '00T',
    fields: [
      text('Subject'),
      text('Status', 40),
      text('ActivityDate', 0, { type: 'Date' }),
      text('CallDurationInSeconds', 0, { type: 'Number' }),
      text('CallObject'),
      text('Description', 32_000),
      lookup('WhoId', '*'),
      lookup('WhatId', '*'),
    ],
  },
};

/** An organisation with the package deployed, for one integration user. */
export class SalesforceOrg {
  readonly objects = new Map<string, OrgObject>();
  /** What the user may: everything the permission set gives, that without writing, or nothing but log in. */
  access: 'integration' | 'read' | 'none' = 'integration';
  /** Ids of records that are not shared with the user for writing. */
  readonly unshared = new Set<string>();
  /** So many of the next records are refused because their parent is locked. */
  locked = 0;
  /** So many of the next upserts meet another one that inserted the same record a moment before. */
  races = 0;
  #next = 1;
  /** Ids of the records that ever had a value of a unique field, in lower case. */
  readonly #known = new Map<string, Set<string>>();

  constructor() {
    for (const [name, { prefix, fields }] of Object.entries(STANDARD)) this.#add(name, prefix, fields);
    const deployed = packageObjects();
    this.#add('Holdfast_Recording__c', 'a01', deployed.get('Holdfast_Recording__c') ?? []);
    this.#add('Holdfast_Job__c', 'a02', deployed.get('Holdfast_Job__c') ?? []);
    // Fields of activities are fields of tasks.
    for (const field of deployed.get('Activity') ?? [])
      this.objects.get('Task')!.fields.set(field.name, field);
  }

  #add(name: string, prefix: string, fields: readonly Field[]): void {
    this.objects.set(name, {
      name,
      prefix,
      fields: new Map(fields.map((field) => [field.name, field])),
      rows: new Map(),
    });
  }

  /** The object for the user; `undefined` where there is none or the user does not see it. */
  visible(name: string): OrgObject | undefined {
    return this.access === 'none' ? undefined : this.objects.get(name);
  }

  /** Records that are not in the recycle bin. */
  live(name: string): Row[] {
    return [...(this.objects.get(name)?.rows.values() ?? [])].filter((row) => row['IsDeleted'] !== true);
  }

  /** Makes a record past all rules but the required fields: what others have entered. Answers its id. */
  enter(name: string, row: Row): string {
    return this.#insert(this.objects.get(name)!, { ...row });
  }

  /** Upserts by an external id, in a transaction of its own. */
  upsert(object: OrgObject, externalId: string, given: Row): SaveResult {
    return this.#attempt(() => {
      const key = String(given[externalId] ?? '').toLowerCase();
      if (key === '') throw new Refusal('MISSING_ARGUMENT', `${externalId} not specified`);
      const found = this.having(object, externalId, key).filter((row) => row['IsDeleted'] !== true);
      if (found.length > 1)
        throw new Refusal('DUPLICATE_EXTERNAL_ID', `${externalId}: more than one record found`, [externalId]);
      const [existing] = found;
      if (this.races > 0 && existing === undefined) {
        this.races -= 1;
        this.#insert(object, { ...given });
        throw new Refusal('DUPLICATE_VALUE', `duplicate value found: ${externalId} duplicates value`, []);
      }
      if (existing === undefined) return { id: this.#save(object, given), created: true };
      this.#change(object, existing, given);
      return { id: String(existing['Id']), created: false };
    });
  }

  /** Changes a record by its id. */
  update(object: OrgObject, id: string, given: Row): SaveResult {
    return this.#attempt(() => {
      const existing = object.rows.get(id);
      if (existing === undefined || existing['IsDeleted'] === true)
        throw new Refusal('ENTITY_IS_DELETED', 'entity is deleted');
      this.#change(object, existing, given);
      return { id };
    });
  }

  /** Puts a record into the recycle bin. */
  remove(id: string): SaveResult {
    return this.#attempt(() => {
      const object = [...this.objects.values()].find(({ prefix }) => id.startsWith(prefix));
      const row = object?.rows.get(id);
      if (object === undefined || row === undefined || this.access === 'none')
        throw new Refusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
      if (row['IsDeleted'] === true) throw new Refusal('ENTITY_IS_DELETED', 'entity is deleted');
      this.#takeLock();
      if (object.name === 'Holdfast_Recording__c') guardDelete(row);
      row['IsDeleted'] = true;
      // Lookups of the package are emptied when what they lead to is deleted.
      for (const other of this.objects.values())
        for (const field of other.fields.values())
          if (field.referenceTo === object.name)
            for (const lost of other.rows.values()) if (lost[field.name] === id) lost[field.name] = null;
      return { id };
    });
  }

  #attempt(work: () => { id: string; created?: boolean }): SaveResult {
    try {
      if (this.access === 'read') throw noRight();
      return { ...work(), success: true, errors: [] };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { statusCode, message, fields } = error;
      return { success: false, errors: [{ statusCode, message, fields }] };
    }
  }

  #takeLock(): void {
    if (this.locked === 0) return;
    this.locked -= 1;
    throw new Refusal('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record');
  }

  #save(object: OrgObject, given: Row): string {
    const row = this.#checked(object, given);
    this.#takeLock();
    if (object.name === 'Holdfast_Recording__c')
      guardInsert(
        row,
        this.having(object, 'Holdfast_Id__c', row['Holdfast_Id__c']).filter(
          (old) => old['IsDeleted'] === true,
        ),
      );
    this.#requireUnique(object, row, undefined);
    return this.#insert(object, row);
  }

  #change(object: OrgObject, existing: Row, given: Row): void {
    if (this.unshared.has(String(existing['Id']))) throw noRight();
    const changes = this.#checked(object, given);
    const row = { ...existing, ...changes };
    this.#takeLock();
    if (object.name === 'Holdfast_Recording__c') guardUpdate(row, existing);
    // The validation rule of the package for tasks.
    if (
      object.name === 'Task' &&
      Number(row['Holdfast_Revision__c']) < Number(existing['Holdfast_Revision__c'])
    )
      throw new Refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'HOLDFAST_SUPERSEDED');
    this.#requireUnique(object, row, String(existing['Id']));
    Object.assign(existing, changes);
    this.#remember(object, existing);
  }

  #insert(object: OrgObject, row: Row): string {
    const missing = [...object.fields.values()].filter(
      ({ name, required }) => required && (row[name] === undefined || row[name] === null),
    );
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name);
      throw new Refusal(
        'REQUIRED_FIELD_MISSING',
        `Required fields are missing: [${names.join(', ')}]`,
        names,
      );
    }
    const id = idOf(object.prefix, this.#next++);
    const empty = [...object.fields.values()].map(({ name, type }) => [
      name,
      type === 'Checkbox' ? false : null,
    ]);
    const made: Row = { ...Object.fromEntries(empty), ...row, Id: id, IsDeleted: false };
    object.rows.set(id, made);
    this.#remember(object, made);
    return id;
  }

  /** Records with that value of a unique field, whatever its case; those in the recycle bin included. */
  having(object: OrgObject, name: string, value: Row[string] | undefined): Row[] {
    const wanted = String(value).toLowerCase();
    const ids = this.#known.get(`${object.name}.${name}.${wanted}`) ?? new Set<string>();
    const rows = [...ids].map((id) => object.rows.get(id)).filter((row) => row !== undefined);
    return rows.filter((row) => String(row[name]).toLowerCase() === wanted);
  }

  #remember(object: OrgObject, row: Row): void {
    for (const { name, unique } of object.fields.values()) {
      if (!unique || typeof row[name] !== 'string') continue;
      const key = `${object.name}.${name}.${row[name].toLowerCase()}`;
      this.#known.set(key, (this.#known.get(key) ?? new Set()).add(String(row['Id'])));
    }
  }

  /** The row as it would be stored; relations by an external id are resolved. */
  #checked(object: OrgObject, given: Row): Row {
    const row: Row = {};
    for (const [name, value] of Object.entries(given)) {
      const [relation, foreign] = name.split('.');
      const field = object.fields.get(foreign === undefined ? name : relation!.replace(/__r$/, '__c'));
      if (field === undefined || field.formula !== undefined)
        throw new Refusal('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`, [
          name,
        ]);
      if (foreign !== undefined) row[field.name] = this.#resolve(field, foreign, String(value));
      else if (typeof value === 'string' && field.type === 'Lookup') row[name] = this.#existing(field, value);
      else row[name] = checkedValue(field, value);
    }
    return row;
  }

  #resolve({ referenceTo }: Field, foreign: string, value: string): string {
    const object = this.objects.get(referenceTo ?? '');
    const rows = object === undefined ? [] : this.having(object, foreign, value);
    const found = rows.find((row) => row['IsDeleted'] !== true);
    if (found !== undefined) return String(found['Id']);
    throw new Refusal(
      'INVALID_FIELD',
      `Foreign key external ID: ${value} not found for field ${foreign} in entity ${referenceTo}`,
    );
  }

  #existing({ name, referenceTo }: Field, id: string): string {
    const objects = referenceTo === '*' ? [...this.objects.values()] : [this.objects.get(referenceTo ?? '')];
    const row = objects.map((object) => object?.rows.get(id)).find((found) => found !== undefined);
    if (row !== undefined && row['IsDeleted'] !== true) return id;
    throw new Refusal('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [name]);
  }

  #requireUnique(object: OrgObject, row: Row, id: string | undefined): void {
    for (const { name, unique } of object.fields.values()) {
      if (!unique || typeof row[name] !== 'string') continue;
      const same = this.having(object, name, row[name]).find(
        (other) => other['Id'] !== id && other['IsDeleted'] !== true,
      );
      if (same !== undefined)
        throw new Refusal(
          'DUPLICATE_VALUE',
          `duplicate value found: ${name} duplicates value on record with id: ${String(same['Id'])}`,
        );
    }
  }
}

function noRight(): Refusal {
  return new Refusal('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id');
}

function checkedValue({ name, type, length, scale }: Field, value: Row[string]): Row[string] {
  if (typeof value === 'string' && type !== 'DateTime' && type !== 'Date' && value.length > length)
    throw new Refusal('STRING_TOO_LONG', `${name}: data value too large (max length=${length})`, [name]);
  if (typeof value === 'number' && type === 'Number') return Number(value.toFixed(scale));
  return value === '' ? null : value;
}

/** The three parts of the trigger of the package, for a user with its custom permission. */
function guardInsert(row: Row, bin: readonly Row[]): void {
  const gone = bin.filter(
    (old) => old['Withdrawn__c'] === true && old['Holdfast_Id__c'] === row['Holdfast_Id__c'],
  );
  const known = Math.max(0, ...gone.map((old) => Number(old['Revision__c'])));
  if (known >= Number(row['Revision__c'])) throw guarded(`HOLDFAST_SUPERSEDED:${known}`);
}

function guardUpdate(row: Row, old: Row): void {
  const found = `:${String(old['Revision__c'])}:${String(old['Id'])}`;
  const [now, before] = [Number(row['Revision__c']), Number(old['Revision__c'])];
  const withdrawn = row['Withdrawn__c'] === true;
  if (withdrawn && old['Withdrawn__c'] !== true && old['Held__c'] === true && before >= now)
    throw guarded(`HOLDFAST_HELD${found}`);
  if (now < before) throw guarded(`HOLDFAST_SUPERSEDED${found}`);
  if (now === before && old['Withdrawn__c'] === true && !withdrawn)
    throw guarded(`HOLDFAST_SUPERSEDED${found}`);
  if (now === before && row['Key__c'] === old['Key__c'] && !withdrawn)
    throw guarded(`HOLDFAST_UNCHANGED${found}`);
}

function guardDelete(old: Row): void {
  const found = `:${String(old['Revision__c'])}:${String(old['Id'])}`;
  if (old['Held__c'] === true) throw guarded(`HOLDFAST_HELD${found}`);
  if (old['Withdrawn__c'] !== true) throw guarded(`HOLDFAST_SUPERSEDED${found}`);
}

function guarded(message: string): Refusal {
  return new Refusal('FIELD_CUSTOM_VALIDATION_EXCEPTION', message);
}

/** An id of 18 characters: prefix, number, and the three that tell which of the fifteen are capitals. */
function idOf(prefix: string, number: number): string {
  const short = prefix + String(number).padStart(12, '0');
  const suffix = [0, 5, 10].map((start) => {
    const bits = [...short.slice(start, start + 5)].reduce(
      (sum, letter, at) => sum + (/[A-Z]/.test(letter) ? 2 ** at : 0),
      0,
    );
    return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[bits];
  });
  return short + suffix.join('');
}
