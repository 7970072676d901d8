import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { HeardNote } from '../../recorder-core/capture/heard-note.ts';
import type { CircumstanceHeard } from '../../recorder-core/capture/signs-in.ts';
import type { RecorderControl } from '../../recorder-core/capture/recorder-control.ts';
import { digestAddress } from '../../recorder-core/records/address-digest.ts';
import { answerCommand } from '../../recorder-core/records/ask-recorder.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import {
  lockOverdueCommands,
  takeCommands,
  type RecorderCommand,
} from '../../recorder-core/records/recorder-commands.ts';

/** Commands in hand at once; the rest waits in the database. */
const AT_ONCE = 50;
const NOT_TAKEN =
  'The recorder did not take it in time, so nothing was done. See whether the recorder runs and reaches the database.';
const NOT_ANSWERED =
  'The recorder took it and its answer got lost, so it is not known whether it was done. Look at the call before you ask again.';
const FAULT = 'The recorder could not do it because of a fault of its own; its log says which.';

export interface CommandTakerOptions {
  readonly db: Database;
  readonly tenantId: string;
  readonly node: string;
  readonly control: RecorderControl;
  readonly now: () => Date;
  /** A command has been settled; `error` where it failed by a fault. */
  readonly onSettled: (command: RecorderCommand, outcome: 'done' | 'failed', error?: unknown) => void;
  /** An answer could not be written; the command counts as failed once its time is over. */
  readonly onFault: (error: unknown) => void;
}

/** Takes a node's commands and carries them out: those about one call in their order, those about others beside them. */
export class CommandTaker {
  readonly #options: CommandTakerOptions;
  /** The last command in hand, per call, and for the node itself. */
  readonly #tails = new Map<string, Promise<void>>();
  #inHand = 0;

  constructor(options: CommandTakerOptions) {
    this.#options = options;
  }

  /** Takes what waits and begins to carry it out; resolves when it is taken. */
  async take(): Promise<void> {
    const { db, tenantId, node } = this.#options;
    const room = AT_ONCE - this.#inHand;
    if (room <= 0) return;
    for (const command of await db.forTenant(tenantId, (tx) => takeCommands(tx, node, room)))
      this.#enqueue(command);
  }

  /** Settles as failed what was not taken or not answered in time, by this process or the one before it. */
  async settleOverdue(): Promise<void> {
    const { db, tenantId, node, now } = this.#options;
    await db.forTenant(tenantId, async (tx) => {
      for (const command of await lockOverdueCommands(tx, node)) {
        const answer = command.takenAt === null ? NOT_TAKEN : NOT_ANSWERED;
        await answerCommand(tx, tenantId, command, 'failed', answer, now());
      }
    });
  }

  /** Resolves when nothing is in hand any more. */
  async settled(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  #enqueue(command: RecorderCommand): void {
    const about = command.recordingId ?? '';
    this.#inHand += 1;
    const before = this.#tails.get(about) ?? Promise.resolve();
    const tail = before
      .then(() => this.#carryOut(command))
      .finally(() => {
        this.#inHand -= 1;
        if (this.#tails.get(about) === tail) this.#tails.delete(about);
      });
    this.#tails.set(about, tail);
  }

  async #carryOut(command: RecorderCommand): Promise<void> {
    const { control, onFault } = this.#options;
    try {
      await perform(control, command).then(
        () => this.#settle(command, 'done', null),
        (error: unknown) =>
          this.#settle(command, 'failed', isHoldfastError(error) ? error.message : FAULT, error),
      );
    } catch (error) {
      onFault(error);
    }
  }

  async #settle(
    command: RecorderCommand,
    outcome: 'done' | 'failed',
    answer: string | null,
    error?: unknown,
  ): Promise<void> {
    const { db, tenantId, now, onSettled } = this.#options;
    await db.forTenant(tenantId, (tx) => answerCommand(tx, tenantId, command, outcome, answer, now()));
    onSettled(command, outcome, error);
  }
}

/** Of whom it is, the recorder alone can tell: the command names nobody. */
function heardNote({ payload, recordingId }: RecorderCommand): HeardNote {
  if (payload === null || !('note' in payload)) throw saysNothing();
  const { note, label, addressDigest } = payload;
  const { prompt, ...said } = note;
  return {
    atMs: Date.parse(note.at),
    note: { ...said, ...(prompt && { prompt }) },
    about:
      label !== undefined
        ? { label }
        : addressDigest === undefined
          ? 'everybody'
          : {
              isParty: ({ aor }) =>
                aor !== undefined && digestAddress(recordingId ?? '', aor) === addressDigest,
            },
  };
}

function heardCircumstance({ payload }: RecorderCommand): CircumstanceHeard {
  if (payload === null || !('circumstance' in payload)) throw saysNothing();
  return { ...payload, by: 'api' };
}

function saysNothing(): HoldfastError {
  return new HoldfastError('internal', 'A command about a call says nothing. It is a fault of Holdfast.');
}

async function perform(control: RecorderControl, command: RecorderCommand): Promise<void> {
  const why = { reason: command.reason };
  const recordingId = command.recordingId ?? '';
  switch (command.verb) {
    case 'pause':
      return control.pause(recordingId, why);
    case 'resume':
      return control.resume(recordingId, why);
    case 'end':
      return control.end(recordingId, why);
    case 'snapshot':
      return control.requestSnapshot(recordingId, why);
    case 'consent':
      await control.noteConsent(recordingId, heardNote(command));
      return;
    case 'circumstance':
      await control.noteCircumstance(recordingId, heardCircumstance(command));
      return;
    case 'drain':
      return control.drain();
    case 'undrain':
      return control.undrain();
  }
}
