/** Under which keys recordings and tickets are found again on an instance. */
import { createHash } from 'node:crypto';

/** The unique call key of a recording. */
export function callKey({ tenantId, id }: { readonly tenantId: string; readonly id: string }): string {
  return `${tenantId}/${id}`;
}

const PREFIX = 'holdfast';

/** The correlation id of an incident's ticket: 82 characters, of the 100 that there are. */
export function correlationId({ tenantId, id }: { readonly tenantId: string; readonly id: string }): string {
  return `${correlationPrefix(tenantId)}${id}`;
}

/** What the correlation ids of a tenant's tickets begin with. */
export function correlationPrefix(tenantId: string): string {
  return `${PREFIX}:${tenantId}:`;
}

/** The incident that a ticket is for; undefined where it is another system's. */
export function incidentOf(tenantId: string, correlation: string): string | undefined {
  const prefix = correlationPrefix(tenantId);
  const id = correlation.startsWith(prefix) ? correlation.slice(prefix.length) : '';
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined;
}

/** The sys_id that a ticket is made with, so that the primary key of the table refuses a second one. */
export function ticketSysId(correlation: string): string {
  return createHash('sha256').update(correlation).digest('hex').slice(0, 32);
}
