import { HoldfastError } from '../../../errors.ts';
import { completeMetadata, partialMetadata, type CallMember } from '../signalling/client-metadata.ts';
import type { CallModel, ModelLine } from '../signalling/call-model.ts';
import type { ClientForm } from '../../dialects/client-form.ts';
import type { RecordingMetadata } from '../../metadata.ts';
import type { CallParty } from '../call-party.ts';
import type { CallAct, ChangeMethod, HoldForm } from './call-step.ts';
import { trackOf } from './line-plan.ts';

/** The call as an act finds it. */
export interface CallUnderWay {
  readonly model: CallModel;
  readonly form: ClientForm;
  /** ms since the call was answered. */
  elapsed(): number;
  /** Epoch ms of now. */
  wallNow(): number;
  /** Offers how the call stands now, or sends metadata alone. Resolves when the recorder has agreed, or the call is over. */
  change(by: ChangeMethod, content: ChangeContent): Promise<void>;
  /** A further line for a party who joins, secured where the call is. */
  openLine(party: CallParty): Promise<ModelLine>;
  /** New keys for all secured lines. */
  renewKeys(): void;
}

/** What a change says. */
export interface ChangeContent {
  readonly sdp: boolean;
  readonly metadata?: RecordingMetadata;
}

type ActOf<Name extends CallAct['do']> = Extract<CallAct, { do: Name }>;

const ACTS: { [Name in CallAct['do']]: (call: CallUnderWay, act: ActOf<Name>) => Promise<void> } = {
  hold: async (call, { as, by = 'INVITE', members }) => {
    for (const line of linesOf(call.model, members)) {
      setHold(line, as ?? call.form.hold ?? 'inactive');
      line.media.hold(call.elapsed());
    }
    await call.change(by, { sdp: true, metadata: completeMetadata(call.model.facts()) });
  },
  resume: async (call, { by = 'INVITE' }) => {
    const held = call.model.lines.filter((line) => line.held && !line.closed);
    for (const line of held) setHold(line, undefined);
    await call.change(by, { sdp: true, metadata: completeMetadata(call.model.facts()) });
    for (const { media } of held) media.resume(call.elapsed());
  },
  join: async (call, { party, onLineOf, by = 'INVITE' }) => {
    if (onLineOf !== undefined) {
      const line = lineOf(call.model, onLineOf);
      await changeParties(call, by, [call.model.join(party, line, call.wallNow())]);
      return;
    }
    const line = await call.openLine(party);
    await whileSilent(call, [line], () =>
      changeParties(call, by, [call.model.join(party, line, call.wallNow())]),
    );
  },
  leave: async (call, { member, by = 'INVITE' }) => {
    const line = lineOf(call.model, member);
    const left = call.model.leave(member, call.wallNow());
    if (call.model.membersOn(line).length === 0) {
      line.media.hold(call.elapsed());
      line.closed = true;
    }
    await changeParties(call, by, left === undefined ? [] : [left]);
  },
  transfer: async (call, { member, to, newPorts = false, by = 'INVITE' }) => {
    const line = lineOf(call.model, member);
    const left = call.model.leave(member, call.wallNow());
    const joined = call.model.join(to, line, call.wallNow());
    await whileSilent(call, [line], async () => {
      line.media.play(trackOf(to), call.elapsed());
      if (newPorts) await line.media.changePorts();
      await changeParties(call, by, left === undefined ? [joined] : [left, joined]);
    });
  },
  codec: async (call, { member, track, by = 'INVITE' }) => {
    const line = lineOf(call.model, member);
    await whileSilent(call, [line], async () => {
      line.media.play(track, call.elapsed());
      delete line.payloadType;
      await call.change(by, { sdp: true });
    });
  },
  ssrc: async (call, { member }) => {
    lineOf(call.model, member).media.changeSource();
    return Promise.resolve();
  },
  ports: async (call, { by = 'INVITE' }) => {
    await whileSilent(call, call.model.lines, async () => {
      await Promise.all(call.model.lines.map(({ media }) => media.changePorts()));
      await call.change(by, { sdp: true });
    });
  },
  rekey: async (call, { by = 'INVITE' }) => {
    await whileSilent(call, call.model.lines, async () => {
      call.renewKeys();
      await call.change(by, { sdp: true });
    });
  },
  metadata: (call, { mode, by = 'UPDATE' }) => {
    const facts = call.model.facts();
    const present = facts.members.filter(({ leftAt }) => leftAt === undefined);
    const metadata = mode === 'complete' ? completeMetadata(facts) : partialMetadata(facts, present);
    return call.change(by, { sdp: false, metadata });
  },
  run: (_call, { act }) => act(),
};

/** Takes one step of a call. @throws HoldfastError when the recorder refuses it, or it names nobody in the call */
export function perform<Name extends CallAct['do']>(call: CallUnderWay, act: ActOf<Name>): Promise<void> {
  return ACTS[act.do as Name](call, act);
}

/** Members as the metadata tells of them, and the lines as they are now. */
function changeParties(call: CallUnderWay, by: ChangeMethod, members: readonly CallMember[]): Promise<void> {
  return call.change(by, { sdp: true, metadata: partialMetadata(call.model.facts(), members) });
}

/**
 * Sends nothing on the lines while the recorder does not know the new ports, codec or keys yet: packets that arrive before
 * the offer that explains them are rightly dropped.
 */
async function whileSilent(
  call: CallUnderWay,
  lines: readonly ModelLine[],
  change: () => Promise<void>,
): Promise<void> {
  const flowing = lines.filter(({ held, closed }) => !held && !closed);
  for (const { media } of flowing) media.hold(call.elapsed());
  await change();
  for (const { media } of flowing) media.resume(call.elapsed());
}

function setHold(line: ModelLine, as: HoldForm | undefined): void {
  line.held = as !== undefined;
  line.direction = as === 'inactive' || as === 'both' ? 'inactive' : 'sendonly';
  line.nullAddress = as === 'null-address' || as === 'both';
}

function linesOf(model: CallModel, members: readonly number[] | undefined): ModelLine[] {
  const wanted = members?.map((member) => lineOf(model, member));
  return model.lines.filter((line) => !line.closed && (wanted?.includes(line) ?? true));
}

function lineOf(model: CallModel, member: number): ModelLine {
  const line = model.lineOfMember(member);
  if (line !== undefined && !line.closed) return line;
  throw new HoldfastError(
    'invalid_input',
    `A step of the call names member ${member}, who is not in it; members count from 0 in the order of joining.`,
    { field: 'steps' },
  );
}
