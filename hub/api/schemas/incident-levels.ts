import { z } from 'zod';
import { ROLES } from '../../../recorder-core/policy/access.ts';
import { BOUNDS_OF_LEVELS } from '../../../recorder-core/policy/incident-levels.ts';
import { id, storable } from './primitives.ts';

const level = z.strictObject({
  afterMinutes: z
    .int()
    .min(0)
    .max(BOUNDS_OF_LEVELS.minutes)
    .describe('From the opening; each level later than the one before.'),
  roles: z.array(z.enum(ROLES)).max(ROLES.length).default([]),
  people: z.array(id).max(BOUNDS_OF_LEVELS.people).default([]).describe('Ids of active people.'),
  connections: z
    .array(id)
    .max(BOUNDS_OF_LEVELS.connections)
    .default([])
    .describe(
      'Ids of live connections that take tickets: they get the ticket when this level is called, not at the opening.',
    ),
});
const levels = z.array(level).min(1).max(BOUNDS_OF_LEVELS.levels);

/** Who is called while nobody takes an incident on, by severity. */
export const incidentLevels = z.strictObject({ critical: levels, high: levels, medium: levels, low: levels });
export type IncidentLevelsBody = z.output<typeof incidentLevels>;

/** The levels of the tenant. */
export const standingLevels = z.object({
  version: z.int().describe('Grows with each change; 0 where nobody has ever set any.'),
  levels: incidentLevels,
  own: z.boolean().describe('False: those of the product, for the tenant has set none.'),
  names: z
    .record(z.string(), z.string())
    .describe('Of the people and connections that are named, by their ids.'),
});
export type StandingLevels = z.output<typeof standingLevels>;

/** Body of POST /incident-levels. */
export const setLevelsBody = z.strictObject({
  levels: incidentLevels.nullable().describe('Null brings back those of the product.'),
  version: z
    .int32()
    .min(0)
    .describe('The version that the change was made from; refused where it is not current.'),
  reason: storable(z.string().trim().min(3).max(500)),
});

/** What `holdfast incident levels` shows and takes: the levels, and the version that they are or were made from. */
export const levelsOfVersion = incidentLevels.extend({ version: setLevelsBody.shape.version });
