import type { ServicenowDouble } from '../peers/servicenow-double.ts';
import { eventually, type TourTenant } from './tour-tenant.ts';

type Engineer = TourTenant['people']['engineer'];

/** Connects an instance of ServiceNow by a user of its own, as a draft whose checks stand; answers its id. */
export async function connectServicenow(
  engineer: Engineer,
  instance: ServicenowDouble,
  { name, userName }: { readonly name: string; readonly userName: string },
): Promise<string> {
  const user = instance.addUser(userName, ['itil', ...instance.app.roles]);
  const { id } = await engineer.post('/connections', {
    connector: 'servicenow',
    name,
    config: { instance: instance.url, user: user.name, sends: ['ticket', 'recording'] },
    credential: {
      type: 'oauth2_client_credentials',
      clientId: user.clientId,
      clientSecret: user.clientSecret,
    },
  });
  await engineer.post(`/connections/${id}/check`);
  return id;
}

/** Has the instance refuse every recording, by a rule of its own as its administrators write them. */
export function refuseRecordings(instance: ServicenowDouble): void {
  instance.tables.rules.push((table) => table !== 'x_hldf_holdfast_recording');
}

/** Sends all recordings, which are refused, and waits until some are dead letters. */
export async function makeDeadLetters(engineer: Engineer, connectionId: string): Promise<void> {
  await engineer.post(`/connections/${connectionId}/backfills`, {});
  await eventually(async () => {
    const { items } = await engineer.get<{
      readonly items: readonly { readonly connectionId: string }[];
    }>('/dead-letters');
    return items.some((group) => group.connectionId === connectionId) ? items : undefined;
  }, `dead letters of ${connectionId}`);
}
