/** The named tests of a connection to ServiceNow. */
import { failedCheck, isCredentialRefusal } from '../kit/check-results.ts';
import type { CheckDefinition } from '../kit/connector.ts';
import { callHub, type ServicenowContext } from './client.ts';
import type { ServicenowConfig } from './config.ts';
import { queryTable } from './table-api.ts';

type Check = CheckDefinition<ServicenowConfig>;

// The one query that tells whose credential it is; the script is the platform's own and runs there.
const MYSELF = 'user_name=javascript:gs.getUserName()';

const reachable: Check = {
  spec: { id: 'reachable', title: 'The instance answers', severity: 'required' },
  async run(ctx) {
    try {
      await queryTable(ctx, 'sys_user', MYSELF, ['user_name'], 1);
    } catch (error) {
      if (!isCredentialRefusal(error)) throw error;
    }
    return { status: 'ok', detail: 'The instance answers.' };
  },
};

const authenticated: Check = {
  spec: { id: 'authenticated', title: 'The credential is the integration user’s', severity: 'required' },
  async run(ctx) {
    const [myself] = await queryTable(ctx, 'sys_user', MYSELF, ['user_name'], 1);
    if (myself?.['user_name'] === ctx.config.user)
      return { status: 'ok', detail: 'The credential is accepted and belongs to the integration user.' };
    return failedCheck(
      'config',
      'The credential belongs to another user than the configuration names, or the user cannot read its own row.',
      'Enter the user name of the integration user, or let it read sys_user.',
    );
  },
};

const application: Check = {
  spec: { id: 'application', title: 'The scoped application is there', severity: 'required' },
  async run(ctx) {
    if (ctx.config.application === 'table')
      return { status: 'ok', detail: 'Tickets go through the Table API; the application is not needed.' };
    const { version } = await callHub<{ readonly version?: string }>(ctx, { method: 'GET', path: '/status' });
    if (version?.startsWith('1.') === true)
      return { status: 'ok', detail: `The application is there, version ${version}.` };
    return failedCheck(
      'config',
      'The application on the instance is of another version than this connector.',
      'Install connectors/servicenow/app of this release there.',
    );
  },
};

const COLUMNS = [
  'correlation_id',
  'correlation_display',
  'short_description',
  'state',
  'number',
  'sys_updated_on',
  'sys_updated_by',
];
/** By which the stream tells that a ticket was opened again; not every table that extends task has it. */
const REOPENED = 'reopened_time';

const tickets: Check = {
  spec: { id: 'tickets', title: 'Tickets can be found', severity: 'required' },
  async run(ctx) {
    const { ticketTable } = ctx.config;
    const [row] = await queryTable(ctx, ticketTable, 'ORDERBYnumber', [...COLUMNS, REOPENED], 1);
    // What the user may not read, and what is no column of the table, is left out of the answer without a word.
    const missing = row === undefined ? [] : COLUMNS.filter((column) => !(column in row));
    if (missing.length === 0 && row !== undefined && !(REOPENED in row))
      return {
        status: 'warn',
        detail: `A ticket of ${ticketTable} that is opened again will not be noticed: ${REOPENED} cannot be read.`,
        fix: 'Let the integration user read the column, or close and open incidents in Holdfast.',
      };
    if (missing.length === 0) return { status: 'ok', detail: `Rows of ${ticketTable} can be read.` };
    return failedCheck(
      'permission',
      `The integration user cannot read ${missing.join(', ')} of ${ticketTable}.`,
      'Grant it a role that reads and writes the table, itil as a rule.',
    );
  },
};

const references: Check = {
  spec: { id: 'references', title: 'Group and caller exist', severity: 'advised' },
  async run(ctx) {
    const asked = [
      ['sys_user_group', ctx.config.assignmentGroup],
      ['sys_user', ctx.config.caller],
    ] as const;
    for (const [table, sysId] of asked) {
      if (sysId === undefined || (await exists(ctx, table, sysId))) continue;
      return {
        status: 'warn',
        detail: `There is no active row ${sysId} in ${table}.`,
        fix: 'Copy the sys_id of the group or user anew; a display name is no sys_id.',
      };
    }
    return { status: 'ok', detail: 'What new tickets refer to exists.' };
  },
};

async function exists(ctx: ServicenowContext, table: string, sysId: string): Promise<boolean> {
  return (await queryTable(ctx, table, `sys_id=${sysId}^active=true`, ['sys_id'], 1)).length === 1;
}

/** Times in queries are read in the zone of the user who asks; what is read back relies on UTC. */
const timeZone: Check = {
  spec: { id: 'time-zone', title: 'The integration user lives in UTC', severity: 'required' },
  async run(ctx) {
    const [myself] = await queryTable(ctx, 'sys_user', MYSELF, ['time_zone'], 1);
    const zone = myself?.['time_zone'] ?? '';
    if (['GMT', 'UTC', 'Etc/UTC'].includes(zone)) return { status: 'ok', detail: 'Times are read as UTC.' };
    return failedCheck(
      'config',
      zone === ''
        ? 'The integration user has no time zone of its own, so that of the instance holds.'
        : 'The integration user has another time zone than UTC.',
      'Set time_zone of the integration user to GMT.',
    );
  },
};

/** In the order in which a person should read them. */
export const servicenowChecks: readonly Check[] = [
  reachable,
  authenticated,
  application,
  tickets,
  timeZone,
  references,
];
