import { embeddedSearch } from '../../connectors/embedded-search/connector.ts';
import { insertConnection } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';

/** Gives a new tenant the built-in search as its first connection; does nothing where it has it. */
export async function ensureEmbeddedSearch(tx: Tx, tenantId: string, id: string, now: Date): Promise<void> {
  const connection = {
    id,
    connector: 'embedded-search',
    name: 'Built-in search',
    config: {},
    credential: null,
    state: 'live',
    mandatory: true, // the officers' way to find what is restricted; the list hides it from others
    first: {
      connectorVersion: embeddedSearch.manifest.version,
      mappings: {},
      madeBy: null,
      madeAt: now,
      why: null,
    },
  } as const;
  if (!(await insertConnection(tx, tenantId, connection))) return;
  await appendLeaf(tx, tenantId, {
    at: now,
    act: 'configuration.changed',
    object: { type: 'connection', id },
    outcome: 'done',
    facts: { connector: 'embedded-search' },
  });
}
