import { describe, expect, test } from '@jest/globals';
import { PortRange } from './port-range.ts';

let nowMs = 1_000;
const free = (): Promise<boolean> => Promise.resolve(true);

function range(min: number, max: number): PortRange {
  return new PortRange('127.0.0.1', { min, max }, () => nowMs);
}

describe('a range of port pairs', () => {
  test('gives out even ports that have a partner, whatever the range begins with', async () => {
    const odd = range(10_001, 10_006);
    expect(odd.capacity).toBe(2); // the first port is odd and the last one has no partner
    expect([await odd.take(free), await odd.take(free)]).toEqual([10_002, 10_004]);
  });

  test('gives out each once when asked for at once, and says what to do when there is none left', async () => {
    const three = range(10_010, 10_015);
    const taken = await Promise.all([three.take(free), three.take(free), three.take(free)]);
    expect(new Set(taken).size).toBe(3);
    await expect(three.take(free)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^All 3 RTP port pairs are in use\..*--rtp-port-max/) as unknown,
    });
  });

  test('lets a port rest after its release, so that late packets do not reach the next call', async () => {
    const one = range(10_020, 10_021);
    one.release(await one.take(free));
    await expect(one.take(free)).rejects.toMatchObject({ code: 'unavailable' });
    nowMs += 4_999;
    await expect(one.take(free)).rejects.toMatchObject({ code: 'unavailable' });
    nowMs += 1;
    expect(await one.take(free)).toBe(10_020);
  });

  test('passes over a port that another program has, and tries it again later', async () => {
    const two = range(10_030, 10_033);
    const taken = new Set([10_030]);
    const bind = (port: number): Promise<boolean> => Promise.resolve(!taken.has(port));
    expect(await two.take(bind)).toBe(10_032);
    await expect(two.take(bind)).rejects.toMatchObject({ code: 'unavailable' });
    taken.clear();
    expect(await two.take(bind)).toBe(10_030);
  });

  test('gives a port back when binding fails with an error', async () => {
    const one = range(10_040, 10_041);
    await expect(one.take(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(await one.take(free)).toBe(10_040);
  });

  test('of no single pair is refused in words', async () => {
    await expect(range(10_051, 10_052).take(free)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
