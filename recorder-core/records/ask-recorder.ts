import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { readLiveCall } from './live-calls.ts';
import {
  insertCommand,
  type CircumstancePayload,
  settleCommand,
  type CommandVerb,
  type ConsentPayload,
  type RecorderCommand,
} from './recorder-commands.ts';
import { isHeard, readNode } from './recorder-nodes.ts';

/** What can be asked about one call, and about a whole recorder. */
export type CallVerb = Extract<CommandVerb, 'pause' | 'resume' | 'end' | 'snapshot'>;
export type NodeVerb = Extract<CommandVerb, 'drain' | 'undrain'>;

/** Who asks, why, and under which id. */
export interface Asking {
  readonly id: string;
  readonly tenantId: string;
  readonly person: { readonly id: string; readonly name: string };
  /** A sentence without personal data: the recorder writes it into the journal. */
  readonly reason: string;
  readonly at: Date;
}

/**
 * Asks the recorder of a call to act on it: the command and its leaf, in the running transaction.
 * @throws HoldfastError `not_found` for a call that is not in progress, `unavailable` while its node is not heard.
 */
export async function askAboutCall(
  tx: Tx,
  recordingId: string,
  verb: CallVerb,
  asking: Asking,
): Promise<RecorderCommand> {
  return ask(tx, await heardNodeOf(tx, recordingId), recordingId, verb, asking);
}

/** Tells the recorder of a call that a circumstance begins or ends: the command and its leaf. Errors as `askAboutCall`. */
export async function tellCircumstance(
  tx: Tx,
  recordingId: string,
  payload: CircumstancePayload,
  asking: Asking,
): Promise<RecorderCommand> {
  return ask(tx, await heardNodeOf(tx, recordingId), recordingId, 'circumstance', asking, payload);
}

async function heardNodeOf(tx: Tx, recordingId: string): Promise<string> {
  const call = await readLiveCall(tx, recordingId);
  if (call === undefined)
    throw new HoldfastError(
      'not_found',
      'No call with this id is in progress. If it has just ended, its recording is in the list.',
    );
  await requireHeard(tx, call.node);
  return call.node;
}

/**
 * Tells the recorder of a call what was said about consent: the command and its leaf, in the running transaction. False,
 * and nothing is asked, where the call is not in progress or its recorder is not heard: what was said then counts when the
 * recording is entered. `person` is left out where no person tells.
 */
export async function tellConsent(
  tx: Tx,
  tenantId: string,
  recordingId: string,
  payload: ConsentPayload,
  asking: { readonly id: string; readonly at: Date; readonly person?: LeafPerson | undefined },
): Promise<boolean> {
  const call = await readLiveCall(tx, recordingId);
  const node = call && (await readNode(tx, call.node));
  if (node === undefined || !isHeard(node)) return false;
  const { person, id, at } = asking;
  const command = await insertCommand(tx, tenantId, {
    id,
    node: node.node,
    recordingId,
    verb: 'consent',
    reason: `Consent: ${payload.note.kind}`,
    askedBy: person?.id ?? null,
    payload,
  });
  const leaf = { at, act: 'command.asked', outcome: 'done', ...subjectOf(command) } as const;
  await appendLeaf(tx, tenantId, leaf, person && actedBy(person));
  return true;
}

/** Asks a whole recorder. @throws HoldfastError `not_found` for an unknown node, `unavailable` while it is not heard. */
export async function askNode(
  tx: Tx,
  node: string,
  verb: NodeVerb,
  asking: Asking,
): Promise<RecorderCommand> {
  await requireHeard(tx, node);
  return ask(tx, node, null, verb, asking);
}

/** Settles a command and enters what became of it; answers false, and changes nothing, when it was settled before. */
export async function answerCommand(
  tx: Tx,
  tenantId: string,
  command: RecorderCommand,
  outcome: 'done' | 'failed',
  answer: string | null,
  at: Date,
): Promise<boolean> {
  if (!(await settleCommand(tx, command.id, outcome, answer))) return false;
  await appendLeaf(tx, tenantId, { at, act: 'command.answered', outcome, ...subjectOf(command) });
  return true;
}

async function requireHeard(tx: Tx, name: string): Promise<void> {
  const node = await readNode(tx, name);
  if (node === undefined) throw new HoldfastError('not_found', 'There is no recorder of this name.');
  if (isHeard(node)) return;
  throw new HoldfastError(
    'unavailable',
    node.state === 'down'
      ? 'The recorder has been stopped, so nothing was asked of it. Start it, and try again.'
      : 'The recorder has not been heard of for a while, so nothing was asked of it: it may be dead or cut off from the database. Look at the machine itself.',
    { retryAfterMs: 5_000 },
  );
}

async function ask(
  tx: Tx,
  node: string,
  recordingId: string | null,
  verb: CommandVerb,
  { id, tenantId, person, reason, at }: Asking,
  payload?: CircumstancePayload,
): Promise<RecorderCommand> {
  const command = await insertCommand(tx, tenantId, {
    id,
    node,
    recordingId,
    verb,
    reason,
    askedBy: person.id,
    ...(payload && { payload }),
  });
  await appendLeaf(
    tx,
    tenantId,
    { at, act: 'command.asked', outcome: 'done', ...subjectOf(command) },
    { ...actedBy(person), reason },
  );
  return command;
}

/** A command about a call belongs to the custody of its recording. */
function subjectOf({ id, node, recordingId, verb, payload }: RecorderCommand) {
  const said =
    payload !== null && 'circumstance' in payload
      ? { circumstance: payload.circumstance, state: payload.state }
      : {};
  return {
    object: recordingId === null ? { type: 'recorder', id: node } : { type: 'recording', id: recordingId },
    facts: { command: id, verb, node, ...said },
  };
}
