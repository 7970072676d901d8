import type { LeftRecording } from '../../recorder-core/capture/test-support/recorder-bench.ts';
import type { CallReport } from '../../recorder-core/siprec/client/call-report.ts';
import { AUTHORITY, IDENTITIES } from '../../recorder-core/sip/test-support/certificates.ts';
import { createUserAgent } from '../../recorder-core/sip/user-agent.ts';
import { CallClock } from './call-clock.ts';
import { changeOf, type MatrixCase } from './matrix-case.ts';
import { openMatrixRecorder } from './matrix-recorder.ts';
import { PLAYS, STEPS } from './play-change.ts';
import { Stage } from './stage.ts';
import type { TappedDialog } from './wire-tap.ts';

/** What a case left, on both sides. */
export interface PlayedCase {
  readonly reports: readonly CallReport[];
  readonly dialogs: readonly TappedDialog[];
  readonly recordings: readonly LeftRecording[];
  readonly refused: readonly number[];
  readonly faults: readonly unknown[];
  /** Folders in the spool at the end. */
  readonly folders: number;
}

/** Plays a case from beginning to end on real sockets. */
export async function playCase(played: MatrixCase): Promise<PlayedCase> {
  const clock = new CallClock();
  const { source, transport, change } = played;
  const recorder = await openMatrixRecorder(transport, clock.now);
  const agent = createUserAgent({
    listen: [{ transport: transport.startsWith('udp') ? 'udp' : 'tcp', host: recorder.host, port: 0 }],
    tls: { ca: AUTHORITY, ...IDENTITIES.client },
    onInvite: (invite) => {
      invite.reject(501);
    },
  });
  await agent.start();
  try {
    const stage = new Stage(played, recorder, agent, clock);
    const reports = (await PLAYS[change]?.(stage)) ?? [await stage.place({ steps: STEPS[change](stage) })];
    const { recordings: expected = 1 } = changeOf(played);
    const recordings = await recorder.left(source.lines === 'per-line' ? 2 * expected : expected);
    const { refused, faults } = recorder;
    const { dialogs } = stage.tap;
    return { reports, dialogs, recordings, refused, faults, folders: await recorder.folders() };
  } finally {
    await agent.close();
    await recorder.close();
  }
}
