import { openPool } from '../../recorder-core/records/database.ts';
import { listProvidersOfDomain } from '../../recorder-core/records/identity-providers.ts';
import { listTenantsToRenew } from '../../recorder-core/records/provider-sessions.ts';
import type { Services } from '../api/services.ts';
import type { Config } from '../config/settings.ts';
import { openProviderNetwork } from '../identity/providers/provider-network.ts';
import { renewSessions } from '../identity/providers/renew-sessions.ts';
import { repeatWork } from '../live/repeated-work.ts';
import { exportSettings } from './export-settings.ts';
import type { Resources } from './open-resources.ts';

/** What signing in with identity providers needs of the process. */
export interface OpenedSignIn {
  readonly services: Pick<Services, 'providerNetwork' | 'providersOfDomain'>;
  close(): Promise<void>;
}

/** How often sessions are looked for that their provider is to be asked about. */
const RENEW_EVERY_MS = 30_000;

/** Opens it. Of people who are not signed in nobody knows the tenant, so the e-mail domains are asked with the dispatcher's role. */
export function openSignIn({ db, keys, log }: Resources, config: Config): OpenedSignIn {
  const providerNetwork = openProviderNetwork({ allowPrivateNetwork: config.egressPrivateNetwork });
  const dispatcher = openPool(config.postgresDispatcherUrl, 2, (error) => {
    log.warn({ error }, 'an idle database connection broke');
  });
  const { publicUrl } = exportSettings(config);
  const renewals = repeatWork(
    RENEW_EVERY_MS,
    async () => {
      const now = new Date();
      for (const tenantId of await listTenantsToRenew(dispatcher, now))
        await renewSessions({ db, keys, network: providerNetwork, publicUrl }, tenantId, now);
    },
    (error) => {
      log.warn({ error }, 'sessions of identity providers could not be renewed');
    },
  );
  return {
    services: {
      providerNetwork,
      providersOfDomain: (domain) => listProvidersOfDomain(dispatcher, domain),
    },
    async close() {
      await renewals.stop();
      providerNetwork.close();
      await dispatcher.end();
    },
  };
}
