import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PortPairs, type PortPair } from './port-pairs.ts';

const HOST = '127.0.0.1';
const FIRST = 12_000 + 2 * Math.floor(Math.random() * 3_000);
let nowMs = 1_000;
const open: { release(): void }[] = [];
afterEach(() => {
  for (const item of open.splice(0)) item.release();
});

function pairs(min: number, max: number): PortPairs {
  return new PortPairs(HOST, { min, max }, () => nowMs);
}

async function bind(from: PortPairs): Promise<PortPair> {
  const pair = await from.bind();
  open.push(pair);
  return pair;
}

function release(pair: PortPair): void {
  open.splice(open.indexOf(pair), 1);
  pair.release();
}

async function occupy(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  open.push({ release: () => socket.close() });
  socket.bind(port, HOST);
  await once(socket, 'listening');
  return socket;
}

describe('port pairs', () => {
  test('put RTP on an even port and RTCP on the odd one after it, whatever the range begins with', async () => {
    const odd = pairs(FIRST + 1, FIRST + 6);
    expect(odd.capacity).toBe(2); // the first port is odd and the last one has no partner
    for (const expected of [FIRST + 2, FIRST + 4]) {
      const { port, rtp, rtcp } = await bind(odd);
      expect([port, rtp.address().port, rtcp.address().port]).toEqual([expected, expected, expected + 1]);
    }
  });

  test('are all different when asked for at once, and say what to do when there is none left', async () => {
    const range = pairs(FIRST + 10, FIRST + 15);
    const bound = await Promise.all([bind(range), bind(range), bind(range)]);
    expect(new Set(bound.map(({ port }) => port)).size).toBe(3);
    await expect(range.bind()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^All 3 RTP port pairs are in use\..*--rtp-port-max/) as unknown,
    });
  });

  test('rest for a while after their release, so that late packets do not reach the next call', async () => {
    const range = pairs(FIRST + 20, FIRST + 21);
    release(await bind(range));
    await expect(range.bind()).rejects.toMatchObject({ code: 'unavailable' });
    nowMs += 4_999;
    await expect(range.bind()).rejects.toMatchObject({ code: 'unavailable' });
    nowMs += 1;
    expect((await bind(range)).port).toBe(FIRST + 20);
  });

  test('pass over a pair of which another program has one port, and leave the other port free', async () => {
    await occupy(FIRST + 31);
    await occupy(FIRST + 32);
    const range = pairs(FIRST + 30, FIRST + 35);
    expect((await bind(range)).port).toBe(FIRST + 34);
    await expect(range.bind()).rejects.toMatchObject({ code: 'unavailable' });
    await occupy(FIRST + 30);
    await occupy(FIRST + 33);
  });

  test('of a range without a single pair are refused in words', async () => {
    await expect(pairs(FIRST + 41, FIRST + 42).bind()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
