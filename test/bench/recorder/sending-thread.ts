/** The media of the caller, in a thread of its own, so that signalling is answered at once. Streams are named by their local port. */
import { randomBytes } from 'node:crypto';
import { answerCalls } from '../../../recorder-core/capture/thread-calls.ts';
import type { SrtpKeys } from '../../../recorder-core/media/srtp/srtp-keys.ts';
import { PacketPacer } from './packet-pacer.ts';
import { RtpStream } from './rtp-stream.ts';

const streams = new Map<number, RtpStream>();
const pacer = new PacketPacer();

answerCalls({
  /** Opens a stream, which sends nothing yet; with keys it is SRTP. */
  async open(keys?: SrtpKeys) {
    const stream = await RtpStream.open(randomBytes(4).readUInt32BE(), keys);
    streams.set(stream.port, stream);
    return stream.port;
  },
  /** Sends a stream to a port of this machine from now on, whenever the sender runs. */
  async aim(port: number, target: number) {
    const stream = streams.get(port);
    if (stream === undefined) return;
    await stream.aim(target);
    pacer.remove(stream);
    pacer.add(stream);
  },
  start: () => {
    pacer.start();
  },
  soFar: () => pacer.soFar(),
  stop: () => pacer.stop(),
  close(port: number) {
    const stream = streams.get(port);
    if (stream === undefined) return;
    streams.delete(port);
    pacer.remove(stream);
    stream.close();
  },
});
