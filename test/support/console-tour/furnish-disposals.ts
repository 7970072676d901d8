import type { RecordingPage } from '../../../hub/api/schemas/recording.ts';
import { sweepNow } from '../sweep-now.ts';
import type { TourPerson, TourProduct } from './tour-person.ts';
import { eventually } from './tour-tenant.ts';

const DISPOSED = 2;

/** Lets the shortest recordings fall due and disposes of them, with certificates; answers those that are left. */
export async function furnishDisposals(
  product: TourProduct,
  person: TourPerson,
  recordings: readonly string[],
): Promise<readonly string[]> {
  const due = recordings.slice(-DISPOSED);
  const named = due.map((id) => `'${id}'`).join(', ');
  // Time passes; the product has no door for that, and what describes a recording is frozen.
  await product.sql(
    `set session_replication_role = replica;
     update recording set started_at = '2001-01-01', ended_at = '2001-01-01' where id in (${named});
     update recording_retention set retain_until = '2002-01-01' where recording_id in (${named})`,
  );
  await sweepNow(product);
  await eventually(async () => {
    const { items } = await person.get<RecordingPage>('/recordings?state=disposed');
    return items.length >= DISPOSED ? items : undefined;
  }, 'the due recordings of the tour to be disposed of');
  return recordings.slice(0, -DISPOSED);
}
