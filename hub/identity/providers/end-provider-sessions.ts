import type { Tx } from '../../../recorder-core/records/database.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import {
  endProviderSessionRows,
  type ProviderSession,
} from '../../../recorder-core/records/provider-sessions.ts';

/**
 * Ends sessions that a provider had begun, with the commit of this transaction; a playback that runs hears of it within two
 * seconds. Each is a ledger leaf that says what ended it. Answers how many were open.
 */
export async function endProviderSessions(
  tx: Tx,
  tenantId: string,
  sessions: readonly ProviderSession[],
  end: { readonly by: 'back-channel' | 'single-logout' | 'renewal' | 'switched-off'; readonly now: Date },
): Promise<number> {
  const providers = new Map(sessions.map(({ sessionId, providerId }) => [sessionId, providerId]));
  const ended = await endProviderSessionRows(tx, [...providers.keys()], end.now);
  for (const { sessionId, userId, name } of ended)
    await appendLeaf(
      tx,
      tenantId,
      {
        at: end.now,
        act: 'session.ended',
        object: { type: 'user', id: userId },
        outcome: 'done',
        facts: { session: sessionId, provider: providers.get(sessionId) ?? null, by: end.by },
      },
      actedBy({ id: userId, name }),
    );
  return ended.length;
}
