import type { TourPerson, TourProduct } from './tour-person.ts';
import { eventually } from './tour-tenant.ts';

/** Longer than any tour. */
const SECONDS = '3600';

/** Begins a call that goes on while the tour does; the recorder hangs up when the product stops, and the caller ends. */
export async function furnishLiveCall(product: TourProduct, person: TourPerson): Promise<void> {
  let ended: string | undefined;
  void product
    .command('call', '--target', product.sipTarget, '--duration', SECONDS, '--loss', '2', '--jitter', '30')
    .then(({ output }) => {
      ended = output;
    });
  await eventually(async () => {
    if (ended !== undefined) throw new Error(`The live call of the tour has ended: ${ended}`);
    const { items } = await person.get<{ items: unknown[] }>('/live-calls');
    return items.length > 0 ? items : undefined;
  }, 'the live call of the tour');
}
