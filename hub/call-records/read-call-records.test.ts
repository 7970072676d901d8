import { describe, expect, test } from '@jest/globals';
import { parseMapping } from './mapping.ts';
import { readCallRecords, type ReadLine } from './read-call-records.ts';
import { makeTimeReader } from './read-time.ts';

const mapping = parseMapping({
  format: 'holdfast-call-records/1',
  columns: {
    callIds: [{ column: 'id', kind: 'reference' }],
    startedAt: 'start',
    answeredAt: 'answer',
    duration: 'seconds',
    from: 'src',
    to: 'dst',
    direction: { column: 'dir', internal: ['x'] },
  },
  skip: [{ column: 'id', values: ['none'] }],
  times: { format: 'yyyy-MM-dd HH:mm:ss', zone: 'Europe/Berlin' },
});
const HEAD = 'id,start,answer,seconds,src,dst,dir';

async function read(...lines: string[]): Promise<ReadLine[]> {
  const bytes = (async function* () {
    for (const byte of Buffer.from(lines.join('\n'))) yield Buffer.of(byte); // a boundary between every two bytes
  })();
  return Array.fromAsync(readCallRecords(bytes, mapping));
}

describe('an export', () => {
  test('gives its calls, in UTC, from the answer on', async () => {
    const [line] = await read(
      `\ufeff${HEAD}`,
      'c-1,2026-07-01 12:00:00,2026-07-01 12:00:05,65,"+49 30 1",1001,out',
    );
    expect(line).toMatchObject({
      line: 2,
      call: {
        startedAtMs: Date.UTC(2026, 6, 1, 10, 0, 5),
        durationMs: 65_000,
        answered: true,
        from: '+49 30 1',
      },
    });
  });

  test('has its bad lines refused one by one, without a word of what stood in them', async () => {
    const lines = await read(
      HEAD,
      'c-1,2026-02-31 12:00:00,,5,1,2,out',
      'c-2,2026-03-01 12:00:00,soon,5,1,2,out',
      'c-3,2026-03-01 12:00:00,2026-03-01 12:00:00,999999999,1,2,out',
      'c-4,2026-03-01 12:00:00',
      'none,,,,,,',
      'c-5,2026-03-01 12:00:00,2026-03-01 12:00:01,7,1,2,x',
      'c-6,2026-03-01 12:00:00,0,0,1,2,out',
    );
    expect(
      lines.map((line) =>
        'refused' in line ? 'refused' : 'skipped' in line ? 'skipped' : line.call.key.slice(0, 3),
      ),
    ).toEqual(['refused', 'refused', 'refused', 'refused', 'skipped', 'c-5', 'c-6']);
    expect(JSON.stringify(lines.slice(0, 4))).not.toMatch(/c-\d|soon/);
    expect(lines.at(-2)).toMatchObject({ call: { direction: 'internal', toBeRecorded: false } });
    expect(lines.at(-1)).toMatchObject({ call: { answered: false } });
  });

  test('with a broken quote loses that line and goes on', async () => {
    const lines = await read(
      HEAD,
      'c-1,2026-03-01 12:00:00,2026-03-01 12:00:01,7,"a"b,2,out',
      'c-2,2026-03-01 12:00:00,,7,1,2,out',
    );
    expect(lines.map((line) => 'refused' in line)).toEqual([true, false]);
  });

  test('without a column of the mapping is refused as a whole', async () => {
    await expect(read('id,start', 'c-1,2026-03-01 12:00:00')).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('times', () => {
  const berlin = makeTimeReader({ format: 'iso', zone: 'Europe/Berlin' });

  test('of the hour that comes twice are the first of the two, of the hour left out none', () => {
    expect(berlin('2026-10-25T02:30:00')).toBe(Date.parse('2026-10-25T00:30:00Z'));
    expect(berlin('2026-03-29T02:30:00')).toBeUndefined();
    expect(berlin('2026-03-29T02:30:00+02:00')).toBe(Date.parse('2026-03-29T00:30:00Z'));
  });

  test('in another unit than stated are none', () => {
    expect(makeTimeReader({ format: 'unix-seconds', zone: 'UTC' })('1795708801123')).toBeUndefined();
    expect(makeTimeReader({ format: 'unix-milliseconds', zone: 'UTC' })('1795708801')).toBeUndefined();
    expect(makeTimeReader({ format: 'unix-seconds', zone: 'UTC' })('1795708801')).toBe(1_795_708_801_000);
  });
});
