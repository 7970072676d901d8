/** The double of a ServiceNow instance in a process of its own; it tells how many recordings it has of a tenant, and takes the pace at which it answers. */
import { ServicenowDouble } from '../../support/peers/servicenow-double.ts';

const TABLE = 'x_hldf_holdfast_recording';

const double = await ServicenowDouble.start();
const { name, password } = double.addUser('holdfast.hub', ['itil', ...double.app.roles]);
process.on('message', ({ tenantId, paceMs }: { tenantId: string; paceMs?: number }) => {
  if (paceMs !== undefined) {
    double.paceMs = paceMs;
    process.send?.({});
    return;
  }
  const ours = double.tables.rows(TABLE).filter((row) => row['call_key']?.startsWith(`${tenantId}/`));
  process.send?.({ count: ours.length });
});
process.on('disconnect', () => process.exit());
process.send?.({ url: double.url, user: name, password });
