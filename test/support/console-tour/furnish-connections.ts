import type { ServicenowDouble } from '../peers/servicenow-double.ts';
import type { EventReceiver } from '../event-receiver.ts';
import type { TourIds } from './tour-stop.ts';
import { eventually, type TourTenant } from './tour-tenant.ts';

const RECORDINGS = 'x_hldf_holdfast_recording';

interface Page {
  readonly items: readonly { readonly id: string; readonly connectionId: string; readonly count: number }[];
}

/** Systems of others that the tenant is connected with; they answer on this machine. */
export interface TourPeers {
  readonly instance: ServicenowDouble;
  readonly receiver: EventReceiver;
}

/** A case system that refuses some recordings, so that they are dead letters; a draft; and webhooks, one of which fails. */
export async function furnishConnections(
  { people: { engineer } }: TourTenant,
  { instance, receiver }: TourPeers,
): Promise<TourIds> {
  const connection = await connect('ServiceNow of the service desk', 'holdfast.hub');
  const draft = await connect('ServiceNow of the branch', 'holdfast.branch');
  await engineer.post('/connections', {
    connector: 'webhook',
    name: 'Case system of legal',
    config: { accepts: ['matter.*', 'case.*'] },
  });
  await engineer.post(`/connections/${connection}/go-live`);
  // A rule of the other side's own, as their administrators write them.
  instance.tables.rules.push((table) => table !== RECORDINGS);
  await engineer.post(`/connections/${connection}/backfills`, {});
  await eventually(async () => {
    const { items } = await engineer.get<Page>('/dead-letters');
    return items.some((group) => group.connectionId === connection) ? items : undefined;
  }, 'dead letters of the tour');
  const { items } = await engineer.get<Page>(`/deliveries?connectionId=${connection}&state=dead`);
  const webhook = await furnishWebhooks(engineer, receiver);
  return { connection, draft, step: 'map', delivery: items[0]?.id ?? '', webhook };

  async function connect(name: string, userName: string): Promise<string> {
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
}

async function furnishWebhooks(
  engineer: TourTenant['people']['engineer'],
  receiver: EventReceiver,
): Promise<string> {
  const good = await engineer.post('/webhooks', {
    name: 'Case desk',
    description: 'Opens and closes cases by what happens to holds and incidents.',
    url: receiver.url,
    types: ['*'],
  });
  const failing = await engineer.post('/webhooks', {
    name: 'Old intranet',
    url: 'http://127.0.0.1:9/events',
    types: ['hold.*'],
    signing: 'hmac',
  });
  await engineer.post(`/webhooks/${good.id}/test`);
  await engineer.post(`/webhooks/${failing.id}/test`);
  await receiver.until(1);
  return good.id;
}
