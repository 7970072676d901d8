import { HoldfastError } from '../errors.ts';
import type { Circumstance } from '../policy/rule-pack.ts';
import type { NoteKind } from '../policy/consent-standing.ts';
import type { Prompt } from './consent-evidence.ts';
import type { Tx } from './database.ts';

/** What a recorder can be asked to do; the first six with one call. */
export type CommandVerb =
  'pause' | 'resume' | 'end' | 'snapshot' | 'consent' | 'circumstance' | 'drain' | 'undrain';

/** What was said about consent, for the recorder of a call in progress. No names, no numbers. */
export interface ConsentPayload {
  readonly note: {
    readonly id: string;
    readonly kind: NoteKind;
    readonly at: string;
    readonly purpose: string | null;
    readonly source: 'api' | 'event';
    readonly prompt?: Prompt | undefined;
  };
  /** About whom: those on this line, those whose address has this digest (`addressDigest`), or, without either, everybody. */
  readonly label?: string | undefined;
  readonly addressDigest?: string | undefined;
}

/** A circumstance of a call in progress that begins or ends. */
export interface CircumstancePayload {
  readonly circumstance: Circumstance;
  readonly state: 'begins' | 'ends';
}

/** A command that nobody took within this time is not carried out any more: the person has been told that it failed. */
export const COMMAND_LIFE_MS = 30_000;
/** A command that was taken is carried out within this time, or counts as failed. */
export const COMMAND_LIMIT_MS = 60_000;

/** What a person asked of a recorder, and what became of it. */
export interface RecorderCommand {
  readonly id: string;
  readonly node: string;
  readonly recordingId: string | null;
  readonly verb: CommandVerb;
  readonly reason: string;
  readonly askedAt: string;
  readonly takenAt: string | null;
  readonly settledAt: string | null;
  readonly outcome: 'done' | 'failed' | null;
  /** Why it failed, safe to show. */
  readonly answer: string | null;
  /** Of `consent` and of `circumstance`; null of the others. */
  readonly payload: ConsentPayload | CircumstancePayload | null;
}

type CommandRow = Omit<RecorderCommand, 'askedAt' | 'takenAt' | 'settledAt'> & {
  readonly askedAt: Date;
  readonly takenAt: Date | null;
  readonly settledAt: Date | null;
};

const COLUMNS = `id, node, recording_id as "recordingId", verb, reason, asked_at as "askedAt", taken_at as "takenAt",
  settled_at as "settledAt", outcome, answer, payload`;

function fromRow(row: CommandRow): RecorderCommand {
  return {
    ...row,
    askedAt: row.askedAt.toISOString(),
    takenAt: row.takenAt?.toISOString() ?? null,
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}

/** Adds a command; its time is the database's. */
export async function insertCommand(
  tx: Tx,
  tenantId: string,
  command: Pick<RecorderCommand, 'id' | 'node' | 'recordingId' | 'verb' | 'reason'> & {
    /** Null where no person asks, but a change of consent does. */
    readonly askedBy: string | null;
    readonly payload?: ConsentPayload | CircumstancePayload;
  },
): Promise<RecorderCommand> {
  const { rows } = await tx.query<CommandRow>(
    `insert into recorder_command (tenant_id, id, node, recording_id, verb, reason, asked_by, payload)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${COLUMNS}`,
    [
      tenantId,
      command.id,
      command.node,
      command.recordingId,
      command.verb,
      command.reason,
      command.askedBy,
      command.payload ?? null,
    ],
  );
  return onlyRow(rows);
}

function onlyRow([row]: readonly CommandRow[]): RecorderCommand {
  if (row === undefined)
    throw new HoldfastError('internal', 'The database did not give back the row it was given.');
  return fromRow(row);
}

/** One command, or undefined. */
export async function readCommand(tx: Tx, id: string): Promise<RecorderCommand | undefined> {
  const { rows } = await tx.query<CommandRow>(`select ${COLUMNS} from recorder_command where id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** Takes the node's waiting commands, oldest first; no other taker gets them, and none that is too old. */
export async function takeCommands(tx: Tx, node: string, limit: number): Promise<RecorderCommand[]> {
  const { rows } = await tx.query<CommandRow>(
    `update recorder_command set taken_at = now()
      where (tenant_id, id) in (
        select tenant_id, id from recorder_command
         where node = $1 and taken_at is null and settled_at is null
           and asked_at > now() - make_interval(secs => $2)
         order by asked_at, id limit $3 for update skip locked)
     returning ${COLUMNS}`,
    [node, COMMAND_LIFE_MS / 1000, limit],
  );
  return rows.map(fromRow).sort((a, b) => (a.askedAt < b.askedAt ? -1 : 1));
}

/** Settles a command; answers false, and changes nothing, when it was settled before. */
export async function settleCommand(
  tx: Tx,
  id: string,
  outcome: 'done' | 'failed',
  answer: string | null,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update recorder_command set settled_at = now(), outcome = $2, answer = $3, payload = payload - 'addressDigest'
      where id = $1 and settled_at is null`,
    [id, outcome, answer],
  );
  return rowCount === 1;
}

/** Locks the node's commands that were taken too late or never answered, so that they can be settled as failed. */
export async function lockOverdueCommands(tx: Tx, node: string): Promise<RecorderCommand[]> {
  const { rows } = await tx.query<CommandRow>(
    `select ${COLUMNS} from recorder_command
      where node = $1 and settled_at is null
        and (taken_at is null and asked_at <= now() - make_interval(secs => $2)
             or taken_at <= now() - make_interval(secs => $3))
      order by asked_at limit 100 for update skip locked`,
    [node, COMMAND_LIFE_MS / 1000, COMMAND_LIMIT_MS / 1000],
  );
  return rows.map(fromRow);
}
