import type { RecordingPage } from '../../../hub/api/schemas/recording.ts';
import type { TourPerson, TourProduct } from './tour-person.ts';
import { eventually } from './tour-tenant.ts';

/** Calls beside the sample's own: a bad line, one that was put on hold and resumed, and two that the tour may use up. */
const CALLS: readonly (readonly string[])[] = [
  ['--duration', '14', '--loss', '6', '--burst', '8', '--step', '4:hold', '--step', '8:resume'],
  ['--duration', '6', '--dialect', 'oracle', '--dtmf', '42'],
  ['--duration', '4'],
  ['--duration', '4'],
];

/** Places the calls of the tour at the real recorder; answers all retained recordings, the youngest first. */
export async function furnishRecordings(
  product: TourProduct,
  person: TourPerson,
): Promise<readonly string[]> {
  await Promise.all(
    CALLS.map(async (call) => {
      const { code, output } = await product.command('call', '--target', product.sipTarget, ...call);
      if (code !== 0) throw new Error(`A call of the tour failed: ${output}`);
    }),
  );
  return eventually(async () => {
    const { items } = await person.get<RecordingPage>('/recordings');
    const all = items.length > CALLS.length && items.every(({ state }) => state === 'retained');
    return all ? items.map(({ id }) => id) : undefined;
  }, 'the calls of the tour to be retained');
}
