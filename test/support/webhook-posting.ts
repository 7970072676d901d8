import type { WebhookDependencies } from '../../activities/webhooks/webhook-dependencies.ts';
import { createEgressAgents } from '../../hub/connections/host/egress-agents.ts';
import { makeOpenPosting } from '../../hub/webhooks/out/open-posting.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';

/** What webhooks are sent with in tests: to loopback addresses, without chance. */
export function testWebhooks(
  keys: KeyProvider,
  change: {
    readonly timeoutMs?: number;
    readonly allowPrivateNetwork?: boolean;
    readonly now?: () => Date;
  } = {},
): WebhookDependencies['webhooks'] & { close(): void } {
  const egress = { allowPrivateNetwork: change.allowPrivateNetwork ?? true };
  const agents = createEgressAgents(egress);
  const { timeoutMs = 5_000, now = () => new Date() } = change;
  return {
    open: makeOpenPosting({ egress, agents, now, timeoutMs }, keys),
    random: () => 0,
    close: () => {
      agents.close();
    },
  };
}
