/** The acceptance bench of the embedded search, over any implementation of its port. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedSearch } from '../../../connectors/embedded-search/connector.ts';
import type { Bench, Fault, Subject } from '../../../connectors/kit/acceptance/bench.ts';
import type { SearchIndexPort } from '../../../connectors/kit/search-index.ts';
import { runOperation } from '../../../hub/connections/host/run-operation.ts';
import { observedHost } from './observed-host.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'connectors', 'embedded-search');

/** The index of one fresh tenant, and a count of its rows by other means than the port. */
export interface OpenedIndex {
  readonly port: SearchIndexPort;
  count(): Promise<number>;
}

/** The cases that cannot apply to a port without HTTP, each with its reason. */
export const EMBEDDED_SEARCH_BYPASSES: Readonly<Record<string, string>> = {
  'order-kept-on-poison': 'the port takes every record that parses',
  'fault-slow-body': 'there is no HTTP between connector and index',
  'fault-html-502': 'there is no HTTP between connector and index',
  'fault-html-200': 'there is no HTTP between connector and index',
  'fault-redirect': 'there is no HTTP between connector and index',
  'fault-429': 'the port does not ask to slow down',
  'budget-respected': 'there is no HTTP between connector and index',
  'fault-dead-peer': 'the product does not run without its own database',
};

/** Makes the bench; `openIndex` gives the index of a tenant that has none yet. */
export function embeddedSearchBench(openIndex: (tenantId: string) => Promise<OpenedIndex>): Bench {
  return {
    connector: embeddedSearch,
    readme: readFileSync(join(FOLDER, 'README.md'), 'utf8'),
    open: () => open(openIndex),
    failingChecks: [],
    canaries: () => [],
  };
}

async function open(openIndex: (tenantId: string) => Promise<OpenedIndex>): Promise<Subject> {
  const tenantId = randomUUID();
  const { port, count } = await openIndex(tenantId);
  const faults: Fault[] = [];
  let writes = 0;
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    const fault = faults.shift();
    if (fault?.kind === 'answer') throw new Error(`failed with ${fault.body ?? ''}`);
    if (fault?.kind === 'cut-before') throw new Error('connection lost');
    writes += 1;
    const result = await work();
    if (fault?.kind === 'cut-after') throw new Error('connection lost');
    return result;
  };
  const searchIndex: SearchIndexPort = {
    version: 1,
    upsert: (document) => write(() => port.upsert(document)),
    remove: (withdrawal) => write(() => port.remove(withdrawal)),
    get: (id) => port.get(id),
    list: (after, limit) => port.list(after, limit),
  };
  const { host, seen } = observedHost();
  const connection = { id: randomUUID(), tenantId, config: {}, credential: { type: 'none' } };
  const ctx = await host.contextFor(embeddedSearch, connection, { searchIndex });
  return {
    tenantId,
    ctx,
    preview: await host.contextFor(embeddedSearch, connection, { searchIndex, dryRun: true }),
    run: (operation, records) => runOperation({ connector: embeddedSearch, ctx, operation, records }),
    remote: (id) => port.get(id),
    count,
    writes: () => writes,
    inject: (fault) => void faults.push(fault),
    strayRequests: () => 0,
    seen,
    close: () => host.close(),
  };
}
