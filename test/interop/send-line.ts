import { randomBytes } from 'node:crypto';
import { MediaLine } from '../../recorder-core/siprec/client/media/media-line.ts';
import { RealTimeClock } from '../../recorder-core/siprec/client/media/real-time-pacer.ts';
import { g711Track } from '../../recorder-core/siprec/client/tracks/g711-track.ts';

/** A second media line beside sipp, which can stream only one. */
export interface SecondLine {
  /** Port to name in the offer. */
  readonly port: number;
  /** Sends all of it in real time to a port of the recorder; resolves with the SHA-256 (hex) of the payloads. */
  send(toPort: number): Promise<string>;
  close(): Promise<void>;
}

/** Opens a line that will send G.711 octets from our own RTP sender. */
export async function openSecondLine(audio: Buffer): Promise<SecondLine> {
  const line = await MediaLine.open({
    label: '97',
    track: g711Track({ law: 'pcmu', octets: audio }, 'pcmu'),
    address: '127.0.0.1',
    index: 0,
    startMs: 0,
    rtcpIntervalMs: Infinity,
    cname: 'second-line@interop',
    wallClock: (ms) => ms,
    random: randomBytes,
  });
  return {
    port: line.port,
    async send(toPort) {
      line.agree({
        target: { address: '127.0.0.1', port: toPort, rtcpPort: toPort + 1 },
        payloadType: 0,
        eventPayloadType: undefined,
        noisePayloadType: undefined,
        labelEchoed: true,
      });
      const pacer = new RealTimeClock().newPacer();
      pacer.drive(line);
      await pacer.until(line.endsAt, new AbortController().signal);
      pacer.stop();
      return line.describe().sha256;
    },
    close: () => line.close(),
  };
}
