import type { RecordingPage } from '../../../hub/api/schemas/recording.ts';
import type { TourPerson, TourProduct } from './tour-person.ts';
import { eventually } from './tour-tenant.ts';

/** Calls beside the sample's own: a bad line, one that was put on hold and resumed, and two short ones that are disposed of. */
const CALLS: readonly (readonly string[])[] = [
  ['--duration', '14', '--loss', '6', '--burst', '8', '--step', '4:hold', '--step', '8:resume'],
  ['--duration', '6', '--dialect', 'oracle', '--dtmf', '42'],
  ['--duration', '4'],
  ['--duration', '4'],
];

/** Places the calls of the tour at the real recorder; answers all retained recordings, the longest first. */
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
    const lengthOf = (id: string) => items.find((each) => each.id === id)?.durationMs ?? 0;
    return all ? items.map(({ id }) => id).sort((one, other) => lengthOf(other) - lengthOf(one)) : undefined;
  }, 'the calls of the tour to be retained');
}
