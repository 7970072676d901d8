import type { OperationDefinition } from '../../../connectors/kit/connector.ts';

/** An operation that is there and does nothing: for connectors whose transport alone is tested. */
export const inertOperation: OperationDefinition<never> = {
  spec: {
    kind: 'upsert',
    title: 'Put',
    description: 'Puts recordings.',
    input: 'recording',
    idempotency: { via: 'client_doc_id' },
    batch: { maxRecords: 1, maxBytes: 1024 },
    visible: 'at_once',
    dataClasses: ['metadata'],
  },
  plan: () => Promise.resolve([]),
  execute: () => Promise.resolve([]),
  reconcile: () => Promise.resolve([]),
};
