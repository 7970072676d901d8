import type { LeafInput } from '../ledger/leaf.ts';
import type { ClockChange } from './incident-clocks.ts';
import type { Tx } from './database.ts';
import { incidentStateAfter } from '../policy/incident-state.ts';
import { changeIncident, findStandingIncident, insertIncidentEntry, lockIncident } from './incidents.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';

/** Who acts on an incident: a person, another system through a connection, or the product itself. */
export type IncidentActor = LeafPerson | { readonly connectionId: string } | null;

/** In whose transaction and on whose behalf something happens to an incident. */
export interface IncidentActing {
  readonly tenantId: string;
  readonly incidentId: string;
  readonly by: IncidentActor;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  /** W3C trace context of the act. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** Something that happened to an incident. */
export interface IncidentNote {
  /** Word of the time line. */
  readonly kind: string;
  /** Its leaf; left out, it is in the time line only. */
  readonly act?: LeafInput['act'];
  readonly outcome?: string;
  readonly rules?: readonly string[];
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
  /** In somebody's own words: stands in the time line, and in the leaf as a commitment. */
  readonly note?: string | undefined;
}

/** Enters something into the time line and, where it has an act, into the ledger. */
export async function noteIncident(tx: Tx, acting: IncidentActing, note: IncidentNote): Promise<void> {
  const { tenantId, incidentId, by, now, newId } = acting;
  const person = by !== null && 'name' in by ? by : undefined;
  const through = by !== null && 'connectionId' in by ? { connection: by.connectionId } : {};
  const facts = { ...through, ...note.facts };
  await insertIncidentEntry(tx, tenantId, incidentId, {
    id: newId(now),
    at: now.toISOString(),
    kind: note.kind,
    by: person?.id ?? null,
    note: note.note ?? null,
    facts: note.rules === undefined ? facts : { ...facts, rules: note.rules },
  });
  if (note.act === undefined) return;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: note.act,
      object: { type: 'incident', id: incidentId },
      outcome: note.outcome ?? 'done',
      ...(note.rules === undefined ? {} : { rules: note.rules }),
      facts,
    },
    {
      ...(person === undefined ? {} : actedBy(person)),
      ...(note.note === undefined ? {} : { note: note.note }),
    },
  );
}

const CLOCK_ACTS = {
  started: 'clock.started',
  resumed: 'clock.started',
  moved: 'clock.started',
  ended: 'clock.ended',
} as const;

/** Enters what happened to clocks, each with its rule. */
export async function noteClockChanges(
  tx: Tx,
  acting: IncidentActing,
  changes: readonly ClockChange[],
): Promise<void> {
  for (const { change, clock } of changes) {
    const { ruleId, regime, duty, startedAt, dueAt, verified } = clock;
    await noteIncident(tx, acting, {
      kind: `clock-${change}`,
      act: CLOCK_ACTS[change],
      outcome: change,
      rules: [ruleId],
      facts: { regime, duty, startedAt, dueAt, verified },
    });
  }
}

/** Tells the workflow of an incident that its row has changed. */
export async function announceIncident(tx: Tx, acting: IncidentActing): Promise<void> {
  const { tenantId, incidentId, now, newId, trace = {} } = acting;
  await insertOutbox(tx, {
    tenantId,
    id: newId(now),
    topic: 'incident.changed',
    payload: { incidentId },
    trace,
  });
}

/** What a detection says when what it had noticed has ended. */
export interface CauseEnded {
  readonly tenantId: string;
  readonly key: string;
  readonly facts: NonNullable<IncidentNote['facts']>;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/**
 * Notes that the cause of the incident under a natural key has ended by itself: an open one is contained by that. People
 * resolve and close it; does nothing where none stands.
 */
export async function noteCauseEnded(
  tx: Tx,
  { tenantId, key, facts, now, newId }: CauseEnded,
): Promise<void> {
  const standing = await findStandingIncident(tx, key);
  if (standing === undefined) return;
  const incident = await lockIncident(tx, standing.id);
  if (incident === undefined || incident.state === 'closed') return;
  const acting: IncidentActing = { tenantId, incidentId: incident.id, by: null, now, newId };
  const contained = incidentStateAfter(incident.state, 'contain');
  await changeIncident(tx, incident.id, contained === undefined ? {} : { state: contained });
  await noteIncident(tx, acting, {
    kind: 'cause-ended',
    act: contained === undefined ? 'incident.noted' : 'incident.contained',
    outcome: 'ended',
    facts,
  });
  await announceIncident(tx, acting);
}
