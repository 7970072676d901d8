import { z } from 'zod';
import { id, instant, storable } from './primitives.ts';

const person = z.object({ id, name: z.string() });
const kind = z.enum([
  'ledger',
  'storage',
  'capture',
  'retention',
  'reconciliation',
  'audit',
  'attack',
  'breach',
  'access',
  'availability',
  'other',
]);
const severity = z.enum(['low', 'medium', 'high', 'critical']);
const words = (max: number) => storable(z.string().trim().min(3).max(max));

/** A clock of the law, and where it stands now. */
export const incidentClock = z.object({
  id,
  rule: z.string(),
  regime: z.string(),
  duty: z.string(),
  title: z.string(),
  startEvent: z.string(),
  startedAt: instant,
  dueAt: instant,
  state: z.enum(['running', 'answered', 'late', 'missed', 'ended']),
  verified: z.boolean().describe('False where no counsel has reviewed the rule; it counts all the same.'),
  source: z.string(),
  answeredAt: instant.nullable(),
  answeredBy: z.string().nullable(),
  evidence: z.string().nullable(),
  endReason: z.string().nullable(),
});
export type IncidentClock = z.infer<typeof incidentClock>;

/** An incident in a list. */
export const incidentSummary = z.object({
  id,
  kind,
  severity,
  state: z.enum(['open', 'contained', 'resolved', 'closed']),
  title: z.string(),
  detector: z.string(),
  owner: person.nullable(),
  detectedAt: instant,
  openedAt: instant,
  lastSeenAt: instant,
  occurrences: z.int(),
  acknowledged: z.boolean(),
  classified: z.boolean(),
  clocks: z.array(incidentClock),
});
export type IncidentSummary = z.infer<typeof incidentSummary>;

/** Everything about an incident. */
export const incidentDetail = incidentSummary.extend({
  description: z.string().nullable(),
  reportedBy: person.nullable(),
  acknowledgedBy: person.nullable(),
  escalation: z.int().describe('Levels that were called.'),
  calls: z
    .array(
      z.object({
        at: instant,
        roles: z.array(z.string()),
        people: z.array(z.string()).describe('By name.'),
        connections: z.array(z.string()).describe('By name; they get their ticket then.'),
        called: z.boolean(),
      }),
    )
    .describe('Who is called from when on, while nobody takes it on.'),
  classifyBy: instant.describe('Until when it has to be classified; after it every clock runs that could.'),
  traits: z.record(z.string(), z.boolean()),
  events: z.record(z.string(), instant),
  resolution: z.string().nullable(),
  postMortem: z.object({ cause: z.string(), impact: z.string(), measures: z.string() }).nullable(),
  approvalId: id.nullable().describe('Of the closing, while a second person is asked.'),
  closedAt: instant.nullable(),
  follows: id.nullable().describe('An earlier incident of the same cause.'),
  evidence: z.object({
    recordings: z.array(id),
    withheld: z.int().describe('How many further recordings there are that the caller may not see.'),
    matterId: id.nullable().describe('Matter whose hold freezes the recordings.'),
    frozenAt: instant.nullable(),
    ledger: z.object({ from: z.int(), to: z.int(), root: z.string() }).nullable(),
  }),
  tickets: z.array(
    z.object({
      connection: z.string(),
      remoteId: z.string().nullable(),
      remoteState: z.enum(['unknown', 'open', 'closed']),
      inStep: z.boolean().describe('Whether it has the incident as it stands.'),
      problem: z.string().nullable(),
    }),
  ),
  missing: z.array(z.string()).describe('What stands between it and its closing.'),
  timeline: z.array(
    z.object({
      id,
      at: instant,
      kind: z.string(),
      by: z.string().nullable(),
      note: z.string().nullable(),
      facts: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type IncidentDetail = z.infer<typeof incidentDetail>;

/** What somebody reports. */
export const reportBody = z.strictObject({
  kind,
  severity,
  title: words(200),
  description: words(8000).optional(),
  detectedAt: instant.optional(),
  evidenceFrom: instant.optional(),
  recordingIds: z.array(id).max(500).optional(),
});

/** What is found out about an incident. */
export const classifyBody = z.strictObject({
  traits: z
    .strictObject({
      'personal-data': z.boolean().optional(),
      'high-risk-to-persons': z.boolean().optional(),
      'state-residents': z.boolean().optional(),
      'health-data': z.boolean().optional(),
      'financial-entity': z.boolean().optional(),
      major: z.boolean().optional(),
      'essential-entity': z.boolean().optional(),
      significant: z.boolean().optional(),
      'listed-company': z.boolean().optional(),
      material: z.boolean().optional(),
    })
    .optional(),
  events: z
    .strictObject({
      awareness: instant.optional(),
      discovery: instant.optional(),
      classification: instant.optional(),
      materiality: instant.optional(),
    })
    .optional(),
  notOwed: z.record(z.string().max(200), words(1000)).optional(),
  severity: severity.optional(),
  reason: words(2000),
});

/** What was told to whom. */
export const answerBody = z.strictObject({ clockId: id, at: instant.optional(), evidence: words(1000) });
/** A sentence or more in somebody's own words. */
export const noteBody = z.strictObject({ note: words(8000) });
/** A note, with recordings that become evidence. */
export const evidenceBody = noteBody.extend({ recordingIds: z.array(id).max(500).optional() });
/** Who has to see to it. */
export const assignBody = z.strictObject({ to: z.string().trim().min(1).max(200) });
/** What was learned. */
export const postMortemBody = z.strictObject({
  cause: words(8000),
  impact: words(8000),
  measures: words(8000),
});
