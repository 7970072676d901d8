import { AUTHORITY, IDENTITIES } from '../../../sip/test-support/certificates.ts';
import { createUserAgent } from '../../../sip/user-agent.ts';
import type { CallOptions } from '../call-options.ts';
import type { CallEvent } from '../call-report.ts';
import { RealTimeClock } from '../media/real-time-pacer.ts';
import { immediatePacer } from '../media/stepped-pacer.ts';
import { RecordingClient } from '../recording-client.ts';
import { LoopbackRecorder } from './loopback-recorder.ts';

const closing: (() => Promise<void>)[] = [];

/** For `afterEach`: closes what `setUp` has opened. */
export async function closeAll(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}

/** A recorder, a client, and what the client is to be told besides the parties; time does not wait unless it is real. */
export async function setUp(
  options: {
    readonly transport?: 'udp' | 'tcp' | 'tls';
    readonly host?: string;
    readonly realTime?: boolean;
  } = {},
): Promise<{
  recorder: LoopbackRecorder;
  client: RecordingClient;
  events: CallEvent[];
  call: Pick<CallOptions, 'target' | 'localAddress' | 'onEvent'>;
}> {
  const { transport = 'tcp', host = '127.0.0.1', realTime = false } = options;
  const recorder = new LoopbackRecorder(transport, host);
  const target = await recorder.start();
  const userAgent = createUserAgent({
    listen: [{ transport: transport === 'tls' ? 'tcp' : transport, host, port: 0 }],
    tls: { ca: AUTHORITY, ...IDENTITIES.client },
    onInvite: (invite) => {
      invite.reject(501);
    },
  });
  await userAgent.start();
  closing.push(
    () => userAgent.close(),
    () => recorder.close(),
  );
  const events: CallEvent[] = [];
  const pacer = realTime ? new RealTimeClock().newPacer : immediatePacer;
  return {
    recorder,
    client: new RecordingClient({ userAgent, pacer }),
    events,
    call: {
      target,
      localAddress: host,
      onEvent: (event) => {
        events.push(event);
      },
    },
  };
}

/** G.711 octets that differ in every packet, so that a lost or doubled one shows in the digest. */
export function speech(ms: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length: ms * 8 }, (_, index) => (index * 7 + (index >> 8) * seed) & 0xff));
}
