import type { ConnectionRow } from '../../../../recorder-core/records/connections.ts';
import { listChecks } from '../../../../recorder-core/records/connection-checks.ts';
import type { Mappings } from '../../../../recorder-core/records/connection-versions.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { checksStanding, type CheckStanding } from '../../../connections/checks-standing.ts';
import { currentContent } from '../../../connections/current-content.ts';
import { manifestOf } from '../../../connections/list-connectors.ts';
import type { ShownSecrets } from '../../../connections/webhook-secrets.ts';
import type { EndpointCall } from '../../endpoint.ts';
import type { Connection, ConnectionCheck, ConnectionDetail } from '../../schemas/connection.ts';

/** Whose connection is shown, where its address is, and as of when. */
export type Showing = Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'now'>;

/** A connection as lists show it. */
export function present(row: ConnectionRow, { identity, services }: Showing): Connection {
  const { url, sends, accepts } = row.config;
  const taken = row.connector === 'webhook' ? texts(accepts) : [];
  return {
    id: row.id,
    connector: row.connector,
    name: row.name,
    state: row.state,
    stateAt: row.stateAt.toISOString(),
    version: row.version,
    url: typeof url === 'string' ? url : null,
    sends: texts(sends),
    accepts: taken,
    eventsUrl:
      taken.length === 0 ? null : `${services.exports.publicUrl}/events/${identity.tenantId}/${row.id}`,
  };
}

/** A connection with what it is configured to do and what its checks last found. */
export async function presentDetail(tx: Tx, row: ConnectionRow, showing: Showing): Promise<ConnectionDetail> {
  const manifest = manifestOf(row.connector);
  const { config, mappings, reshapes } = await currentContent(tx, row);
  const { credential, credentialKind, credentialAt, remains, remainsWhy } = row;
  return {
    ...present(row, showing),
    title: manifest.title,
    config,
    mappings: mappingsShown(mappings),
    reshapes,
    credential:
      credential === null ? null : { kind: credentialKind, givenAt: credentialAt?.toISOString() ?? null },
    mandatory: row.mandatory,
    matterTags: row.matterTags,
    remains: remains === null ? null : { what: remains, why: remainsWhy },
    checks: checksStanding(manifest, row, await listChecks(tx, row.id), showing.now).map(presentCheck),
  };
}

/** A check with what it last found. */
export function presentCheck({ id, title, severity, last, current }: CheckStanding): ConnectionCheck {
  return {
    id,
    title,
    severity,
    status: last?.status ?? null,
    detail: last?.detail ?? null,
    fix: last?.fix ?? null,
    ranAt: last?.ranAt.toISOString() ?? null,
    current,
  };
}

/** Mappings as the API shows them. */
export function mappingsShown(mappings: Mappings): ConnectionDetail['mappings'] {
  return Object.fromEntries(Object.entries(mappings).map(([operation, rows]) => [operation, [...rows]]));
}

/** A connection with the secrets that are shown this once. */
export function presentSecrets({ connection, ...secrets }: ShownSecrets, showing: Showing) {
  return { ...present(connection, showing), ...secrets };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
