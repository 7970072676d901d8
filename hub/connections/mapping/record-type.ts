import { z } from 'zod';
import { RECORD_SCHEMAS, type RecordKind } from '../../../connectors/kit/record.ts';
import type { ExpressionType } from '../../../recorder-core/expressions/expression-type.ts';

type Schema = z.core.JSONSchema.BaseSchema;
const made = new Map<RecordKind, ExpressionType>();

/** The type of `record` in a mapping's expressions, read off the contract's schema; what the mapping itself makes is left out. */
export function recordType(kind: RecordKind): ExpressionType {
  const found = made.get(kind);
  if (found !== undefined) return found;
  const properties = { ...z.toJSONSchema(RECORD_SCHEMAS[kind]).properties };
  delete properties['fields'];
  const type = objectOf(properties);
  made.set(kind, type);
  return type;
}

function objectOf(properties: Readonly<Record<string, unknown>>): ExpressionType {
  return {
    object: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, typeOf(schema)])),
  };
}

function typeOf(schema: unknown): ExpressionType {
  if (typeof schema !== 'object' || schema === null) return 'any';
  const { type, format, anyOf, items, properties } = schema as Schema;
  if (anyOf !== undefined) {
    const others = anyOf.filter((one) => typeof one === 'object' && one.type !== 'null');
    const inner = others.length === 1 ? typeOf(others[0]) : 'any';
    return others.length < anyOf.length && inner !== 'any' ? { nullable: inner } : inner;
  }
  switch (type) {
    case 'string':
      return format === 'date-time' ? 'instant' : 'text';
    case 'integer':
    case 'number':
    case 'boolean':
      return type;
    case 'array':
      return { list: typeOf(items) };
    case 'object':
      return properties === undefined ? { map: 'any' } : objectOf(properties);
    default:
      return 'any';
  }
}
