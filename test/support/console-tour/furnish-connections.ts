import type { ServicenowDouble } from '../peers/servicenow-double.ts';
import type { EventReceiver } from '../event-receiver.ts';
import { connectServicenow, makeDeadLetters, refuseRecordings } from './connect-servicenow.ts';
import { furnishAway } from './furnish-away.ts';
import type { TourIds } from './tour-stop.ts';
import type { TourTenant } from './tour-tenant.ts';

interface Page {
  readonly items: readonly { readonly id: string }[];
}

/** Systems of others that the tenant is connected with; they answer on this machine. */
export interface TourPeers {
  readonly instance: ServicenowDouble;
  readonly receiver: EventReceiver;
}

/** A case system that refuses some recordings, so that they are dead letters; a draft; one that is away; and webhooks, one of which fails. */
export async function furnishConnections(
  tenant: TourTenant,
  { instance, receiver }: TourPeers,
): Promise<TourIds> {
  const { engineer } = tenant.people;
  const desk = { name: 'ServiceNow of the service desk', userName: 'holdfast.hub' };
  const connection = await connectServicenow(engineer, instance, desk);
  const branch = { name: 'ServiceNow of the branch', userName: 'holdfast.branch' };
  const draft = await connectServicenow(engineer, instance, branch);
  await engineer.post('/connections', {
    connector: 'webhook',
    name: 'Case system of legal',
    config: { accepts: ['matter.*', 'case.*'] },
  });
  await engineer.post(`/connections/${connection}/go-live`);
  refuseRecordings(instance);
  await makeDeadLetters(engineer, connection);
  const { items } = await engineer.get<Page>(`/deliveries?connectionId=${connection}&state=dead`);
  const webhook = await furnishWebhooks(engineer, receiver);
  const away = await furnishAway(tenant);
  return { connection, draft, away, step: 'map', delivery: items[0]?.id ?? '', webhook };
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
