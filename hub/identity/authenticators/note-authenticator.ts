import type { Tx } from '../../../recorder-core/records/database.ts';
import { actedBy, type LeafPerson } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';

type AuthenticatorAct =
  | 'authenticator.added'
  | 'authenticator.removed'
  | 'authenticator.reset'
  | 'recovery.renewed'
  | 'presence.proven'
  | 'presence.refused';

/** What happened to a person's proofs. */
export interface AuthenticatorEvent {
  readonly act: AuthenticatorAct;
  /** Whose they are. */
  readonly userId: string;
  readonly outcome?: 'done' | 'refused';
  readonly rule?: string;
  readonly facts: Readonly<Record<string, string | number>>;
  /** Text of a person, kept apart so that it can be erased. */
  readonly reason?: string;
}

/**
 * Enters what happened to a person's proofs, which tells the person as well: endpoints that chose these events hear of it
 * (`hub/webhooks/out/event-catalogue.ts`), so that nobody gets or loses one unnoticed.
 */
export async function noteAuthenticator(
  tx: Tx,
  tenantId: string,
  by: LeafPerson,
  now: Date,
  { act, userId, outcome = 'done', rule, facts, reason }: AuthenticatorEvent,
): Promise<void> {
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act,
      object: { type: 'user', id: userId },
      outcome,
      ...(rule === undefined ? {} : { rules: [rule] }),
      facts,
    },
    { ...actedBy(by), ...(reason === undefined ? {} : { reason }) },
  );
}
