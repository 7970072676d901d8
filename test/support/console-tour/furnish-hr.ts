import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { TourPerson } from './tour-person.ts';
import type { TourIds } from './tour-stop.ts';

const MAPPING = join(import.meta.dirname, '../../../examples/hr-events/workday.yaml');

/** An HR system that tells who joins, moves and leaves, with the mapping that reads its messages. */
export async function furnishHr(administrator: TourPerson): Promise<TourIds> {
  const { id: hr } = await administrator.post('/connections', {
    connector: 'webhook',
    name: 'Workday of the group',
    config: { accepts: ['hr.reported'] },
  });
  await administrator.post(`/connections/${hr}/hr-mapping`, {
    mapping: parse(await readFile(MAPPING, 'utf8')) as unknown,
    secret: 'known to nobody but the tour',
  });
  return { hr };
}
