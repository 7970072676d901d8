import proto from '@temporalio/proto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { DesiredState } from './desired-state.ts';
import { isNotFound, type Step, type Target } from './step.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

type AttributeType = DesiredState['searchAttributes'][string];

const ON_THE_WIRE: Readonly<Record<AttributeType, number>> = {
  Text: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  Double: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  Bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};

/**
 * Adds missing search attributes. Removes none, because open runs may use them.
 * Throws `conflict` where one exists with another type, which no server changes.
 */
export async function reconcileSearchAttributes({ connection, namespace, desired }: Target): Promise<Step[]> {
  const present: Readonly<Record<string, number>> = await connection.operatorService
    .listSearchAttributes({ namespace })
    .then(
      ({ customAttributes }) => customAttributes ?? {},
      (error: unknown) => {
        if (isNotFound(error)) return {}; // a dry run, before the namespace is made
        throw error;
      },
    );
  const steps: Step[] = [];
  for (const [name, type] of Object.entries(desired.searchAttributes)) {
    const found = present[name];
    if (found === undefined) {
      steps.push({
        change: { kind: 'search attribute', name, action: 'create', to: type },
        run: () =>
          connection.operatorService.addSearchAttributes({
            namespace,
            searchAttributes: { [name]: ON_THE_WIRE[type] },
          }),
      });
    } else if (found !== ON_THE_WIRE[type]) {
      throw new HoldfastError(
        'conflict',
        `The search attribute ${name} exists in the namespace ${namespace} with another type than ${type}, and a type cannot be changed. Give it another name in temporal.yaml, or use another namespace.`,
        { field: `searchAttributes.${name}` },
      );
    }
  }
  return steps;
}
