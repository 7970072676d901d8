import type { z } from 'zod';
import { HOLD_QUERY_LISTS, type HoldQuery } from '../../../../recorder-core/policy/hold-query.ts';
import type { Hold } from '../../../../recorder-core/records/holds.ts';
import type { hold, HoldQueryShape } from '../../schemas/hold.ts';

/** A hold as the API shows it. */
export function presentHold(found: Hold): z.input<typeof hold> {
  const { query } = found;
  return {
    ...found,
    recordingIds: [...found.recordingIds],
    query: query === null ? null : presentQuery(query),
  };
}

/** A query as the API shows it. */
export function presentQuery({ from, to, ...query }: HoldQuery): HoldQueryShape {
  const lists = HOLD_QUERY_LISTS.map((name) => [name, query[name] === null ? null : [...query[name]]]);
  return { from, to, ...(Object.fromEntries(lists) as Omit<HoldQueryShape, 'from' | 'to'>) };
}
