import type { LeafInput } from '../../../../recorder-core/ledger/leaf.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import type { Services } from '../../services.ts';
import type { Handing } from './handover.ts';

/** Enters what a recipient did into the ledger, by the name that the request gave. */
export async function noteDelivery(
  tx: Tx,
  { tenantId, link, found }: Handing,
  at: Date,
  act: Pick<LeafInput, 'act' | 'outcome' | 'rules' | 'facts'>,
): Promise<void> {
  await appendLeaf(
    tx,
    tenantId,
    {
      at,
      object: { type: 'export', id: found.id },
      ...act,
      facts: { link: link.id, ...act.facts },
    },
    { recipient: found.recipient },
  );
}

/** Enters a refusal, bounded: whoever holds a link must not be able to fill the ledger with it. */
export async function noteRefusal(
  services: Services,
  handing: Handing,
  at: Date,
  rule: string,
  facts: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const allowance = services.refusals.allow(`link ${handing.link.id}`, at);
  if (allowance === undefined) return;
  const unwritten = allowance.unwritten === 0 ? {} : { unwrittenBefore: allowance.unwritten };
  await services.db.forTenant(handing.tenantId, (tx) =>
    noteDelivery(tx, handing, at, {
      act: 'access.refused',
      outcome: 'refused',
      rules: [rule],
      facts: { act: 'export.fetch', ...facts, ...unwritten },
    }),
  );
}
