import { z } from 'zod';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { readHrMapping } from '../../../recorder-core/records/hr-mappings.ts';
import { defineEventType } from '../event-type.ts';
import { compileHrMapping } from '../hr/compile-hr-mapping.ts';
import { changePerson } from './change-person.ts';

/**
 * A change that an HR system reported in its own words. The mapping of its connection says what it is; one that no operation of
 * the mapping fits is refused, stands in the list of events with the reason, and can be processed again once the mapping knows it.
 */
export const hrReported = defineEventType({
  type: 'hr.reported',
  schema: z.strictObject({
    /** The HR system's id of the person. */
    person: z.string().max(200),
    /** The part of the message that this change is in, and the whole; null where that is the same. */
    record: z.unknown(),
    body: z.unknown(),
  }),
  objectOf: ({ person }) => person,
  async handle(context, event) {
    const row = await readHrMapping(context.tx, event.connectionId);
    if (row === undefined)
      throw new HoldfastError(
        'not_found',
        'The connection has no mapping of HR events any more. Set it, and have the event processed again.',
      );
    const { record } = event.data;
    const body = event.data.body ?? record;
    const { operation, person, effectiveAt, manager, ...place } = compileHrMapping(row.mapping).read(
      body,
      record,
    );
    await changePerson(context, event, {
      operation,
      personId: person,
      managerId: manager,
      ...place,
      effectiveAt: effectiveAt?.toISOString(),
    });
  },
});
