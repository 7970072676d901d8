import { z } from 'zod';
import { isBareOrigin } from '../kit/addresses.ts';

const sysId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be a sys_id: 32 lower-case hexadecimal digits')
  .optional();
const stateValue = z.string().regex(/^-?\d{1,4}$/, 'must be a value of the state column, such as 6');

/** What a person configures; no secret stands here. */
export const servicenowConfig = z.strictObject({
  instance: z
    .url({ protocol: /^https?$/, error: 'must be a complete http or https address' })
    .refine(isBareOrigin, 'must be only scheme, host and port, without user, path or query')
    .meta({
      title: 'Instance',
      description: 'Where the instance answers, for example https://example.service-now.com.',
      order: 1,
    }),
  user: z
    .string()
    .regex(/^[^\s^=,]{1,80}$/, 'must be a user name without spaces, commas, "^" and "="')
    .meta({
      title: 'Integration user',
      description:
        'User name (user_name) that the credential belongs to, for this connection alone: rates count per user, and what this user changes is not read back.',
      order: 2,
    }),
  application: z.enum(['scoped', 'table']).default('scoped').meta({
    title: 'Way in',
    description:
      'scoped: the application of connectors/servicenow/app is installed there; needed for recordings. table: tickets alone, through the Table API.',
    order: 3,
  }),
  sends: z
    .array(z.enum(['ticket', 'recording']))
    .default(['ticket'])
    .meta({
      title: 'Sends',
      description: 'What is sent: tickets of incidents, recordings, or both.',
      order: 4,
    }),
  ticketTable: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,79}$/, 'must be the name of a table')
    .default('incident')
    .meta({
      title: 'Table of tickets',
      description: 'A table that extends task, incident as a rule.',
      order: 5,
    }),
  assignmentGroup: sysId.meta({
    title: 'Assignment group',
    description: 'sys_id of the group that new tickets go to; a mapping of assignment_group wins.',
    order: 6,
  }),
  caller: sysId.meta({
    title: 'Caller',
    description: 'sys_id of the user in whose name tickets are opened; a mapping of caller_id wins.',
    order: 7,
  }),
  stateInProgress: stateValue.default('2').meta({
    title: 'State of a contained incident',
    description: 'Value of state for a ticket that is worked on, also when it is opened again.',
    order: 8,
  }),
  stateResolved: stateValue.default('6').meta({
    title: 'State of a resolved incident',
    description: 'Value of state for a ticket whose incident is resolved.',
    order: 9,
  }),
  stateClosed: stateValue.default('7').meta({
    title: 'State of a closed incident',
    description: 'Value of state for a ticket whose incident is closed.',
    order: 10,
  }),
  endedStates: z.array(stateValue).min(1).default(['7', '8']).meta({
    title: 'Ended states',
    description: 'Values of state that close the incident here; add 6 where resolving shall be enough.',
    order: 11,
  }),
  closeCode: z.string().max(100).default('Solution provided').meta({
    title: 'Close code',
    description: 'Value of close_code that a resolved ticket gets; empty where the table has no such column.',
    order: 12,
  }),
});
export type ServicenowConfig = z.infer<typeof servicenowConfig>;
