/**
 * Clocks of a rule pack: until when a request of a person has to be answered, and an incident told to whom.
 *
 * due-at.ts gives a row its date. An unverified row still runs, by its strictest reading: no extension, no pause, no next
 * working day, and business days count as calendar days.
 */
import { z } from 'zod';
import { place, provenance, ruleId, zone } from './rule-fields.ts';

/** How long, and in what it is counted. Months are calendar months. */
const duration = z.strictObject({
  amount: z.number().int().min(0).max(1000),
  unit: z.enum(['hours', 'days', 'business-days', 'months']),
});

const counted = {
  duration,
  /** What a last day that is no working day is followed by; a clock in hours never waits. */
  ends: z.enum(['that-day', 'next-working-day']),
  zone,
};

/** The schema of a request clock. */
export const requestClockRow = z.strictObject({
  id: ruleId,
  regime: z.string().min(1),
  jurisdiction: place,
  requests: z
    .array(
      z.enum(['access', 'erasure', 'rectification', 'restriction', 'portability', 'objection', 'opt-out']),
    )
    .min(1),
  /** Only for recordings of these classes, e.g. health records; left out, for all. */
  classes: z.array(z.string().min(1)).min(1).optional(),
  step: z.enum(['acknowledge', 'answer']),
  startsAt: z.enum(['receipt', 'verification']),
  ...counted,
  /** By how much it may be prolonged once, with notice to the person before the first date; null: never. */
  extension: duration.nullable(),
  /** What stops the clock while it is waited for. */
  pauses: z.array(z.enum(['identity', 'clarification'])),
  ...provenance,
});

/** The schema of an incident clock. */
export const incidentClockRow = z.strictObject({
  id: ruleId,
  regime: z.string().min(1),
  jurisdiction: place,
  /** What has to be done, and towards whom. */
  duty: z.enum([
    'early-warning',
    'notify-authority',
    'intermediate-report',
    'final-report',
    'notify-subjects',
    'disclose',
  ]),
  recipient: z.string().min(1),
  startsAt: z.enum([
    'detection',
    'awareness',
    'discovery',
    'classification',
    'materiality',
    'initial-notification',
    'intermediate-report',
  ]),
  /** What has to be true of the incident; what is not known counts as true. */
  when: z.array(
    z.enum([
      'personal-data',
      'high-risk-to-persons',
      'financial-entity',
      'major',
      'essential-entity',
      'significant',
      'listed-company',
      'material',
      'health-data',
      'state-residents',
    ]),
  ),
  ...counted,
  ...provenance,
});

/** How long a clock runs. */
export type ClockDuration = z.infer<typeof duration>;
/** One clock of a request: whose, of which kinds, from when, how long. */
export type RequestClockRow = z.infer<typeof requestClockRow>;
/** What a person can ask for. */
export type RequestKind = RequestClockRow['requests'][number];
/** Why a request may wait. */
export type RequestPause = RequestClockRow['pauses'][number];
/** One clock of an incident: what is due, to whom, from which event. */
export type IncidentClockRow = z.infer<typeof incidentClockRow>;
/** The events from which clocks of incidents run; each starts its own. */
export type IncidentEvent = IncidentClockRow['startsAt'];
/** What decides which clocks run. */
export type IncidentTrait = IncidentClockRow['when'][number];
