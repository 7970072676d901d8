import { createSocket, type Socket } from 'node:dgram';

/** A bound pair of UDP sockets: RTP on an even port, RTCP on the odd one after it (RFC 3550 section 11). */
export interface PortPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly port: number;
  release(): void;
}

/** One second of G.711 at 50 packets a second is 8.6 KB; this holds a long stall of the thread. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;

/** Binds both ports of a pair; undefined, and neither bound, when another program has one of them. */
export async function bindPortPair(host: string, port: number): Promise<PortPair | undefined> {
  const [rtp, rtcp] = await Promise.all([bindSocket(host, port), bindSocket(host, port + 1)]);
  const release = (): void => {
    rtp?.close();
    rtcp?.close();
  };
  if (rtp !== undefined && rtcp !== undefined) return { rtp, rtcp, port, release };
  release();
  return undefined;
}

function bindSocket(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER_BYTES,
    });
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
