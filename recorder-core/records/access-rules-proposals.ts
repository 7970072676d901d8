import type { AccessRules } from '../policy/access-alert.ts';
import type { Tx } from './database.ts';

/** `outdated`: other rules came into force before the answer. */
export type ProposalState = 'waiting' | 'in-force' | 'refused' | 'outdated';

/** Rules of unusual use that watch less than those of today, and wait for a second person. */
export interface AccessRulesProposal {
  readonly id: string;
  readonly rules: AccessRules;
  /** Of the rules in whose place they would come. */
  readonly fromVersion: number;
  readonly reason: string;
  readonly approvalId: string;
  readonly requestedBy: { readonly id: string; readonly name: string };
  readonly requestedAt: Date;
  readonly state: ProposalState;
}

/** Keeps a proposal that waits; false, and nothing is kept, where another one waits. */
export async function insertAccessRulesProposal(
  tx: Tx,
  tenantId: string,
  proposal: Omit<AccessRulesProposal, 'state' | 'requestedBy'> & { readonly requestedBy: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into access_rules_proposal
       (tenant_id, id, rules, from_version, reason, approval_id, requested_by, requested_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting') on conflict do nothing`,
    [
      tenantId,
      proposal.id,
      JSON.stringify(proposal.rules),
      proposal.fromVersion,
      proposal.reason,
      proposal.approvalId,
      proposal.requestedBy,
      proposal.requestedAt,
    ],
  );
  return rowCount === 1;
}

const SELECT = `
  select p.id, p.rules, p.from_version as "fromVersion", p.reason, p.approval_id as "approvalId",
         jsonb_build_object('id', u.id, 'name', u.name) as "requestedBy", p.requested_at as "requestedAt", p.state
    from access_rules_proposal p join app_user u on u.tenant_id = p.tenant_id and u.id = p.requested_by`;

/** The proposal that waits for a second person, or undefined. */
export async function readWaitingAccessRules(tx: Tx): Promise<AccessRulesProposal | undefined> {
  const { rows } = await tx.query<AccessRulesProposal>(`${SELECT} where p.state = 'waiting'`);
  return rows[0];
}

/** A proposal under its row lock, or undefined. */
export async function lockAccessRulesProposal(tx: Tx, id: string): Promise<AccessRulesProposal | undefined> {
  const { rows } = await tx.query<AccessRulesProposal>(`${SELECT} where p.id = $1 for update of p`, [id]);
  return rows[0];
}

/** Ends a proposal that waits. */
export async function settleAccessRulesProposal(
  tx: Tx,
  id: string,
  { state, at }: { readonly state: Exclude<ProposalState, 'waiting'>; readonly at: Date },
): Promise<void> {
  await tx.query(
    `update access_rules_proposal set state = $2, settled_at = $3 where id = $1 and state = 'waiting'`,
    [id, state, at],
  );
}
