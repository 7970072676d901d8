/** The other side of the calls: places them over SIP and sends their media, apart from what is measured. */
import { randomBytes } from 'node:crypto';
import { parseSdp } from '../../../recorder-core/sip/sdp.ts';
import { createUserAgent, type Dialog } from '../../../recorder-core/sip/user-agent.ts';
import { buildClientBody } from '../../../recorder-core/siprec/client/signalling/client-body.ts';
import { clientForm } from '../../../recorder-core/siprec/client/signalling/client-dialect.ts';
import { completeMetadata } from '../../../recorder-core/siprec/client/signalling/client-metadata.ts';
import { buildClientSdp } from '../../../recorder-core/siprec/client/signalling/client-sdp.ts';
import { clientCodec } from '../../../recorder-core/siprec/client/tracks/client-codec.ts';
import { answer } from './child.ts';
import { RtpStream, sendInRealTime, type SentPackets } from './rtp-sender.ts';

const PARALLEL_INVITES = 8;
const LABELS = ['1', '2'] as const;
const LINE = { codec: clientCodec('pcmu'), ptimeMs: 20, direction: 'sendonly' } as const;
const PARTIES = [{ aor: 'sip:+442079460001@sbc.example' }, { aor: 'sip:+442079460002@sbc.example' }];

const userAgent = createUserAgent({
  listen: [{ transport: 'udp', host: '127.0.0.1', port: 0 }],
  onInvite: (invite) => {
    invite.reject(501);
  },
});
await userAgent.start();

let dialogs: Dialog[] = [];
let streams: RtpStream[] = [];
let sending: ReturnType<typeof sendInRealTime> | undefined;

const newId = (): string => randomBytes(16).toString('base64');

async function openCall(target: string): Promise<void> {
  const own = await Promise.all(LABELS.map(() => RtpStream.open(randomBytes(4).readUInt32BE())));
  const sdp = buildClientSdp(
    own.map(({ port }, i) => ({ ...LINE, label: LABELS[i], port })),
    { address: '127.0.0.1', sessionId: '1', version: 1 },
  );
  const now = Date.now();
  const metadata = completeMetadata({
    sessionId: newId(),
    groupId: newId(),
    sipSessionId: randomBytes(16).toString('hex'),
    startedAt: now,
    streams: LABELS.map((label) => ({ id: `stream-${label}`, label, held: false })),
    members: PARTIES.map((party, i) => ({
      ...party,
      id: newId(),
      streamId: `stream-${LABELS[i]}`,
      joinedAt: now,
    })),
  });
  const { dialog, response } = await userAgent.invite({
    target,
    from: '<sip:+442079460001@127.0.0.1>',
    to: '<sip:recorder@127.0.0.1>',
    contactParams: ';+sip.src',
    headers: { Require: 'siprec' },
    ...buildClientBody(clientForm(), { sdp, metadata }),
  });
  const { media } = parseSdp(response.body.toString('utf8'));
  await Promise.all(own.map((stream, i) => stream.aim(media[i]?.port ?? 0)));
  dialogs.push(dialog);
  streams.push(...own);
}

/** Places so many calls; resolves when all are answered. */
async function call({ target, calls }: { target: string; calls: number }): Promise<void> {
  let left = calls;
  const place = async (): Promise<void> => {
    while (left-- > 0) await openCall(target);
  };
  await Promise.all(Array.from({ length: PARALLEL_INVITES }, place));
}

/** Media to bare ports, without any call. */
async function aim(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const stream = await RtpStream.open(randomBytes(4).readUInt32BE());
    await stream.aim(port);
    streams.push(stream);
  }
}

function start(): void {
  sending = sendInRealTime(streams);
}

function stop(): SentPackets | undefined {
  return sending?.stop();
}

async function hangUp(): Promise<void> {
  await Promise.all(dialogs.map((dialog) => dialog.bye()));
  for (const stream of streams) stream.close();
  dialogs = [];
  streams = [];
}

answer({ call, aim, start, stop, hangUp }, () => userAgent.close());
