import type { Connector } from '../../connectors/kit/connector.ts';
import { connectorById } from '../../connectors/registry.ts';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { checkedConfig } from '../connections/checked-config.ts';
import { checkedReshapes, defaultMappings, mappingFaults } from '../connections/checked-mappings.ts';
import { currentContent, type ConnectionContent as VersionContent } from '../connections/current-content.ts';
import type { ReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import { newestCatalog } from '../connections/newest-catalog.ts';
import type { WantedConnection } from './configuration-file.ts';
import type { FaultAt, Faulty } from './configured-objects.ts';

/** What a file can say of a connection but for its credential. */
export interface ConnectionContent extends VersionContent {
  readonly [part: string]: unknown;
  readonly connector: string;
}

/** What the current version of a connection says, with what is usual today. */
export async function writtenContent(tx: Tx, row: ConnectionRow): Promise<ConnectionContent> {
  const { config, ...content } = await currentContent(tx, row);
  return plain({ connector: row.connector, config: usual(connectorById(row.connector), config), ...content });
}

/** The connector of a wish; it never changes for a connection that there is. */
export function wantedConnector(
  id: string,
  row: ConnectionRow | undefined,
  fault: FaultAt,
): Connector | Faulty {
  const refuse = (message: string): Faulty => ({ faults: [fault(['connector'], message)] });
  let connector: Connector;
  try {
    connector = connectorById(id);
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    return refuse(`There is no connector "${id}". \`holdfast connection catalogue\` lists them.`);
  }
  if (isBuiltIn(connector)) return refuse('The built-in search is there already, and no file speaks for it.');
  if (row === undefined || row.connector === id) return connector;
  return refuse(
    `The connection of this name is one of "${row.connector}". Choose another name, or remove it first.`,
  );
}

/** Whether every tenant has it anyway. */
export function isBuiltIn({ manifest }: Connector): boolean {
  return manifest.needs.includes('embedded-search');
}

/** What a wish comes to: its configuration with what is usual, and what it leaves out as it is. */
export async function wantedContent(
  { tx, reshape }: { readonly tx: Tx; readonly reshape: ReshapePool },
  connector: Connector,
  wish: WantedConnection,
  current: { readonly row: ConnectionRow; readonly content: ConnectionContent } | undefined,
  fault: FaultAt,
): Promise<{ readonly value: ConnectionContent } | Faulty> {
  const before = current?.content;
  const reshapes = wish.reshapes ?? before?.reshapes ?? {};
  const mappings = wish.mappings ?? before?.mappings ?? defaultMappings(connector.manifest);
  let config: Readonly<Record<string, unknown>>;
  try {
    config = checkedConfig(connector, wish.config);
    await checkedReshapes(connector, reshapes, reshape);
  } catch (error) {
    if (!isHoldfastError(error) || error.field === undefined) throw error;
    return { faults: [fault(error.field.split('/').slice(2), error.message)] };
  }
  const catalog = current && (await newestCatalog(tx, current.row.id));
  const faults = mappingFaults(connector, config, mappings, catalog, reshapes).map(
    ({ operation, row: at, column, message }) =>
      fault(
        ['mappings', operation, at, column].filter((part) => part !== null),
        message,
      ),
  );
  if (faults.length > 0) return { faults };
  return { value: plain({ connector: connector.manifest.id, config, mappings, reshapes }) };
}

/** With what a newer connector fills in, so that it is no difference; as it is where that connector does not take it. */
function usual(
  connector: Connector,
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  try {
    return checkedConfig(connector, config);
  } catch (error) {
    if (isHoldfastError(error)) return config;
    throw error;
  }
}

function plain(content: ConnectionContent): ConnectionContent {
  return JSON.parse(JSON.stringify(content)) as ConnectionContent;
}
