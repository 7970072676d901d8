/** Name of a tenant's log; also the name of the keys that sign its checkpoints. */
export function logOrigin(tenantId: string): string {
  return `holdfast/tenant/${tenantId}`;
}
