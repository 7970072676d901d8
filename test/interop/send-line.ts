import { randomBytes } from 'node:crypto';
import { ClientStream, PACKET_MS } from '../../recorder-core/siprec/client/client-stream.ts';
import { realTimePacer } from '../../recorder-core/siprec/client/client-pacer.ts';

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
  const stream = await ClientStream.open('97', audio, '127.0.0.1', randomBytes(10));
  return {
    port: stream.port,
    async send(toPort) {
      stream.aim({ address: '127.0.0.1', port: toPort }, true);
      const pacer = realTimePacer();
      const { signal } = new AbortController();
      for (let elapsed = 0; await stream.sendNext(elapsed);) {
        elapsed += PACKET_MS;
        await pacer.until(elapsed, signal);
      }
      return stream.report().sha256;
    },
    close: () => stream.close(),
  };
}
