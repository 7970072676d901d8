import { setColumns, unknownColumn, type Columns, type OpenTable, type Result, type Row } from './row.ts';
import { readTold, stateToWrite, toldText, type IncidentState, type StateRule } from './ticket-state.ts';

/** The ticket of an incident as it shall stand here. */
export interface TicketItem {
  /** A task table, `incident` as a rule. */
  readonly table: string;
  /** The correlation id. */
  readonly key: string;
  /** Made of the key, so that the table's own primary key makes a second ticket impossible. */
  readonly sysId: string;
  readonly revision: number;
  readonly state: IncidentState;
  readonly rule: StateRule;
  readonly columns: Columns;
  /** Only when it is made. */
  readonly onCreate: Columns;
  /** Only when it ends. */
  readonly onEnd: Columns;
}

/** Makes or changes one ticket; an older revision changes nothing. */
export function upsertTicket(open: OpenTable, item: TicketItem): Result {
  const row = open(item.table);
  const columns = { ...item.onCreate, ...item.columns, ...item.onEnd };
  const unknown = unknownColumn(row, { correlation_id: '', correlation_display: '', ...columns });
  if (unknown !== undefined) return { key: item.key, error: 'unknown_column', column: unknown };
  if (find(row, item)) return change(row, item);
  row.initialize();
  row.setNewGuidValue(item.sysId);
  row.setValue('correlation_id', item.key);
  setColumns(row, item.onCreate);
  write(row, item, undefined);
  const sysId = row.insert();
  if (sysId !== null) return { key: item.key, result: 'created', sysId, revision: item.revision };
  const again = open(item.table);
  return find(again, item) ? change(again, item) : { key: item.key, error: 'not_saved' };
}

/** One that was made through the Table API has a sys_id of its own. */
function find(row: Row, { sysId, key }: Pick<TicketItem, 'sysId' | 'key'>): boolean {
  return row.get('sys_id', sysId) || row.get('correlation_id', key);
}

function change(row: Row, item: TicketItem): Result {
  const sysId = row.getUniqueValue();
  const { revision, state } = readTold(row.getValue('correlation_display'));
  if (revision > item.revision) return { key: item.key, result: 'superseded', sysId, revision };
  if (revision === item.revision) return { key: item.key, result: 'unchanged', sysId, revision };
  write(row, item, state);
  if (row.update() === null) return { key: item.key, error: 'not_saved' };
  return { key: item.key, result: 'updated', sysId, revision: item.revision };
}

function write(row: Row, item: TicketItem, told: IncidentState | undefined): void {
  setColumns(row, item.columns);
  const state = stateToWrite(item.rule, told, item.state, row.getValue('state') ?? '');
  if (state !== undefined) {
    row.setValue('state', state);
    if (state === item.rule.resolved || state === item.rule.closed) setColumns(row, item.onEnd);
  }
  row.setValue('correlation_display', toldText(item.revision, item.state));
}
