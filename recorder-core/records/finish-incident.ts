import { incidentStateAfter } from '../policy/incident-state.ts';
import type { Tx } from './database.ts';
import { changeIncident, type Incident } from './incidents.ts';
import { readHead } from './ledger-log.ts';
import { announceIncident, noteIncident, type IncidentActing } from './note-incident.ts';

/**
 * Closes a locked incident that lacks nothing, by a rule; its evidence in the ledger ends here. The hold on its recordings
 * stays: it is released with its matter. @returns false where it cannot be closed in its state.
 */
export async function finishIncident(
  tx: Tx,
  acting: IncidentActing,
  incident: Incident,
  rule: string,
): Promise<boolean> {
  if (incidentStateAfter(incident.state, 'close') === undefined) return false;
  const range = await ledgerRange(tx, incident);
  const person = acting.by !== null && 'name' in acting.by ? acting.by.id : null;
  await changeIncident(tx, incident.id, {
    state: 'closed',
    closedAt: acting.now,
    closedBy: person,
    ledgerFrom: range.from,
    ledgerTo: range.to,
    ledgerRoot: range.root,
  });
  await noteIncident(tx, acting, {
    kind: 'closed',
    act: 'incident.closed',
    rules: [rule],
    facts: { ledgerFrom: range.from, ledgerTo: range.to, ledgerRoot: range.root.toString('hex') },
  });
  await announceIncident(tx, acting);
  return true;
}

/** Leaves since the evidence begins, up to the head of the log as it is now. */
export async function ledgerRange(
  tx: Tx,
  { evidenceFrom, ledger }: Pick<Incident, 'evidenceFrom' | 'ledger'>,
): Promise<{ readonly from: number; readonly to: number; readonly root: Buffer }> {
  const { size, root } = await readHead(tx);
  if (ledger !== null) return { from: ledger.from, to: size, root };
  const { rows } = await tx.query<{ index: number }>(
    'select index from ledger_leaf where at < $1 order by index desc limit 1',
    [evidenceFrom],
  );
  return { from: Math.min((rows[0]?.index ?? -1) + 1, size), to: size, root };
}
