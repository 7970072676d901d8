import { z } from 'zod';
import type { Connector } from '../../../connectors/kit/connector.ts';
import { defineConnector, type ConnectorDefinition } from '../../../connectors/kit/define-connector.ts';
import { inertOperation } from './inert-operation.ts';

const config = z.strictObject({ url: z.url().meta({ title: 'Address', description: 'Of the system.' }) });

/** A connector of one address that does nothing of its own: for tests of what the host does around it. */
export function inertConnector(
  more: Pick<ConnectorDefinition<z.infer<typeof config>>, 'auth' | 'rate'>,
): Connector {
  return defineConnector({
    id: 'inert-sample',
    version: '1.0.0',
    title: 'Sample',
    description: 'For tests of the host.',
    support: 'core',
    config,
    hosts: [{ fromConfig: 'url' }],
    checks: [
      {
        spec: { id: 'fine', title: 'Fine', severity: 'advised' },
        run: () => Promise.resolve({ status: 'ok', detail: 'Fine.' }),
      },
    ],
    operations: { put: inertOperation },
    ...more,
  });
}
