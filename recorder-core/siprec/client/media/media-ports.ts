import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { HoldfastError } from '../../../errors.ts';

const PORT_TRIES = 50;

/** The two sockets of a media line: RTP on an even port, RTCP on the next (RFC 3550 section 11). */
export interface MediaPorts {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Opens a free pair. @throws HoldfastError `unavailable` when there is none, or the address is not of this machine. */
export async function openMediaPorts(address: string): Promise<MediaPorts> {
  for (let count = 0; count < PORT_TRIES; count += 1) {
    const rtp = await bind(address, 0).catch((cause: unknown) => {
      throw noPorts(cause);
    });
    const { port } = rtp.address();
    const rtcp = port % 2 === 0 ? await bind(address, port + 1).catch(() => undefined) : undefined;
    if (rtcp !== undefined) return pair(rtp, rtcp);
    await close(rtp);
  }
  throw noPorts();
}

function pair(rtp: Socket, rtcp: Socket): MediaPorts {
  let closed: Promise<void> | undefined;
  return {
    rtp,
    rtcp,
    close: () => (closed ??= Promise.all([close(rtp), close(rtcp)]).then(() => undefined)),
  };
}

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', lookup: lookupAtOnce });
  try {
    const listening = once(socket, 'listening');
    socket.bind(port, address);
    await listening;
    return socket;
  } catch (error) {
    await close(socket);
    throw error;
  }
}

/** Addresses need no look-up; without a detour through the event loop a packet is on the wire when `send` returns. */
const lookupAtOnce: typeof lookup = ((
  host: string,
  family: number,
  callback: (error: Error | null, address: string, family: number) => void,
): void => {
  if (isIP(host) === 0) lookup(host, { family }, callback);
  else callback(null, host, family);
}) as typeof lookup;

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => {
      resolve();
    });
  });
}

function noPorts(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'No free pair of media ports was found on the local address; check the address, close other programs or try again.',
    { retryAfterMs: 1000, cause },
  );
}
