import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { bindPortPair } from './port-pair.ts';

const HOST = '127.0.0.1';
const FIRST = 12_000 + 2 * Math.floor(Math.random() * 3_000);
const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function occupy(port: number): Promise<void> {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.bind(port, HOST);
  await once(socket, 'listening');
}

describe('a port pair', () => {
  test('has RTP on the port asked for and RTCP on the next', async () => {
    const pair = await bindPortPair(HOST, FIRST);
    expect([pair?.rtp.address().port, pair?.rtcp.address().port]).toEqual([FIRST, FIRST + 1]);
    pair?.release();
  });

  test('is not to be had when another program has one of its ports, and the other one stays free', async () => {
    await occupy(FIRST + 11);
    await occupy(FIRST + 12);
    expect(await bindPortPair(HOST, FIRST + 10)).toBeUndefined();
    expect(await bindPortPair(HOST, FIRST + 12)).toBeUndefined();
    await occupy(FIRST + 10);
    await occupy(FIRST + 13);
  });
});
