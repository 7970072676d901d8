import type { RecordKind } from '../../../connectors/kit/record.ts';
import {
  describeType,
  withoutNull,
  type ExpressionType,
} from '../../../recorder-core/expressions/expression-type.ts';
import { knownFunctions, type KnownFunction } from '../../../recorder-core/expressions/known-functions.ts';
import { recordType } from './record-type.ts';

/** What an expression of a mapping may be made of. */
export interface MappingVocabulary {
  /** Everything that can be read: `record.parties` with its type, `record.parties[].name` for each element's. */
  readonly fields: readonly { readonly path: string; readonly type: string }[];
  readonly functions: readonly KnownFunction[];
}

/** The names that an expression over a kind of record may use, as the type checker has them. */
export function mappingVocabulary(kind: RecordKind): MappingVocabulary {
  return { fields: pathsOf('record', recordType(kind)), functions: knownFunctions() };
}

function pathsOf(path: string, type: ExpressionType): { path: string; type: string }[] {
  const inner = withoutNull(type);
  const itself = { path, type: describeType(type) };
  if (typeof inner === 'string') return [itself];
  if ('list' in inner) return [itself, ...pathsOf(`${path}[]`, inner.list)];
  if (!('object' in inner)) return [itself];
  return [
    itself,
    ...Object.entries(inner.object).flatMap(([name, field]) => pathsOf(`${path}.${name}`, field)),
  ];
}
