import type { Tx } from './database.ts';

/** To whom a bundle was made out, and when it was asked for. */
export interface ExportRecipient {
  readonly exportId: string;
  readonly recipient: string;
  readonly requestedAt: string;
}

/** Every export of the tenant, newest first: whoever may have a copy. */
export async function listRecipients(tx: Tx): Promise<ExportRecipient[]> {
  const { rows } = await tx.query<Omit<ExportRecipient, 'requestedAt'> & { requestedAt: Date }>(
    `select id as "exportId", recipient, requested_at as "requestedAt" from export order by requested_at desc, id desc`,
  );
  return rows.map((row) => ({ ...row, requestedAt: row.requestedAt.toISOString() }));
}
