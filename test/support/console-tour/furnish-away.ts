import { ServicenowDouble } from '../peers/servicenow-double.ts';
import { connectServicenow, makeDeadLetters, refuseRecordings } from './connect-servicenow.ts';
import { eventually, type TourTenant } from './tour-tenant.ts';

interface Health {
  readonly breaker: { readonly state: 'closed' | 'open' | 'probing' };
}

/** A system that refused recordings, and then was gone: its breaker is open, and its checks do not stand. Answers its id. */
export async function furnishAway({ people: { engineer } }: TourTenant): Promise<string> {
  const instance = await ServicenowDouble.start();
  const about = { name: 'ServiceNow of the old site', userName: 'holdfast.old' };
  const id = await connectServicenow(engineer, instance, about);
  await engineer.post(`/connections/${id}/go-live`);
  refuseRecordings(instance);
  await makeDeadLetters(engineer, id);
  await instance.stop();
  await eventually(async () => {
    await engineer.post(`/connections/${id}/check`);
    const { breaker } = await engineer.get<Health>(`/connections/${id}/health`);
    return breaker.state === 'closed' ? undefined : breaker;
  }, 'the breaker of a system that is away');
  // What waits until it is back.
  await eventually(async () => {
    const { items } = await engineer.get<{ items: { state: string }[] }>(`/connections/${id}/backfills`);
    return items.every(({ state }) => state === 'done') ? true : undefined;
  }, 'the end of the back-fill of a system that is away');
  await engineer.post('/dead-letters/replay', { ids: await deadOf(engineer, id) });
  return id;
}

/** One of its dead letters, which so waits for it again; the others stay dead. */
async function deadOf(engineer: TourTenant['people']['engineer'], id: string): Promise<string[]> {
  const { items } = await engineer.get<{ items: { id: string }[] }>(
    `/deliveries?connectionId=${id}&state=dead&limit=1`,
  );
  return items.map((one) => one.id);
}
