import { openPool } from '../../recorder-core/records/database.ts';
import { listProvidersOfDomain } from '../../recorder-core/records/identity-providers.ts';
import type { Services } from '../api/services.ts';
import type { Config } from '../config/settings.ts';
import { openProviderNetwork } from '../identity/providers/provider-network.ts';
import type { Resources } from './open-resources.ts';

/** What signing in with identity providers needs of the process. */
export interface OpenedSignIn {
  readonly services: Pick<Services, 'providerNetwork' | 'providersOfDomain'>;
  close(): Promise<void>;
}

/** Opens it. Of people who are not signed in nobody knows the tenant, so the e-mail domains are asked with the dispatcher's role. */
export function openSignIn({ log }: Resources, config: Config): OpenedSignIn {
  const providerNetwork = openProviderNetwork({ allowPrivateNetwork: config.egressPrivateNetwork });
  const dispatcher = openPool(config.postgresDispatcherUrl, 2, (error) => {
    log.warn({ error }, 'an idle database connection broke');
  });
  return {
    services: {
      providerNetwork,
      providersOfDomain: (domain) => listProvidersOfDomain(dispatcher, domain),
    },
    async close() {
      providerNetwork.close();
      await dispatcher.end();
    },
  };
}
