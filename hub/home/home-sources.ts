import type { Act } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  listDeadLetterCounts,
  listFailingConnections,
  listFailingWebhooks,
  listSilentRecorders,
  listStandingAlarms,
  listStandingAlerts,
} from '../../recorder-core/records/waiting/standing-faults.ts';
import {
  listEndingGrants,
  listOpenFindings,
  listSilentCustodians,
  listUnseenIncidents,
  listWaitingDisposals,
  listWaitingIncidentClocks,
  listWaitingReleases,
  listWaitingRequests,
  listWaitingReviews,
} from '../../recorder-core/records/waiting/waiting-clocks.ts';
import { waitingFrom, type WaitingThing } from '../../recorder-core/records/waiting/waiting-thing.ts';
import { listWaiting } from '../approvals/list-waiting.ts';
import { rebuildsDue } from '../connections/rebuilds-due.ts';
import type { Asking } from '../identity/asking.ts';

const DAY_MS = 86_400_000;
/** What runs out later is no matter of today. */
export const HORIZON_DAYS = 14;
/** A grant is asked for anew shortly before it ends. */
const GRANT_DAYS = 3;
/** A source tells of so many; one more is read, to know whether there are more. */
export const MOST_OF_A_SOURCE = 50;

/** For whom a source is read. */
export interface HomeReader {
  readonly asking: Asking;
  readonly groups: readonly string[];
  /** Whether they may do an act on the whole tenant. */
  readonly may: (act: Act) => boolean;
}

/** Where things come from that wait for somebody. */
export interface HomeSource {
  /** What may be read by whoever may do this act; null where it is about the reader alone. */
  readonly act: Act | null;
  readonly read: (tx: Tx, reader: HomeReader) => Promise<WaitingThing[]>;
}

const LIMIT = MOST_OF_A_SOURCE + 1;

function bounds({ asking }: HomeReader, days = HORIZON_DAYS) {
  return { until: new Date(asking.now.getTime() + days * DAY_MS), limit: LIMIT };
}

/** All of them: one question to the database each, with the act that lets somebody read the same elsewhere. */
export const HOME_SOURCES = {
  approval: { act: null, read: readApprovals },
  request: { act: 'request.read', read: (tx, reader) => listWaitingRequests(tx, bounds(reader)) },
  'incident-clock': {
    act: 'incident.read',
    read: (tx, reader) => listWaitingIncidentClocks(tx, bounds(reader)),
  },
  incident: { act: 'incident.read', read: (tx, reader) => listUnseenIncidents(tx, bounds(reader)) },
  release: { act: 'hold.read', read: (tx, reader) => listWaitingReleases(tx, bounds(reader)) },
  'matter-review': { act: 'hold.read', read: (tx, reader) => listWaitingReviews(tx, bounds(reader)) },
  custodian: { act: 'hold.read', read: (tx, reader) => listSilentCustodians(tx, bounds(reader)) },
  disposal: { act: 'disposal.read', read: (tx, reader) => listWaitingDisposals(tx, bounds(reader)) },
  grant: { act: null, read: readGrants },
  recorder: { act: 'live.read', read: (tx) => listSilentRecorders(tx, LIMIT) },
  stream: { act: 'live.read', read: (tx) => listStandingAlerts(tx, LIMIT) },
  'missing-call': {
    act: 'report.read',
    read: (tx, reader) => listOpenFindings(tx, bounds(reader), 'missing-calls'),
  },
  connection: {
    act: 'connection.read',
    read: (tx, { asking }) => listFailingConnections(tx, asking.now, LIMIT),
  },
  rebuild: { act: 'connection.read', read: readRebuilds },
  'dead-letter': { act: 'connection.read', read: (tx) => listDeadLetterCounts(tx, LIMIT) },
  webhook: { act: 'connection.read', read: (tx) => listFailingWebhooks(tx, LIMIT) },
  finding: { act: 'report.read', read: (tx, reader) => listOpenFindings(tx, bounds(reader), 'others') },
  'ledger-alarm': { act: 'ledger.read', read: (tx) => listStandingAlarms(tx, 'ledger', LIMIT) },
  'store-alert': { act: 'system.read', read: (tx) => listStandingAlarms(tx, 'store', LIMIT) },
} as const satisfies Record<string, HomeSource>;

/** The name of a source. */
export type HomeSourceName = keyof typeof HOME_SOURCES;

async function readApprovals(tx: Tx, { asking }: HomeReader): Promise<WaitingThing[]> {
  const waiting = await listWaiting(tx, asking);
  return waiting.map(({ id, summary, kind, dueAt, requestedAt }) => ({
    id,
    name: summary,
    detail: kind,
    fix: null,
    dueAt,
    since: requestedAt,
    count: null,
  }));
}

/** Everybody's, for whoever reads them; else one's own. */
function readGrants(tx: Tx, reader: HomeReader): Promise<WaitingThing[]> {
  const { asking, groups, may } = reader;
  const own = may('grant.read') ? undefined : { userId: asking.person.id, groups };
  return listEndingGrants(tx, bounds(reader, GRANT_DAYS), asking.now, own);
}

async function readRebuilds(tx: Tx): Promise<WaitingThing[]> {
  const due = await rebuildsDue(tx, { limit: LIMIT });
  return due.map(({ connectionId: id, name, since }) => waitingFrom({ id, name, since }));
}
