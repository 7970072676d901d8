import { setImmediate as nextTurn } from 'node:timers/promises';
import { isHoldfastError } from '../../recorder-core/errors.ts';
import type { CallReport } from '../../recorder-core/siprec/client/call-report.ts';
import type { CallAct, CallStep, HoldForm } from '../../recorder-core/siprec/client/scenario/call-step.ts';
import { syntheticTrack } from '../../recorder-core/siprec/client/tracks/synthetic-track.ts';
import type { ChangeName } from './changes.ts';
import { PARTIES, TALK_MS } from './parties.ts';
import type { Stage } from './stage.ts';
import { metadataIn } from './wire-tap.ts';

const WHY = { reason: 'The test wants it.' };
/** When a change happens. */
const AT_MS = 400;

/** The steps by which each change is played. */
export const STEPS: Readonly<Record<ChangeName, (stage: Stage) => CallStep[]>> = {
  none: () => [],
  'hold-inactive': () => hold('inactive', 'INVITE'),
  'hold-sendonly': () => hold('sendonly', 'INVITE'),
  'hold-null-address': () => hold('null-address', 'INVITE'),
  'hold-by-update': () => hold('inactive', 'UPDATE'),
  'resume-without-offer': (stage) => [
    { atMs: AT_MS, do: 'hold', as: 'inactive' },
    run(1_400, () => reinviteWithoutOffer(stage, (sdp) => sdp.replaceAll('a=inactive', 'a=sendonly'))),
    { atMs: 1_600, do: 'resume' },
  ],
  'no-body': (stage) => [run(AT_MS, () => reinviteWithoutOffer(stage, (sdp) => sdp))],
  ports: () => at({ do: 'ports' }),
  'metadata-reinvite': () => at({ do: 'metadata', mode: 'complete', by: 'INVITE' }),
  'metadata-update': () => at({ do: 'metadata', mode: 'complete' }),
  'metadata-partial': () => at({ do: 'metadata', mode: 'partial' }),
  'join-line': () => at({ do: 'join', party: PARTIES.c }),
  'join-shared': () => at({ do: 'join', party: PARTIES.c, onLineOf: 0 }),
  leave: () => at({ do: 'leave', member: 1 }),
  transfer: () => at({ do: 'transfer', member: 1, to: PARTIES.c }),
  'transfer-ports': () => at({ do: 'transfer', member: 1, to: PARTIES.c, newPorts: true }),
  codec: () => at({ do: 'codec', member: 1, track: syntheticTrack('g722', { durationMs: 1_000, seed: 4 }) }),
  ssrc: () => at({ do: 'ssrc', member: 0 }),
  'srtp-gcm': () => [],
  'srtp-mixed': () => [],
  rekey: () => at({ do: 'rekey' }),
  pause: (stage) => [
    run(AT_MS, async () => {
      await stage.recorder.recorder.pause(stage.recordingId, WHY);
      await stage.event((event) => event.type === 'held' && event.by === 'recorder');
    }),
    run(1_000, async () => {
      await stage.recorder.recorder.resume(stage.recordingId, WHY);
      await stage.event((event) => event.type === 'resumed' && event.by === 'recorder');
    }),
  ],
  end: (stage) => [run(AT_MS, () => stage.recorder.recorder.end(stage.recordingId, WHY))],
  snapshot: (stage) => [
    run(AT_MS, async () => {
      await stage.recorder.recorder.requestSnapshot(stage.recordingId, WHY);
      await stage.event((event) => event.type === 'snapshot');
    }),
  ],
  'bye-metadata': (stage) => [
    run(TALK_MS, async () => {
      const { dialog, sent } = stage.nextDialog();
      const known = sent.flatMap((body) => metadataIn(body) ?? []);
      await dialog.bye(known.at(-1));
    }),
  ],
  cancel: () => [],
  replaces: () => [],
  rehomed: () => [],
  doubled: () => [],
};

/** The changes that are more than steps of one call. */
export const PLAYS: Partial<Readonly<Record<ChangeName, (stage: Stage) => Promise<CallReport[]>>>> = {
  cancel: async (stage) => {
    const answer = stage.recorder.holdAnswers();
    const placed = Promise.allSettled([stage.place()]);
    await stage.event((event) => event.type === 'inviting');
    stage.giveUp();
    const [outcome] = await placed;
    answer();
    await stage.recorder.refusal();
    return outcome.status === 'fulfilled' ? [outcome.value] : [];
  },
  replaces: async (stage) => {
    const reports: CallReport[] = [];
    const takeOver = async (): Promise<void> => {
      const { callId, localTag, remoteTag } = stage.nextDialog().dialog;
      const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag}`;
      reports.push(await stage.place({}, { Replaces: replaces }));
    };
    reports.unshift(await stage.place({ steps: [run(AT_MS, takeOver)] }));
    return reports;
  },
  rehomed: async (stage) => {
    const lost = new AbortController();
    const lose = (): Promise<void> => {
      lost.abort();
      return Promise.resolve();
    };
    const first = await stage.place({ signal: lost.signal, steps: [run(AT_MS, lose)] });
    return [first, await stage.place()];
  },
  doubled: async (stage) => {
    const copy: CallReport[] = [];
    const again = async (): Promise<void> => {
      copy.push(await stage.place());
    };
    return [await stage.place({ steps: [run(0, again)] }), ...copy];
  },
};

function hold(as: HoldForm, by: 'INVITE' | 'UPDATE'): CallStep[] {
  return [
    { atMs: AT_MS, do: 'hold', as, by },
    { atMs: 5_400, do: 'resume', by },
  ];
}

function at(act: CallAct): CallStep[] {
  return [{ atMs: AT_MS, ...act }];
}

function run(atMs: number, act: () => Promise<void>): CallStep {
  return { atMs, do: 'run', act };
}

/** The call of the other line, whose dialog this may be, can still wait for the answer to an offer of its own. */
async function whenFree<T>(request: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'conflict') throw error;
      await nextTurn();
    }
  }
}

/** Leaves the offer to the recorder, and answers in the ACK with how the call stands, `shaped`. */
async function reinviteWithoutOffer(stage: Stage, shaped: (sdp: string) => string): Promise<void> {
  const { dialog } = stage.nextDialog();
  const { contentType = '', body = Buffer.alloc(0) } = dialog.sessionDescription?.() ?? {};
  const { status } = await whenFree(() =>
    dialog.request('INVITE', {
      acknowledge: () => ({ contentType, body: Buffer.from(shaped(body.toString())) }),
    }),
  );
  if (status !== 200) throw new Error(`A re-INVITE without offer was answered ${status}.`);
  await dialog.request('INFO'); // answered in turn, and so after the ACK was taken
}
