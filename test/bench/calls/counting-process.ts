/** The baseline of the recorder: sockets that count what arrives, and nothing else. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { answer } from './child.ts';
import { watchUsage } from './usage.ts';

const RECEIVE_BUFFER_BYTES = 256 * 1024; // as the recorder has
let sockets: Socket[] = [];
let count = 0;

async function open(streams: number): Promise<number[]> {
  count = 0;
  sockets = Array.from({ length: streams }, () =>
    createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES }),
  );
  for (const socket of sockets) {
    socket.on('message', () => {
      count += 1;
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }
  return sockets.map((socket) => socket.address().port);
}

function close(): number {
  for (const socket of sockets) socket.close();
  sockets = [];
  return count;
}

answer({ open, close, usage: watchUsage() }, () => void close());
