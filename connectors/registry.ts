/** The only list of connectors. */
import { HoldfastError } from '../recorder-core/errors.ts';
import { elasticsearch } from './elasticsearch/connector.ts';
import { embeddedSearch } from './embedded-search/connector.ts';
import type { Connector } from './kit/connector.ts';
import { salesforce } from './salesforce/connector.ts';
import { servicenow } from './servicenow/connector.ts';
import { snowflake } from './snowflake/connector.ts';
import { webhook } from './webhook/connector.ts';

/** All connectors of this build, in the order in which the catalogue shows them. */
export const connectors: readonly Connector[] = [
  embeddedSearch,
  elasticsearch,
  salesforce,
  servicenow,
  snowflake,
  webhook,
];

/** Ids of the connectors that have an operation. */
export function connectorsWith(operation: string): string[] {
  return connectors.flatMap(({ manifest }) => (operation in manifest.operations ? [manifest.id] : []));
}

/** Ids of the connectors that can tell what they hold. */
export const connectorsWithInventory: readonly string[] = connectors.flatMap(({ manifest }) =>
  manifest.inventories ? [manifest.id] : [],
);

/** The connector of that id; throws HoldfastError `not_found` where this build has none. */
export function connectorById(id: string): Connector {
  const found = connectors.find(({ manifest }) => manifest.id === id);
  if (found !== undefined) return found;
  throw new HoldfastError(
    'not_found',
    `This build has no connector "${id.slice(0, 64)}". Choose one from the catalogue.`,
  );
}
