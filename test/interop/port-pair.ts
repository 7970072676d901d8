import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Two sockets on 127.0.0.1, RTP and RTCP, on an even port and the next. */
export interface PortPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  close(): void;
}

/** Tries until the port above the one that the system gave is free as well. */
export async function openPortPair(): Promise<PortPair> {
  for (;;) {
    const [rtp, rtcp] = [createSocket('udp4'), createSocket('udp4')];
    const close = (): void => {
      for (const socket of [rtp, rtcp]) socket.close();
    };
    await bound(rtp, 0);
    const { port } = rtp.address();
    if (port % 2 === 0 && (await bound(rtcp, port + 1))) return { rtp, rtcp, close };
    close();
  }
}

async function bound(socket: Socket, port: number): Promise<boolean> {
  socket.bind(port, '127.0.0.1');
  try {
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  }
}
