/** Tickets through the Table API, which has no uniqueness: searched for first, and looked for again afterwards. */
import { readTold, stateToWrite, toldText, type Told } from './app/src/server/ticket-state.ts';
import { failedAnswer } from '../kit/failed-answer.ts';
import type { Answer, Planned } from '../kit/outcome.ts';
import type { IncidentTicket } from '../kit/record.ts';
import { remoteError, type RemoteError } from '../kit/remote-error.ts';
import { sendOneByOne } from '../kit/send-one-by-one.ts';
import type { ServicenowContext } from './client.ts';
import { knownColumns } from './discover.ts';
import { unknownColumn } from './hub-answers.ts';
import { correlationId } from './keys.ts';
import { mappedColumns } from './mapped-columns.ts';
import { stateRule } from './operations/ticket-rule.ts';
import { insertRow, queryTable, updateRow, type TableRow } from './table-api.ts';
import { ticketColumns } from './ticket-columns.ts';

/** A ticket that stands there. */
export interface FoundTicket extends Told {
  readonly sysId: string;
  /** Value of its column `state`. */
  readonly remote: string;
  readonly correlation: string;
  readonly row: TableRow;
}

const FIELDS = ['sys_id', 'number', 'state', 'correlation_id', 'correlation_display'];

/**
 * The tickets of these incidents, in their order; where there are several for one, the oldest by number. With `more`, what
 * these columns have as well. Throws RemoteFailure.
 */
export async function findTickets(
  ctx: ServicenowContext,
  records: readonly IncidentTicket[],
  more: readonly string[] = [],
): Promise<(FoundTicket | undefined)[]> {
  const all = await searchTickets(ctx, records.map(correlationId), more);
  return records.map((record) => all.find(({ correlation }) => correlation === correlationId(record)));
}

async function searchTickets(
  ctx: ServicenowContext,
  correlations: readonly string[],
  more: readonly string[] = [],
): Promise<FoundTicket[]> {
  const query = `correlation_idIN${correlations.join(',')}^ORDERBYnumber`;
  const rows = await queryTable(
    ctx,
    ctx.config.ticketTable,
    query,
    [...FIELDS, ...more],
    correlations.length * 10,
  );
  return rows.map((row) => ({
    sysId: row['sys_id'] ?? '',
    remote: row['state'] ?? '',
    correlation: row['correlation_id'] ?? '',
    row,
    ...readTold(row['correlation_display'] ?? null),
  }));
}

/** Sends tickets one by one; after a failure of the connection the rest is not sent. */
export async function sendByTable(
  ctx: ServicenowContext,
  planned: readonly Planned<IncidentTicket>[],
): Promise<Answer[]> {
  const unknown = await findUnknownColumns(ctx, planned);
  const known = planned.filter(({ record }) => !unknown.has(record.id));
  const sent = await sendOneByOne(known, (plan) => sendOne(ctx, plan));
  const stopped = sent.some((answer) => answer.outcome !== 'done' && answer.error.scope === 'connection');
  const kept = stopped ? sent : await keepOldest(ctx, known, sent);
  let next = 0;
  return planned.flatMap(({ record }) => {
    const strange = unknown.get(record.id);
    return strange === undefined ? (kept[next++] ?? []) : failedAnswer(unknownColumn(strange));
  });
}

/** By record, the first mapped column that the table does not have: the Table API drops such values without a word. */
async function findUnknownColumns(
  ctx: ServicenowContext,
  planned: readonly Planned<IncidentTicket>[],
): Promise<ReadonlyMap<string, string>> {
  const mapped = mappedColumns(planned.map(({ record }) => record));
  if (mapped.length === 0) return new Map();
  const known = await knownColumns(ctx, ctx.config.ticketTable, mapped);
  return new Map(
    planned.flatMap(({ record }) => {
      const strange = Object.keys(record.fields ?? {}).find((column) => !known.has(column));
      return strange === undefined ? [] : [[record.id, strange]];
    }),
  );
}

async function sendOne(ctx: ServicenowContext, { record, basis }: Planned<IncidentTicket>): Promise<Answer> {
  const sysId = basis?.['sysId'];
  const known = Number(basis?.['revision'] ?? 0);
  if (typeof sysId === 'string' && known > record.revision)
    return { outcome: 'done', result: 'superseded', remoteId: sysId, remoteVersion: String(known) };
  const rule = stateRule(ctx.config);
  const { columns, onCreate, onEnd } = ticketColumns(ctx.config, record);
  const told = basis?.['told'] as IncidentTicket['state'] | undefined;
  const state = stateToWrite(rule, told, record.state, String(basis?.['remote'] ?? ''));
  const ends = state === rule.resolved || state === rule.closed;
  const row = {
    ...columns,
    ...(state === undefined ? {} : { state }),
    ...(ends ? onEnd : {}),
    correlation_display: toldText(record.revision, record.state),
  };
  const { ticketTable } = ctx.config;
  if (typeof sysId === 'string') {
    const stands = await updateRow(ctx, ticketTable, sysId, row, FIELDS);
    const lost = lostColumn(row, stands, String(basis?.['remote'] ?? ''));
    if (lost === undefined) return done('updated', sysId, record);
    // The mark says that the state was told: with it, who comes again would leave the ticket as it is.
    if (lost === 'state') {
      const mark = told === undefined ? '' : toldText(known, told);
      await updateRow(ctx, ticketTable, sysId, { correlation_display: mark }, ['sys_id']);
    }
    return failedAnswer(unwritten(ticketTable, lost));
  }
  const marked = { ...onCreate, ...row, correlation_id: correlationId(record) };
  const made = await insertRow(ctx, ticketTable, marked, FIELDS);
  const lost = lostColumn(marked, made, '');
  if (lost === undefined) return done('created', made['sys_id'] ?? '', record);
  // It would not be found again, and another one made in its place each time.
  await retire(ctx, { sysId: made['sys_id'] ?? '', correlation: marked.correlation_id });
  return failedAnswer(unwritten(ticketTable, lost));
}

/**
 * The first column of those that the connector lives by which does not stand as it was written: the Table API drops what
 * the user may not write without a word. A state counts as dropped where it is still what it was; a rule of the instance may
 * have made another of it.
 */
function lostColumn(
  written: Readonly<Record<string, string>>,
  stands: TableRow,
  before: string,
): string | undefined {
  const marks = ['correlation_id', 'correlation_display'];
  const lost = marks.find((column) => column in written && stands[column] !== written[column]);
  if (lost !== undefined) return lost;
  const { state } = written;
  return state !== undefined && state !== before && stands['state'] === before ? 'state' : undefined;
}

function unwritten(table: string, column: string): RemoteError {
  return remoteError('permission', `The instance dropped ${column} of ${table} without a word.`, {
    scope: 'connection',
    field: column,
    fix: `Let the integration user write ${column}, or install the application, which writes it itself.`,
    remote: { code: 'column_dropped' },
  });
}

/**
 * Two workers that searched at the same time both made a ticket: the oldest by number stays, whoever sees several takes
 * the others out of use, and each answers for the one that stays.
 */
async function keepOldest(
  ctx: ServicenowContext,
  planned: readonly Planned<IncidentTicket>[],
  answers: readonly Answer[],
): Promise<Answer[]> {
  const made = planned.filter((_plan, index) => resultOf(answers[index]) === 'created');
  if (made.length === 0) return [...answers];
  const all = await searchTickets(
    ctx,
    made.map(({ record }) => correlationId(record)),
  );
  const kept = new Map<string, FoundTicket>();
  for (const found of all) {
    if (kept.has(found.correlation)) await retire(ctx, found);
    else kept.set(found.correlation, found);
  }
  return answers.map((answer, index) => {
    const record = planned[index]?.record;
    if (record === undefined || answer.outcome !== 'done' || answer.result !== 'created') return answer;
    const oldest = kept.get(correlationId(record));
    if (oldest === undefined || oldest.sysId === answer.remoteId) return answer;
    return done('unchanged', oldest.sysId, record);
  });
}

/** Cancels a ticket that was made twice, or cannot be found again, and lets go of its correlation id. */
async function retire(
  ctx: ServicenowContext,
  { sysId, correlation }: Pick<FoundTicket, 'sysId' | 'correlation'>,
): Promise<void> {
  ctx.log('warn', 'a ticket that cannot stay was cancelled', { sysId });
  const cancelled = {
    state: ctx.config.endedStates.at(-1) ?? ctx.config.stateClosed,
    correlation_id: `duplicate:${correlation}`.slice(0, 100),
    correlation_display: 'Made twice by Holdfast',
    close_notes: 'Made twice at the same moment; the older ticket of the same incident stays.',
    ...(ctx.config.closeCode === '' ? {} : { close_code: ctx.config.closeCode }),
  };
  await updateRow(ctx, ctx.config.ticketTable, sysId, cancelled, ['sys_id']);
}

function resultOf(answer: Answer | undefined): string | undefined {
  return answer?.outcome === 'done' ? answer.result : undefined;
}

function done(result: 'created' | 'updated' | 'unchanged', remoteId: string, record: IncidentTicket): Answer {
  return { outcome: 'done', result, remoteId, remoteVersion: String(record.revision) };
}
