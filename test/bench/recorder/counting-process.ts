/** The baseline of the recorder: as many sockets as it has, which count what arrives and do nothing else. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { answer } from './child.ts';
import { watchUsage } from './usage.ts';

const RECEIVE_BUFFER_BYTES = 256 * 1024; // as the recorder has
const usage = watchUsage();
let sockets: Socket[] = [];
let count = 0;

/** Opens two sockets for each stream, as RTP and RTCP need, and answers the ports of the first ones. */
async function open(streams: number): Promise<number[]> {
  count = 0;
  sockets = Array.from({ length: 2 * streams }, () =>
    createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES }),
  );
  for (const socket of sockets) {
    socket.on('message', () => {
      count += 1;
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }
  return sockets.slice(0, streams).map((socket) => socket.address().port);
}

function close(): number {
  for (const socket of sockets) socket.close();
  sockets = [];
  return count;
}

answer({ open, close, usage }, () => void close());
