import type { DoubleAnswer } from './salesforce-double-error.ts';
import type { OrgObject, SalesforceOrg } from './salesforce-double-org.ts';
import { objectOf } from './salesforce-double-records.ts';

const TYPES: Record<string, string> = {
  Text: 'string',
  Number: 'double',
  Checkbox: 'boolean',
  DateTime: 'datetime',
  Date: 'date',
  Url: 'url',
  Lookup: 'reference',
};

/** Describes an object as the user of the connection sees it. */
export function answerDescribe(org: SalesforceOrg, name: string): DoubleAnswer {
  const object = objectOf(org, name);
  const mayWrite = org.access === 'integration';
  const body = {
    name,
    label: name.replace(/__c$/, '').replaceAll('_', ' '),
    queryable: true,
    createable: mayWrite,
    updateable: mayWrite,
    deletable: mayWrite,
    fields: [idField, ...fieldsOf(object)],
  };
  return { status: 200, body };
}

const idField = {
  name: 'Id',
  label: 'Record ID',
  type: 'id',
  length: 18,
  custom: false,
  nillable: false,
  createable: false,
  updateable: false,
  defaultedOnCreate: true,
  unique: false,
  externalId: false,
};

function fieldsOf({ fields }: OrgObject): unknown[] {
  return [...fields.values()].map((field) => ({
    name: field.name,
    label: field.label,
    type: TYPES[field.type] ?? 'string',
    length: field.type === 'Lookup' ? 18 : field.length,
    scale: field.scale,
    custom: field.name.endsWith('__c'),
    nillable: !field.required && field.type !== 'Checkbox',
    createable: field.formula === undefined,
    updateable: field.formula === undefined,
    defaultedOnCreate: field.type === 'Checkbox',
    unique: field.unique,
    externalId: field.externalId,
    calculated: field.formula !== undefined,
    calculatedFormula: field.formula ?? null,
  }));
}
